package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.routes.Target;
import footplate.core.config.routes.Template;
import footplate.proxy.access.LogPlaces;
import footplate.testkit.ScriptedUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that a route has in place of those of where it leads to. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
final class RouteSettingsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path folder;

    private static RouteDraft route(String path, Settings settings) {
        var draft = new RouteDraft();
        draft.path = path;
        draft.settings = settings;
        return draft;
    }

    private static Settings only(Setting setting, String value) {
        return Settings.standard().with(setting, value);
    }

    private static String post(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length);
    }

    @Test
    void aBodyMayBeLargerOrMustBeSmallerThanTheAppsOwnLimit() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = Bench.routed()) {
            bench.http = bench.http.with(Setting.MAX_BODY_SIZE, "100B");
            bench.add(app.address());
            bench.route(
                    route("/*", Settings.standard()).made(),
                    route("/large/*", only(Setting.MAX_BODY_SIZE, "1KB")).made(),
                    route("/any/*", only(Setting.MAX_BODY_SIZE, "0")).made(),
                    route("/small", only(Setting.MAX_BODY_SIZE, "10B")).made());
            for (int i = 0; i < 2; i++) {
                assertThat(bench.ask(post("/", 100))).startsWith("HTTP/1.1 200 ");
                assertThat(bench.ask(post("/", 101))).startsWith("HTTP/1.1 413 ");
                assertThat(bench.ask(post("/large/a", 1_024))).startsWith("HTTP/1.1 200 ");
                assertThat(bench.ask(post("/large/a", 1_025))).startsWith("HTTP/1.1 413 ");
                assertThat(bench.ask(post("/any/a", 100_000))).startsWith("HTTP/1.1 200 ");
                assertThat(bench.ask(post("/small", 10))).startsWith("HTTP/1.1 200 ");
                assertThat(bench.ask(post("/small", 11))).startsWith("HTTP/1.1 413 ");
            }
            try (var client = bench.client()) {
                // On one connection: each request is held to its own route.
                for (var path : List.of("/", "/small", "/large/b", "/small", "/")) {
                    client.send(post(path, 10));
                    assertThat(client.readAnswer()).startsWith("HTTP/1.1 200 ");
                }
            }
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void oneRouteIsGivenUpSoonerAndTheOtherIsWaitedFor() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    if (wire.readRequest().startsWith("GET /slow")) {
                        assertThat(wire.silentFor(Duration.ofMillis(400))).isTrue();
                        wire.send(OK);
                    } else {
                        wire.read();
                    }
                });
                var bench = Bench.routed()) {
            bench.http = bench.http.with(Setting.READ_TIMEOUT, "100ms").with(Setting.TRIES, "1");
            bench.add(app.address());
            bench.route(
                    route("/*", Settings.standard()).made(),
                    route("/slow", only(Setting.READ_TIMEOUT, "30s")).made());
            assertThat(bench.ask("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("ok");
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 504 ");
        }
    }

    @Test
    void bodiesAreReadInFullWhereTheRouteSaysSo() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = Bench.routed(Bench.usual().with(Setting.WORKERS, "1"))) {
            bench.add(app.address());
            bench.route(
                    route("/*", Settings.standard()).made(),
                    route("/form", only(Setting.BUFFERING, "on")).made(),
                    elsewhere("/there", app, only(Setting.BUFFERING, "on")).made());
            try (var client = bench.client();
                    var other = bench.client()) {
                other.send(post("/", 4));
                assertThat(other.readAnswer()).endsWith("ok");
                assertThat(app.next()).startsWith("POST / ");
                for (var path : List.of("/form", "/there")) {
                    client.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
                    other.send(post("/", 4));
                    assertThat(other.readAnswer()).endsWith("ok");
                    assertThat(app.next()).startsWith("POST / ");
                    // Both would have needed a connection at once.
                    assertThat(app.accepted()).isOne();
                    client.send("cd");
                    assertThat(client.readAnswer()).endsWith("ok");
                    assertThat(app.next()).startsWith("POST " + path + " ").endsWith("abcd");
                }
            }
        }
    }

    private static RouteDraft elsewhere(String path, ScriptedUpstream app, Settings settings) {
        var draft = route(path, settings);
        var port = app.address().substring(app.address().indexOf(':') + 1);
        draft.to = new Target.ToAddress(Template.of("http://${remote_addr}:" + port), "");
        return draft;
    }

    @Test
    void aRouteWhoseServerIsNamedByTheRequestHasItsOwnToo() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = Bench.routed()) {
            bench.route(
                    elsewhere("/*", app, Settings.standard()).made(),
                    elsewhere("/small", app, only(Setting.MAX_BODY_SIZE, "10B")).made());
            for (int i = 0; i < 3; i++) {
                assertThat(bench.ask(post("/", 100))).startsWith("HTTP/1.1 200 ");
                assertThat(bench.ask(post("/small", 10))).startsWith("HTTP/1.1 200 ");
                assertThat(bench.ask(post("/small", 11))).startsWith("HTTP/1.1 413 ");
            }
        }
    }

    @Test
    void theQueueAndItsPlacesAreTheAppsWhateverRouteARequestCameBy() throws Exception {
        var go = new Semaphore(0);
        try (var app = ScriptedUpstream.tcp((wire, _, upstream) -> {
                    for (var got = wire.readRequest(); !got.isEmpty(); got = wire.readRequest()) {
                        upstream.note(got);
                        go.acquireUninterruptibly();
                        wire.send(OK);
                    }
                });
                var bench = Bench.routed()) {
            bench.concurrency = 1;
            bench.maxQueue = 1;
            var only = bench.add(app.address());
            bench.route(
                    route("/*", Settings.standard()).made(),
                    route("/other", only(Setting.READ_TIMEOUT, "30s")).made());
            try (var first = bench.client();
                    var second = bench.client()) {
                first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(app.next()).startsWith("GET / ");
                second.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n");
                await().until(() -> bench.gate.queued() == 1);
                assertThat(only.load().underWay()).isOne();
                assertThat(bench.ask("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 503 ");
                go.release(2);
                assertThat(first.readAnswer()).endsWith("ok");
                assertThat(second.readAnswer()).endsWith("ok");
            }
        }
    }

    @Test
    void theAccessLogIsOffOrOfAnotherKindForARoute() throws Exception {
        var settings = Bench.usual()
                .with(Setting.WORKERS, "1")
                .with(Setting.ACCESS_LOG, "combined")
                .withAccessLogs(LogPlaces.files(app -> folder.resolve((app == null ? "none" : app) + ".log")));
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = Bench.routed(settings)) {
            bench.add(app.address());
            bench.route(
                    route("/*", Settings.standard()).made(),
                    route("/up", only(Setting.ACCESS_LOG, "off")).made(),
                    route("/api", only(Setting.ACCESS_LOG, "json")).made(),
                    route("/much", only(Setting.ACCESS_LOG_SAMPLE, "3")).made(),
                    elsewhere("/there", app, only(Setting.ACCESS_LOG, "json")).made());
            try (var client = bench.client()) {
                for (int i = 0; i < 6; i++) {
                    for (var path : List.of("/up", "/api", "/much", "/there", "/")) {
                        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
                        client.readAnswer();
                    }
                }
            }
            var log = folder.resolve("shop.log");
            await().until(() -> Files.exists(log) && Files.readAllLines(log).size() >= 14);
            var lines = Files.readAllLines(log);
            assertThat(lines).hasSize(14);
            assertThat(lines.stream().filter(line -> line.startsWith("{") && line.contains("\"/api\"")))
                    .hasSize(6);
            assertThat(lines.stream().filter(line -> line.contains("\"GET / HTTP/1.1\"")))
                    .hasSize(6);
            assertThat(lines.stream().filter(line -> line.contains("\"GET /much HTTP/1.1\"")))
                    .hasSize(2);
            await().until(() -> Files.readAllLines(folder.resolve("none.log")).size() == 6);
        }
    }
}
