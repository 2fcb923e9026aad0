package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.config.routes.Rate;
import footplate.core.config.routes.Rules;
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

/** Who may come in, how often, and how many at once. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class RouteAccessTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    @TempDir
    Path folder;

    private final RouteDraft draft = new RouteDraft();

    private static String from(String told) {
        return "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + told + "\r\n\r\n";
    }

    @Test
    void whoMayNotComeInIsToldSoAndTheAppHearsNothing() throws Exception {
        Files.writeString(folder.resolve("403.html"), "<p>no");
        draft.access = new Rules.Access(List.of(), RouteDraft.networks("127.0.0.0/8"));
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.http = bench.http.with(Setting.ERROR_PAGES, folder.toString());
            bench.add(app.address());
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send(GET);
                assertThat(client.readAnswer())
                        .startsWith("HTTP/1.1 403 Forbidden\r\n")
                        .contains("\r\nCache-Control: no-store\r\n")
                        .endsWith("This address may not come in here.\n");
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" + GET);
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 403 ");
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 403 ");
                await().until(() -> {
                    client.send("GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n");
                    return client.readAnswer().endsWith("<p>no");
                });
            }
            assertThat(app.accepted()).isZero();
        }
    }

    @Test
    void theRealAddressIsForRulesAndForTheApp() throws Exception {
        draft.real = new Rules.RealIp(RouteDraft.networks("127.0.0.1"), "X-Forwarded-For");
        draft.access = new Rules.Access(List.of(), RouteDraft.networks("6.6.6.6"));
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask(from("1.1.1.1, 6.6.6.6"))).startsWith("HTTP/1.1 403 ");
            assertThat(bench.ask(from("6.6.6.6, 2001:db8::1"))).endsWith("hello");
            assertThat(app.next())
                    .contains("\r\nX-Forwarded-For: 2001:db8::1\r\n", "\r\nX-Real-IP: 2001:db8::1\r\n")
                    .doesNotContain("6.6.6.6");
            assertThat(bench.ask(GET)).endsWith("hello");
            assertThat(app.next()).contains("\r\nX-Forwarded-For: 127.0.0.1\r\n");
        }
    }

    @Test
    void theRealAddressAndTheClientsOwnTargetAreLogged() throws Exception {
        draft.real = new Rules.RealIp(RouteDraft.networks("127.0.0.1"), "X-Forwarded-For");
        draft.rewrite = Template.of("/other");
        var log = folder.resolve("shop.access.log");
        var settings = Bench.usual()
                .with(Setting.ACCESS_LOG, "combined")
                .withAccessLogs(LogPlaces.files(app -> folder.resolve(app + ".access.log")));
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed(settings)) {
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask(from("9.9.9.9"))).endsWith("hello");
            assertThat(app.next()).startsWith("GET /other HTTP/1.1\r\n").contains("X-Request-Id: ");
            await().until(() -> Files.exists(log) && Files.readString(log).endsWith("\n"));
            assertThat(Files.readString(log)).startsWith("9.9.9.9 - - [").contains("\"GET / HTTP/1.1\" 200 5 ");
        }
    }

    @Test
    void aStrangersWordAboutAddressesIsNotTaken() throws Exception {
        draft.real = new Rules.RealIp(RouteDraft.networks("10.0.0.0/8"), "X-Forwarded-For");
        draft.access = new Rules.Access(RouteDraft.networks("1.1.1.1"), List.of());
        try (var bench = Bench.routed()) {
            bench.route(draft.made());
            assertThat(bench.ask(from("1.1.1.1"))).startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void whoComesTooOftenIsToldWhenToComeAgain() throws Exception {
        draft.rate = new Rules.RateLimit(new Rate(2, Duration.ofHours(1)), 1, "address");
        draft.real = new Rules.RealIp(RouteDraft.networks("127.0.0.1"), "X-Forwarded-For");
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask(GET)).endsWith("hello");
            assertThat(bench.ask(GET)).endsWith("hello");
            assertThat(bench.ask(GET))
                    .startsWith("HTTP/1.1 429 Too Many Requests\r\n")
                    .contains("\r\nRetry-After: 1");
            assertThat(bench.ask(from("9.9.9.9"))).endsWith("hello");
            // A reload that leaves the rule alone forgets nothing; one that changes it begins anew.
            bench.publish();
            assertThat(bench.ask(GET)).startsWith("HTTP/1.1 429 ");
            draft.rate = new Rules.RateLimit(new Rate(3, Duration.ofHours(1)), 1, "address");
            bench.route(draft.made());
            assertThat(bench.ask(GET)).endsWith("hello");
        }
    }

    @Test
    void onlySoManyAreThereAtOnceAndEachLeavesOnce() throws Exception {
        draft.most = new Rules.ConcurrencyLimit(1, "route");
        var goOn = new Semaphore(0);
        try (var app = ScriptedUpstream.tcp((wire, _, upstream) -> {
                    for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                        upstream.note(request);
                        goOn.acquireUninterruptibly();
                        wire.send(HELLO);
                    }
                });
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            try (var first = bench.client();
                    var gone = bench.client()) {
                first.send(GET);
                app.next();
                assertThat(bench.ask(GET)).startsWith("HTTP/1.1 503 ").contains("\r\nRetry-After: 1\r\n");
                goOn.release();
                assertThat(first.readAnswer()).endsWith("hello");
                gone.send(GET);
                app.next();
                bench.publish();
                assertThat(bench.ask(GET)).startsWith("HTTP/1.1 503 ");
                gone.reset();
                goOn.release(100);
                await().until(() -> bench.ask(GET).endsWith("hello"));
            }
        }
    }

    @Test
    void aWebSocketCountsUntilItIsClosed() throws Exception {
        draft.most = new Rules.ConcurrencyLimit(1, "address");
        draft.answer = RouteDraft.edits(java.util.Map.of("X-Set", "1"), List.of());
        try (var app = ScriptedUpstream.tcp((wire, number, _) -> {
                    wire.readHead();
                    if (number == 1) {
                        wire.send(
                                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
                        wire.readAll();
                    } else {
                        wire.send(HELLO);
                    }
                });
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 101 ").contains("\r\nX-Set: 1\r\n");
                assertThat(bench.ask(GET)).startsWith("HTTP/1.1 503 ");
            }
            await().until(() -> bench.ask(GET).endsWith("hello"));
        }
    }

    @Test
    void maintenanceIsForAllButTheExcepted() throws Exception {
        var page = Files.writeString(folder.resolve("down.html"), "<p>back soon");
        draft.maintenance =
                new Rules.Maintenance(page.toString(), RouteDraft.networks("9.9.9.9"), Duration.ofMinutes(2));
        draft.real = new Rules.RealIp(RouteDraft.networks("127.0.0.1"), "X-Forwarded-For");
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" + from("9.9.9.9"));
                assertThat(client.readAnswer())
                        .startsWith("HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html")
                        .contains("\r\nRetry-After: 120\r\n")
                        .endsWith("<p>back soon");
                assertThat(client.readAnswer()).endsWith("hello");
            }
            draft.maintenance = new Rules.Maintenance("", List.of(), Duration.ZERO);
            bench.route(draft.made());
            assertThat(bench.ask(GET))
                    .startsWith("HTTP/1.1 503 ")
                    .doesNotContain("Retry-After")
                    .endsWith("This is under maintenance.\n");
        }
    }

    @Test
    void aRouteForItsRulesAloneStandsBeforeOthers() throws Exception {
        draft.to = new footplate.core.config.routes.Target.Maintained();
        draft.path = "/a/*";
        draft.maintenance = new Rules.Maintenance("", RouteDraft.networks("9.9.9.9"), Duration.ZERO);
        draft.real = new Rules.RealIp(RouteDraft.networks("127.0.0.1"), "X-Forwarded-For");
        var behind = new RouteDraft();
        behind.answer = RouteDraft.edits(java.util.Map.of("X-Set", "1"), List.of());
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made(), behind.made());
            assertThat(bench.ask("GET /a/b HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 503 ");
            assertThat(bench.ask("GET /a/b HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n"))
                    .contains("X-Set: 1\r\n")
                    .endsWith("hello");
            assertThat(bench.ask(GET)).endsWith("hello");
        }
    }
}
