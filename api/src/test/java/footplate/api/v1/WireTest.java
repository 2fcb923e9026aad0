package footplate.api.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WireTest {
    @Test
    void aStartRequestComesOutAsItWentIn() throws Exception {
        var sent = new StartRequest(
                "shop",
                "/srv/shop",
                "node --inspect=0 x.js",
                "production",
                0,
                "127.0.0.1",
                List.of("a.example", "*.b.example"),
                0,
                8,
                1,
                100,
                1L,
                2L,
                3L,
                4L,
                "INT",
                true,
                Map.of("tries", "2", "error-pages", ""),
                Map.of("SECRET", "ö\n\"\\\u2028", "EMPTY", ""));

        Request read = Wire.readRequest(text(Wire.request(Call.START, sent)));

        assertThat(read.call()).isEqualTo(Call.START);
        assertThat(StartRequest.read(read.body())).isEqualTo(sent);
    }

    @Test
    void whatIsNotSaidStaysUnsaid() throws Exception {
        var sent = StartRequest.of("/srv/shop");

        assertThat(StartRequest.read(
                        Wire.readRequest(text(Wire.request(Call.START, sent))).body()))
                .isEqualTo(sent);
    }

    @Test
    void anAppComesOutAsItWentIn() throws Exception {
        var running = new InstanceInfo(
                "shop",
                3,
                0,
                4711L,
                InstanceState.DRAINING,
                2,
                61_000,
                12.5,
                1L << 40,
                7,
                Long.MAX_VALUE,
                5L,
                9,
                "unix:/run/s");
        var absent = new InstanceInfo("shop", 4, 1, null, InstanceState.WAITING, 0, 0, 0, 0, 0, 0, null, 9, null);
        var journey = new Journey(
                List.of(
                        new Journey.Step("spawn", 12, Journey.Step.DONE),
                        new Journey.Step("wait until it listens", 90_000, Journey.Step.FAILED)),
                List.of("\u001b[31mred\u009b"),
                "it never listened",
                "call listen()");
        var app = new AppInfo(
                "shop",
                "/srv/shop",
                "node app.js",
                AppState.FAILED,
                "http://127.0.0.1:3000",
                List.of("a"),
                1,
                2,
                2,
                0,
                5,
                100,
                "production",
                Map.of("tries", "2"),
                List.of(running, absent),
                new Problem("shop", "is broken", ""),
                journey);

        String line = text(Wire.ok(new Apps(List.of(app))));

        assertThat(line).doesNotContain("\u001b", "\u009b");
        assertThat(Wire.readAnswer(line))
                .isInstanceOfSatisfying(
                        Answer.Ok.class, ok -> assertThat(apps(ok)).isEqualTo(new Apps(List.of(app))));
    }

    @Test
    void theOtherAnswersComeOutAsTheyWentIn() throws Exception {
        var request = new RequestInfo("shop", "GET", "a", "/x", RequestState.TUNNEL, 9, 3, 4711L);
        var queued = new RequestInfo("shop", "GET", "a", "/x", RequestState.QUEUED, 9, null, null);
        var ping = new PingInfo("0.1.0", 1, "/home/x/.footplate", 0, true);

        assertThat(RequestsUnderWay.read(
                        ok(new RequestsUnderWay(List.of(request, queued))).body()))
                .isEqualTo(new RequestsUnderWay(List.of(request, queued)));
        assertThat(PingInfo.read(ok(ping).body())).isEqualTo(ping);
        var counts = new ServerCounts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, Long.MAX_VALUE);
        assertThat(ServerCounts.read(ok(counts).body())).isEqualTo(counts);
        assertThat(Wire.readAnswer(text(Wire.event(Event.line("shop", 3, true, "\u0000x\r")))))
                .isEqualTo(new Answer.Happened(new Event("line", "shop", 3, "\u0000x\r", Map.of("stream", "err"))));
        var error = new ErrorAnswer(
                ErrorAnswer.REFUSED, List.of(new Problem("a", "b", "c"), new Problem("d", "e", "")), null);
        assertThat(Wire.readAnswer(text(Wire.error(error)))).isEqualTo(new Answer.Failed(error));
    }

    @Test
    void targetsScalesAndLogsComeOutAsTheyWentIn() throws Exception {
        assertThat(TargetRequest.read(sent(new TargetRequest("7")))).isEqualTo(new TargetRequest("7"));
        assertThat(OptionalTarget.read(sent(new OptionalTarget(null)))).isEqualTo(new OptionalTarget(null));
        assertThat(ScaleRequest.read(sent(new ScaleRequest("a", null, -2)))).isEqualTo(new ScaleRequest("a", null, -2));
        assertThat(ScaleRequest.read(sent(new ScaleRequest("a", 0, null)))).isEqualTo(new ScaleRequest("a", 0, null));
        var logs = new LogsRequest("a", 15, true, LogsRequest.Streams.ERR);
        assertThat(LogsRequest.read(sent(logs))).isEqualTo(logs);
    }

    @Test
    void aLineIsAlwaysOneLine() {
        byte[] line = Wire.event(Event.line("a", 1, false, "one\ntwo\u2028three\u0085"));

        assertThat(text(line)).hasLineCount(1).endsWith("}");
    }

    @Test
    void fieldsOfALaterVersionAreIgnored() throws Exception {
        Request read = Wire.readRequest(
                "{\"v\":1,\"later\":[{}],\"call\":\"stop\",\"body\":{\"target\":\"a\",\"gently\":true}}");

        assertThat(TargetRequest.read(read.body())).isEqualTo(new TargetRequest("a"));
    }

    @Test
    void anotherVersionAndAnotherCallAreRefusedByName() {
        refused("{\"v\":2,\"call\":\"ping\"}", ErrorAnswer.WRONG_VERSION, "v");
        refused("{\"v\":1,\"call\":\"fly\"}", ErrorAnswer.UNKNOWN_CALL, "call");
        refused("{\"v\":1}", ErrorAnswer.BAD_REQUEST, "call");
        refused("{\"v\":1,\"call\":\"ping\",\"body\":[]}", ErrorAnswer.BAD_REQUEST, "body");
    }

    @Test
    void aWrongFieldIsNamedWithItsPathAndWithoutItsValue() {
        wrong("{\"path\":\"relative\"}", "body.path", "absolute");
        wrong("{}", "body.path", "missing");
        wrong("{\"path\":null}", "body.path", "missing");
        wrong("{\"path\":\"/a\\u0000b\"}", "body.path", "NUL");
        wrong("{\"path\":\"/a\",\"min\":-1}", "body.min", "0 to 1024");
        wrong("{\"path\":\"/a\",\"min\":1.5}", "body.min", "whole number");
        wrong("{\"path\":\"/a\",\"max\":1e400}", "body.max", "whole number");
        wrong("{\"path\":\"/a\",\"port\":99999999999999999999999999}", "body.port", "65535");
        wrong("{\"path\":\"/a\",\"port\":\"3000\"}", "body.port", "text");
        wrong("{\"path\":\"/a\",\"waitReady\":\"yes\"}", "body.waitReady", "true or false");
        wrong("{\"path\":\"/a\",\"hosts\":[\"a\",1]}", "body.hosts[1]", "text");
        wrong("{\"path\":\"/a\",\"hosts\":\"a\"}", "body.hosts", "array");
        wrong("{\"path\":\"/a\",\"env\":{\"PASSWORD\":17}}", "body.env.PASSWORD", "text");
        wrong("{\"path\":\"/a\",\"env\":{\"A=B\":\"x\"}}", "body.env", "'='");
        wrong("{\"path\":\"/a\",\"stopSignal\":\"KILL\"}", "body.stopSignal", "INT or TERM");
        wrong("{\"path\":\"/a\",\"path\":\"/b\"}", "body.path", "twice");
    }

    @Test
    void settingsGoThroughUnchanged() throws Exception {
        var change = new SetRequest("tries", "2");
        var back = new SetRequest("tries", null);
        var settings = new ServerSettings(List.of(new SettingInfo("tries", "2", "4", true, false, "most times")));

        assertThat(SetRequest.read(
                        Wire.readRequest(text(Wire.request(Call.SET, change))).body()))
                .isEqualTo(change);
        assertThat(SetRequest.read(
                        Wire.readRequest(text(Wire.request(Call.SET, back))).body()))
                .isEqualTo(back);
        assertThat(ServerSettings.read(((Answer.Ok) Wire.readAnswer(text(Wire.ok(settings)))).body()))
                .isEqualTo(settings);
    }

    @Test
    void theEnvironmentIsNotPrinted() {
        var request = new StartRequest(
                "shop",
                "/srv/shop",
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                false,
                Map.of(),
                Map.of("SECRET", "hunter2"));

        assertThat(request.toString()).contains("shop").doesNotContain("hunter2", "SECRET");
    }

    private static void refused(String line, String code, String where) {
        assertThatExceptionOfType(Wire.Refused.class)
                .isThrownBy(() -> Wire.readRequest(line))
                .satisfies(refused -> {
                    assertThat(refused.answer().code()).isEqualTo(code);
                    assertThat(refused.answer().problems().getFirst().where()).isEqualTo(where);
                });
    }

    private static void wrong(String body, String where, String what) {
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(
                        () -> StartRequest.read(Wire.readRequest("{\"v\":1,\"call\":\"start\",\"body\":" + body + "}")
                                .body()))
                .satisfies(failure -> {
                    var problem = (failure instanceof Wire.Refused refused
                                    ? refused.answer()
                                    : ErrorAnswer.of((Malformed) failure))
                            .problems()
                            .getFirst();
                    assertThat(problem.where()).isEqualTo(where);
                    assertThat(problem.what()).contains(what);
                });
    }

    private static Fields sent(JsonBody body) throws Exception {
        return Wire.readRequest(text(Wire.request(Call.PING, body))).body();
    }

    private static Answer.Ok ok(JsonBody body) throws Exception {
        return (Answer.Ok) Wire.readAnswer(text(Wire.ok(body)));
    }

    private static Apps apps(Answer.Ok ok) {
        try {
            return Apps.read(ok.body());
        } catch (Malformed malformed) {
            throw new AssertionError(malformed);
        }
    }

    private static String text(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8);
        assertThat(text).endsWith("\n");
        return text.substring(0, text.length() - 1);
    }
}
