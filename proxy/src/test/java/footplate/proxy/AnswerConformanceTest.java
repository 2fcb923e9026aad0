package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.testkit.ScriptedUpstream;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers as apps send them, right and wrong: what the client gets, and what becomes of the connections. */
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // lines end with CRLF here; set up before all
class AnswerConformanceTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

    private static ScriptedUpstream app;
    private static Bench bench;
    private static volatile Row now;

    /**
     * One answer.
     *
     * @param request its method and target; of HTTP/1.0 if it ends so
     * @param answer what the app sends; then it waits if {@code stays}, else closes
     * @param status what the client gets; below 0: broken off
     * @param body without its framing
     * @param kept whether the client's connection and the app's serve the next request
     */
    record Row(
            String request,
            String answer,
            boolean stays,
            List<Integer> interims,
            int status,
            String body,
            boolean kept) {
        @Override
        public String toString() {
            return request + ": " + (answer.length() > 200 ? answer.substring(0, 100) + " and more" : answer);
        }

        Row to(String other) {
            return new Row(other, answer, stays, interims, status, body, kept);
        }

        Row closing() {
            return new Row(request, answer, false, interims, status, body, false);
        }

        Row after(Integer... statuses) {
            return new Row(request, answer, stays, List.of(statuses), status, body, kept);
        }

        Row gone() {
            return new Row(request, answer, stays, interims, status, body, false);
        }

        boolean old() {
            return request.endsWith("HTTP/1.0");
        }
    }

    private static Row fine(String answer, int status, String body) {
        return new Row("GET /", answer, true, List.of(), status, body, true);
    }

    private static Row bad(String answer) {
        return new Row("GET /", answer, true, List.of(), 502, "", false);
    }

    /** Begun to be passed on before it turned out to be wrong, or to be cut off. */
    private static Row broken(String answer) {
        return new Row("GET /", answer, false, List.of(), -200, "", false);
    }

    static Stream<Row> rows() {
        var right = Stream.of(
                fine(OK + "Content-Length: 2\r\n\r\nok", 200, "ok"),
                fine(OK + "Content-Length: 002\r\n\r\nok", 200, "ok"),
                fine(OK + "Content-Length: 0\r\n\r\n", 200, ""),
                fine(OK + "Content-Length: 2\r\n\r\nok", 200, "ok").to("GET / HTTP/1.0"),
                fine("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
                fine("HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
                fine("HTTP/1.1 404 \u00e4\t?\r\nContent-Length: 2\r\n\r\nok", 404, "ok"),
                fine("HTTP/1.1 299 x\r\nContent-Length: 2\r\n\r\nok", 299, "ok"),
                fine("HTTP/1.1 600 x\r\nContent-Length: 2\r\n\r\nok", 600, "ok"),
                fine("HTTP/1.1 999 x\r\nContent-Length: 2\r\n\r\nok", 999, "ok"),
                fine("HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
                fine("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok", 200, "ok"),
                fine("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok")
                        .closing(),
                fine("HTTP/1.0 200 OK\r\n\r\nok", 200, "ok").closing(),
                fine("HTTP/1.0 200 OK\r\n\r\nok", 200, "ok").closing().to("GET / HTTP/1.0"),
                fine(OK + "\r\nok", 200, "ok").closing(),
                fine(OK + "\r\n", 200, "").closing(),
                fine(OK + "Connection: close\r\nContent-Length: 2\r\n\r\nok", 200, "ok")
                        .closing(),
                fine(CHUNKED + "2\r\nok\r\n0\r\n\r\n", 200, "ok"),
                fine(CHUNKED + "2;a=\"b\"\r\nok\r\n00;c\r\nX-T: 1\r\n\r\n", 200, "ok"),
                fine(OK + "transfer-encoding: CHUNKED\r\n\r\n0\r\n\r\n", 200, ""),
                fine(CHUNKED + "1\r\no\r\n1;a\r\nk\r\n0\r\nX-T: 1\r\n\r\n", 200, "ok")
                        .to("GET / HTTP/1.0"),
                fine(OK + "X: " + "a".repeat(12_000) + "\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
                fine(OK + "X: " + "a".repeat(60_000) + "\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
                fine(OK + "X: y\r\n".repeat(500) + "Content-Length: 2\r\n\r\nok", 200, "ok"),
                fine(OK + "Content-Length: 70\r\n\r\n", 200, "").to("HEAD /"),
                fine(OK + "Transfer-Encoding: chunked\r\n\r\n", 200, "").to("HEAD /"),
                fine(OK + "\r\n", 200, "").to("HEAD /"),
                fine("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
                fine("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", 204, ""),
                fine("HTTP/1.1 304 Not Modified\r\nContent-Length: 70\r\n\r\n", 304, ""),
                fine("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", 304, ""),
                fine("HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", 205, ""),
                fine(
                                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                                        + OK + "Content-Length: 2\r\n\r\nok",
                                200,
                                "ok")
                        .after(100, 102, 103),
                fine(
                                "HTTP/1.1 199 Whatever\r\nContent-Length: 0\r\n\r\n" + OK
                                        + "Content-Length: 2\r\n\r\nok",
                                200,
                                "ok")
                        .after(199),
                fine(
                                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK
                                        + "Content-Length: 2\r\n\r\nok",
                                200,
                                "ok")
                        .to("GET / HTTP/1.0"),
                fine(OK + "Connection: Content-Length, X-A\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nok", 200, "ok"));
        // What follows an answer is nobody's: it costs the app's connection, and never reaches a client.
        var followed = Stream.of(
                fine(OK + "Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 200, "ok")
                        .gone(),
                fine(OK + "Content-Length: 2\r\n\r\nok\r\n", 200, "ok").gone(),
                fine(CHUNKED + "2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 200, "ok")
                        .gone(),
                fine("HTTP/1.1 204 No Content\r\n\r\nevil", 204, "").gone(),
                fine("HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil", 204, "")
                        .gone(),
                fine("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", 204, "")
                        .gone(),
                fine("HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nevil", 304, "")
                        .gone(),
                fine(OK + "Content-Length: 4\r\n\r\nevil", 200, "").to("HEAD /").gone());
        var wrong = Stream.of(
                        "garbage\r\n\r\n",
                        "\r\n" + OK + "Content-Length: 0\r\n\r\n",
                        " " + OK + "Content-Length: 0\r\n\r\n",
                        "\0" + OK + "Content-Length: 0\r\n\r\n",
                        "HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 99 x\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 1000 x\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 2x0 x\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 +20 x\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1\t200 OK\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 200\tOK\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                        "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/2 200\r\nContent-Length: 0\r\n\r\n",
                        "http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                        "ICY 200 OK\r\nContent-Length: 0\r\n\r\n",
                        "RTSP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                        OK + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok",
                        OK + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok",
                        OK + "Content-Length: 2, 2\r\n\r\nok",
                        OK + "Content-Length: +2\r\n\r\nok",
                        OK + "Content-Length: -1\r\n\r\nok",
                        OK + "Content-Length: 0x2\r\n\r\nok",
                        OK + "Content-Length:\r\n\r\nok",
                        OK + "Content-Length : 2\r\n\r\nok",
                        OK + "Content-Length: 99999999999999999999\r\n\r\nok",
                        OK + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        OK + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        OK + "Transfer-Encoding: identity\r\n\r\nok",
                        OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                        OK + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                        OK + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
                        OK + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        OK + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
                        OK + "Location: /\nSet-Cookie: evil\r\nContent-Length: 0\r\n\r\n",
                        OK + "Location: /\rSet-Cookie: evil\r\nContent-Length: 0\r\n\r\n",
                        OK + "X: \0\r\nContent-Length: 0\r\n\r\n",
                        OK + "X Y: a\r\nContent-Length: 0\r\n\r\n",
                        OK + ": a\r\nContent-Length: 0\r\n\r\n",
                        OK + "no colon\r\nContent-Length: 0\r\n\r\n",
                        OK + "X: " + "a".repeat(70_000) + "\r\nContent-Length: 0\r\n\r\n",
                        OK + "X: y\r\n".repeat(600) + "\r\n",
                        OK + "Connection: " + "a,".repeat(100) + "\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
                        "HTTP/1.1 101 Switching Protocols\r\n\r\n")
                .map(AnswerConformanceTest::bad);
        var cutHeads = Stream.of("H", "HTTP/1.1 200 O", OK, OK + "Content-Length: 2\r\n")
                .map(part -> new Row("GET /", part, false, List.of(), 502, "", false));
        var broken = Stream.of(
                        OK + "Content-Length: 10\r\n\r\nok",
                        OK + "Content-Length: 10\r\n\r\n",
                        CHUNKED,
                        CHUNKED + "2\r\no",
                        CHUNKED + "2\r\nok\r\n",
                        CHUNKED + "2\r\nok\r\n0\r\n",
                        CHUNKED + "2\r\nok\r\n0\r\nX-T: 1\r\n",
                        CHUNKED + "2\r\nokX\r\n0\r\n\r\n",
                        CHUNKED + "2\r\nok\n0\r\n\r\n",
                        CHUNKED + "-2\r\nok\r\n0\r\n\r\n",
                        CHUNKED + "0x2\r\nok\r\n0\r\n\r\n",
                        CHUNKED + "2 \r\nok\r\n0\r\n\r\n",
                        CHUNKED + "2\nok\r\n0\r\n\r\n",
                        CHUNKED + "ffffffffffffffff2\r\nok\r\n0\r\n\r\n",
                        CHUNKED + "2;\r\nok\r\n0\r\n\r\n",
                        CHUNKED + "2\r\nok\r\n0\r\nContent-Length: 5\r\n\r\n",
                        CHUNKED + "2\r\nok\r\n0\r\nSet Cookie: evil\r\n\r\n",
                        CHUNKED + "2\r\nok\r\n0\r\n\n")
                .map(AnswerConformanceTest::broken)
                .flatMap(row -> Stream.of(row, row.to("GET / HTTP/1.0")));
        return Stream.of(right, followed, wrong, cutHeads, broken).flatMap(some -> some);
    }

    @BeforeAll
    static void start() throws Exception {
        app = ScriptedUpstream.tcp((wire, _, upstream) -> {
            for (var head = wire.readHead(); head.endsWith("\r\n\r\n"); head = wire.readHead()) {
                if (head.contains(" /next ")) {
                    wire.send(OK + "Content-Length: 4\r\n\r\nnext");
                    continue;
                }
                var row = now;
                wire.send(row.answer);
                if (!row.stays) {
                    return;
                }
            }
            upstream.note("closed");
        });
        bench = new Bench(Bench.usual().with(footplate.core.config.Setting.WORKERS, "1"));
        bench.add(app.address());
    }

    @AfterAll
    static void end() throws Exception {
        bench.close();
        app.close();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isPassedOnOrReplaced(Row row) throws Exception {
        now = row;
        var line = row.old() ? row.request + "\r\nConnection: keep-alive\r\n" : row.request + " HTTP/1.1\r\n";
        int before = app.accepted();
        try (var client = bench.client()) {
            client.send(line + "Host: a\r\n\r\n");
            var method = row.request.split(" ", 2)[0];
            if (row.kept) {
                client.send("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            } else {
                client.shutdownOutput();
            }
            var seen = ClientView.of(client, List.of(method, "GET"));
            var first = seen.answers().getFirst();
            assertThat(first.complete() ? first.status() : -first.status()).isEqualTo(row.status);
            assertThat(first.interims()).isEqualTo(row.interims);
            if (row.status > 0 && row.status != 502) {
                assertThat(first.body()).isEqualTo(row.body);
            }
            boolean chunked = row.old() || row.status == 204 || row.status == 304;
            if (chunked) {
                assertThat(first.head()).doesNotContainIgnoringCase("transfer-encoding");
            }
            if (row.kept && !first.head().contains("Connection: close")) {
                assertThat(seen.answers().get(1).body()).isEqualTo("next");
            }
            assertThat(seen.rest()).isEmpty();
        }
        assertThat(bench.underWay()).isZero();
        if (row.kept) {
            // Both requests went over one connection at most: the one that the row before left, or a new one.
            assertThat(app.accepted() - before).isLessThanOrEqualTo(1);
        } else {
            await().pollInterval(Duration.ofMillis(2))
                    .until(() -> bench.proxy.stats().idleUpstream() == 0);
        }
    }

    @Test
    void anAnswerBeforeTheRequestIsCompleteEndsBothConnections() throws Exception {
        now = fine(OK + "Content-Length: 2\r\n\r\nok", 200, "ok");
        try (var client = bench.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
            var answer = client.readAnswer();
            assertThat(answer).contains("Connection: close\r\n").endsWith("ok");
            client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readAll()).isEmpty();
        }
        assertThat(bench.underWay()).isZero();
    }

    @Test
    void anOfferToUpgradeIsPassedOn() throws Exception {
        now = fine(
                "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n",
                426,
                "");
        assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
                .contains("\r\nUpgrade: websocket\r\n", "\r\nConnection: Upgrade\r\n");
        now = fine(OK + "Upgrade: h2,h2c\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n", 200, "");
        assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).doesNotContain("Upgrade");
    }

    @Test
    void whatConcernsTheNeighbourAloneStaysBehind() throws Exception {
        now = fine(
                OK
                        + "Connection: X-A, keep-alive, Date\r\nX-A: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\nTE: x\r\n"
                        + "Proxy-Authenticate: x\r\nDate: then\r\nX_Under: 1\r\nX-Forwarded-For: mine\r\nContent-Length: 0\r\n\r\n",
                200,
                "");
        assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isEqualTo(OK + "Date: then\r\nX_Under: 1\r\nX-Forwarded-For: mine\r\nContent-Length: 0\r\n\r\n");
    }
}
