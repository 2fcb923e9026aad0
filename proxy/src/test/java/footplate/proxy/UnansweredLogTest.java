package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.config.routes.Target;
import footplate.core.config.routes.Template;
import footplate.core.name.HostName;
import footplate.proxy.access.LogPlaces;
import footplate.proxy.flow.ProxySettings;
import footplate.testkit.ScriptedUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that no app has are in a log too: the server's own, by the server's settings. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class UnansweredLogTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String CLOSE = "\r\nConnection: close\r\n\r\n";

    @TempDir
    Path folder;

    private ProxySettings logging(String format) {
        return Bench.usual()
                .with(Setting.WORKERS, "1")
                .with(Setting.ACCESS_LOG, format)
                .withAccessLogs(
                        LogPlaces.files(app -> folder.resolve(app == null ? "access.log" : app + ".access.log")));
    }

    private List<String> lines(String log) throws IOException {
        var file = folder.resolve(log);
        var text = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private List<String> lines(String log, int count) {
        return await().until(() -> lines(log), lines -> lines.size() >= count);
    }

    private static Bench hosted(ProxySettings settings, ScriptedUpstream app) throws Exception {
        var bench = new Bench(settings);
        bench.hosts = List.of(new HostName("shop.example"));
        bench.add(app.address());
        return bench;
    }

    private ScriptedUpstream app() throws IOException {
        return ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(OK));
    }

    @Test
    void whatNoAppAnswersIsInTheServersLogAndInNoOther() throws Exception {
        try (var app = app();
                var bench = hosted(logging("combined"), app)) {
            bench.ask("GET /strange HTTP/1.1\r\nHost: other.example" + CLOSE);
            bench.ask("GET /known HTTP/1.1\r\nHost: shop.example" + CLOSE);
            bench.ask("GET /no\tsuch HTTP/1.1\r\nHost: shop.example" + CLOSE);
            assertThat(lines("access.log", 2))
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith("127.0.0.1 - - [")
                                    .contains(
                                            "\"GET /strange HTTP/1.1\" 404 ", " host=other.example up=- queue=- app=- ")
                                    .endsWith(" end=done"),
                            line -> assertThat(line).contains("] \"-\" 400 ", " host=- up=- "));
            assertThat(lines("shop.access.log", 1))
                    .singleElement()
                    .asString()
                    .contains("\"GET /known HTTP/1.1\" 200 2 ");
        }
    }

    @Test
    void aRouteThatLeadsToNobodyIsInTheServersLog() throws Exception {
        var draft = new RouteDraft();
        draft.to = new Target.Elsewhere(Template.of("https://shop.example${uri}"), 308);
        try (var bench = Bench.routed(logging("json"))) {
            bench.route(draft.made());
            bench.ask("GET /away HTTP/1.1\r\nHost: a" + CLOSE);
            assertThat(JsonLine.parse(lines("access.log", 1).getFirst()))
                    .containsEntry("target", "/away")
                    .containsEntry("status", "308");
            assertThat(lines("nobody.access.log")).isEmpty();
        }
    }

    @Test
    void theServersOwnSettingSaysWhetherItHasALog() throws Exception {
        var settings = logging("off");
        try (var app = app();
                var bench = hosted(settings, app)) {
            bench.http = bench.http.with(Setting.ACCESS_LOG, "combined");
            bench.publish();
            bench.ask("GET /strange HTTP/1.1\r\nHost: other.example" + CLOSE);
            bench.ask("GET /known HTTP/1.1\r\nHost: shop.example" + CLOSE);
            lines("shop.access.log", 1);
            await().during(Duration.ofMillis(200))
                    .until(() -> lines("access.log").isEmpty());
            bench.proxy.apply(settings.settings().with(Setting.ACCESS_LOG, "json"));
            bench.ask("GET /later HTTP/1.1\r\nHost: other.example" + CLOSE);
            assertThat(JsonLine.parse(lines("access.log", 1).getFirst())).containsEntry("target", "/later");
        }
    }
}
