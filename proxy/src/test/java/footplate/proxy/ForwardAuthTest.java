package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Target;
import footplate.core.config.routes.Template;
import footplate.proxy.flow.AppMistake;
import footplate.testkit.ScriptedUpstream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another server decides who passes. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class ForwardAuthTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    private final RouteDraft draft = new RouteDraft();

    private void ask(String authority, Duration timeout) {
        draft.auth = new Rules.ForwardAuth(
                Template.of("http://" + authority + "/check?m=${method}"), List.of("X-User", "X-Role"), timeout);
    }

    private static ScriptedUpstream auth(String answer) throws IOException {
        return ScriptedUpstream.tcp(ScriptedUpstream.always(answer));
    }

    @Test
    void whoMayPassGoesOnWithWhatTheServerSaysOfHim() throws Exception {
        try (var auth = auth("HTTP/1.1 200 OK\r\nX-User: anna\r\nX-Role: a\r\nX-Role: b\r\nX-Other: c\r\n"
                        + "Content-Length: 6\r\n\r\nthrown");
                var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            ask(auth.address(), Duration.ofSeconds(5));
            bench.add(app.address());
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send(
                        "POST /a?b HTTP/1.1\r\nHost: shop.example\r\nCookie: s=1\r\nX-User: root\r\nx_role: root\r\n"
                                + "X-Original-URI: /public\r\nRange: bytes=0-1\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(client.readAnswer()).endsWith("hello");
                assertThat(auth.next().lines().toList())
                        .containsExactly(
                                "GET /check?m=POST HTTP/1.1",
                                "Host: " + auth.address(),
                                "Cookie: s=1",
                                "X-Forwarded-For: 127.0.0.1",
                                "X-Forwarded-Proto: http",
                                "X-Forwarded-Port: " + bench.port,
                                "X-Real-IP: 127.0.0.1",
                                "X-Original-URI: /a?b",
                                "X-Forwarded-Uri: /a?b",
                                "X-Original-Method: POST",
                                "X-Forwarded-Method: POST",
                                "X-Original-Host: shop.example",
                                "X-Forwarded-Host: shop.example",
                                "X-Original-URL: http://shop.example/a?b",
                                "");
                assertThat(app.next())
                        .contains(
                                "\r\nX-Forwarded-Host: shop.example\r\nX-User: anna\r\nX-Role: a\r\nX-Role: b\r\n\r\nabc")
                        .doesNotContain("root", "X-Other");
                client.send(GET);
                assertThat(client.readAnswer()).endsWith("hello");
            }
            // Its answers were taken to their ends, so that the connection could be used again.
            assertThat(auth.accepted()).isEqualTo(1);
        }
    }

    @Test
    void whoMayNotIsToldWhatTheServerSays() throws Exception {
        draft.answer = RouteDraft.edits(java.util.Map.of("X-Set", "1"), List.of());
        try (var auth = auth("HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer a\r\nWWW-Authenticate: Basic b\r\n"
                        + "Set-Cookie: s=2\r\nLocation: /login\r\nX-User: anna\r\nContent-Length: 0\r\n\r\n");
                var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            ask(auth.address(), Duration.ofSeconds(5));
            bench.add(app.address());
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" + GET);
                assertThat(client.readAnswer())
                        .startsWith("HTTP/1.1 401 Unauthorized\r\n")
                        .contains(
                                "\r\nWWW-Authenticate: Bearer a\r\nWWW-Authenticate: Basic b\r\nLocation: /login\r\n"
                                        + "Set-Cookie: s=2\r\n",
                                "\r\nX-Set: 1\r\n")
                        .doesNotContain("anna");
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 401 ");
            }
            assertThat(app.accepted()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nx",
                "HTTP/1.1 200\nX-User: root\n\n",
                "HTTP/1.1 200 OK\r\nX-User: a\rb\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void whoeverAnswersAnythingElseHasSaidNo(String answer) throws Exception {
        try (var auth = auth(answer);
                var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            ask(auth.address(), Duration.ofSeconds(5));
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask(GET)).startsWith("HTTP/1.1 500 ").doesNotContain("Location");
            assertThat(app.accepted()).isZero();
            assertThat(bench.bugs)
                    .allSatisfy(told ->
                            assertThat(told).isInstanceOf(AppMistake.class).hasMessageContaining("forward_auth"));
            bench.bugs.clear();
        }
    }

    @Test
    void whoeverAnswersTooLateOrNotAtAllHasSaidNo() throws Exception {
        try (var auth = ScriptedUpstream.tcp((wire, _, _) -> {
                    wire.readHead();
                    wire.send("HTTP/1.1 100 Continue\r\n\r\n");
                    wire.readAll();
                });
                var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            ask(auth.address(), Duration.ofMillis(100));
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask(GET)).startsWith("HTTP/1.1 500 ");
            auth.stopListening();
            assertThat(bench.ask(GET)).startsWith("HTTP/1.1 500 ");
            assertThat(app.accepted()).isZero();
            bench.bugs.clear();
        }
    }

    @Test
    void anAnswerWithoutEndHoldsNobodyUp() throws Exception {
        try (var auth = ScriptedUpstream.tcp((wire, _, upstream) -> {
                    wire.readHead();
                    wire.send("HTTP/1.1 204 OK\r\nX-User: anna\r\n\r\n");
                    if (wire.readHead().isEmpty()) {
                        return;
                    }
                    wire.send("HTTP/1.1 200 OK\r\nX-User: anna\r\n\r\n");
                    try {
                        for (int i = 0; i < 100_000; i++) {
                            wire.send("x".repeat(1_000));
                        }
                    } catch (IOException closed) {
                        upstream.note("closed");
                    }
                });
                var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed(Bench.usual().with(footplate.core.config.Setting.WORKERS, "1"))) {
            ask(auth.address(), Duration.ofSeconds(5));
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask(GET)).endsWith("hello");
            assertThat(bench.ask(GET)).endsWith("hello");
            assertThat(auth.next()).isEqualTo("closed");
            assertThat(app.next()).contains("X-User: anna");
        }
    }

    @Test
    void aServerByNameIsLookedUp() throws Exception {
        try (var auth = auth("HTTP/1.1 204 OK\r\n\r\n");
                var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            ask(auth.address().replace("127.0.0.1", "localhost"), Duration.ofSeconds(5));
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask(GET)).endsWith("hello");
            assertThat(auth.next()).contains("Host: localhost:");
            ask("no-such-name.invalid:80", Duration.ofSeconds(5));
            bench.route(draft.made());
            assertThat(bench.ask(GET)).startsWith("HTTP/1.1 500 ");
            bench.bugs.clear();
        }
    }

    @Test
    void whatAClientShowsIsAskedAboutAndReplaced() throws Exception {
        try (var auth = auth("HTTP/1.1 200 OK\r\nAuthorization: Bearer inner\r\nContent-Length: 0\r\n\r\n");
                var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            draft.auth = new Rules.ForwardAuth(
                    Template.of("http://" + auth.address()), List.of("Authorization"), Duration.ofSeconds(5));
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic b3V0ZXI6\r\n\r\n"))
                    .endsWith("hello");
            assertThat(auth.next()).startsWith("GET / HTTP/1.1\r\n").contains("\r\nAuthorization: Basic b3V0ZXI6\r\n");
            assertThat(app.next()).containsOnlyOnce("Authorization").contains("\r\nAuthorization: Bearer inner\r\n");
        }
    }

    @Test
    void aRedirectIsForThoseWhoMayPassToo() throws Exception {
        draft.to = new Target.Elsewhere(Template.of("/secret"), 302);
        try (var auth = ScriptedUpstream.tcp((wire, _, _) -> {
                    for (var head = wire.readHead(); !head.isEmpty(); head = wire.readHead()) {
                        wire.send(
                                head.contains("Cookie: yes")
                                        ? "HTTP/1.1 204 OK\r\n\r\n"
                                        : "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
                    }
                });
                var bench = Bench.routed()) {
            ask(auth.address(), Duration.ofSeconds(5));
            bench.route(draft.made());
            assertThat(bench.ask(GET)).startsWith("HTTP/1.1 403 ").doesNotContain("secret");
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: x\r\nCookie: yes\r\n\r\n"))
                    .contains("Location: /secret\r\n");
        }
    }

    @Test
    void aClientThatLeavesIsAskedAboutNoMore() throws Exception {
        draft.most = new Rules.ConcurrencyLimit(1, "route");
        try (var auth = ScriptedUpstream.tcp((wire, _, upstream) -> {
                    upstream.note(wire.readHead());
                    upstream.note("end" + wire.readAll());
                });
                var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            ask(auth.address(), Duration.ofSeconds(30));
            bench.add(app.address());
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send(GET);
                auth.next();
                assertThat(bench.ask(GET)).startsWith("HTTP/1.1 503 ");
                client.reset();
            }
            assertThat(auth.next()).isEqualTo("end");
            draft.auth = null;
            bench.route(draft.made());
            await().until(() -> bench.ask(GET).endsWith("hello"));
        }
    }

    @Test
    void aLargeBodyComesWhenTheServerHasDecided() throws Exception {
        try (var auth = auth("HTTP/1.1 200 OK\r\nX-User: anna\r\nContent-Length: 0\r\n\r\n");
                var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            ask(auth.address(), Duration.ofSeconds(5));
            for (int concurrency = 0; concurrency < 2; concurrency++) {
                bench.concurrency = concurrency;
                bench.targets.clear();
                bench.add(app.address());
                bench.route(draft.made());
                try (var client = bench.client()) {
                    client.send(
                            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + "b".repeat(300_000) + GET);
                    assertThat(client.readAnswer()).endsWith("hello");
                    assertThat(app.next()).contains("X-User: anna\r\n\r\nbbb").endsWith("b".repeat(300_000));
                    assertThat(client.readAnswer()).endsWith("hello");
                    app.next();
                }
            }
        }
    }
}
