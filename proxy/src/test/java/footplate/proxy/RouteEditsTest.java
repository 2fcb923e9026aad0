package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Target;
import footplate.core.config.routes.Template;
import footplate.testkit.ScriptedUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redirects, other targets, changed fields, and what browsers are told. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class RouteEditsTest {
    private static final String HELLO =
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Powered-By: x\r\nSet-Cookie: a=b\r\n\r\nhello";

    @TempDir
    Path folder;

    private final RouteDraft draft = new RouteDraft();

    @Test
    void aRedirectIsAnsweredHereAndTheConnectionStays() throws Exception {
        draft.to = new Target.Elsewhere(Template.of("https://shop.example${uri}"), 308);
        draft.answer = RouteDraft.edits(Map.of("X-From", "${host}"), List.of());
        try (var bench = Bench.routed()) {
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send("GET /a?b=%20 HTTP/1.1\r\nHost: old.example\r\nAccept: text/html\r\n\r\n");
                assertThat(client.readAnswer())
                        .startsWith("HTTP/1.1 308 Permanent Redirect\r\nContent-Type: text/html")
                        .contains("\r\nLocation: https://shop.example/a?b=%20\r\n", "\r\nX-From: old.example\r\n")
                        .contains("\r\nDate: ")
                        .doesNotContain("no-store");
                client.send("HEAD /x HTTP/1.1\r\nHost: old.example\r\n\r\n");
                assertThat(client.readHead()).contains("Location: https://shop.example/x\r\n");
                client.send(
                        "POST /p HTTP/1.1\r\nHost: o\r\nContent-Length: 3\r\n\r\nabcGET /q HTTP/1.1\r\nHost: o\r\n\r\n");
                assertThat(client.readAnswer()).contains("shop.example/p\r\n");
                assertThat(client.readAnswer()).contains("shop.example/q\r\n");
            }
        }
    }

    @Test
    void aRequestWhoseBodyIsStillComingIsAnsweredAndClosed() throws Exception {
        draft.to = new Target.Elsewhere(Template.of("https://shop.example/"), 302);
        try (var bench = Bench.routed()) {
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send("POST / HTTP/1.1\r\nHost: o\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
                assertThat(client.readAnswer())
                        .startsWith("HTTP/1.1 302 Found\r\n")
                        .contains("Connection: close\r\n")
                        .doesNotContain("100 Continue");
                client.shutdownOutput();
                assertThat(client.read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void anotherTargetGoesToTheApp() throws Exception {
        draft.path = "/api/*";
        draft.stripPrefix = "/api";
        var other = new RouteDraft();
        other.path = "/old/*";
        other.rewrite = Template.of("/new${path}?from=${query}");
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made(), other.made());
            try (var client = bench.client()) {
                client.send(
                        "GET /api/a?b=c HTTP/1.1\r\nHost: x\r\nX-Kept: 1\r\nConnection: X-Mine\r\nX-Mine: 2\r\n\r\n");
                client.readAnswer();
                assertThat(app.next())
                        .startsWith("GET /a?b=c HTTP/1.1\r\nHost: x\r\nX-Kept: 1\r\nX-Forwarded-For: 127.0.0.1\r\n")
                        .doesNotContain("X-Mine");
                client.send("GET http://x/api HTTP/1.1\r\nHost: y\r\n\r\n");
                client.readAnswer();
                assertThat(app.next()).startsWith("GET / HTTP/1.1\r\nHost: x\r\n");
                client.send(
                        "POST /old/b?c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
                client.readAnswer();
                assertThat(app.next())
                        .startsWith("POST /new/old/b?from=c HTTP/1.1\r\n")
                        .endsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
            }
        }
    }

    @Test
    void aFileIsFoundByTheOtherTarget() throws Exception {
        Files.writeString(folder.resolve("a.txt"), "a file");
        draft.stripPrefix = "/static";
        draft.path = "/static/*";
        draft.answer = RouteDraft.edits(Map.of("Cache-Control", "max-age=60"), List.of("ETag"));
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.publicDirectory = folder.toString();
            bench.add(app.address());
            bench.route(draft.made());
            try (var client = bench.client()) {
                for (int i = 0; i < 3; i++) {
                    client.send("GET /static/a.txt HTTP/1.1\r\nHost: x\r\n\r\n");
                    assertThat(client.readAnswer())
                            .startsWith("HTTP/1.1 200 OK\r\n")
                            .contains("\r\nCache-Control: max-age=60\r\n", "Last-Modified")
                            .doesNotContain("ETag")
                            .endsWith("\r\n\r\na file");
                }
            }
            assertThat(app.accepted()).isZero();
        }
    }

    @Test
    void fieldsOfRequestsAndAnswersAreChanged() throws Exception {
        draft.request = RouteDraft.edits(
                Map.of("Host", "inner", "X-Client", "${remote_addr} ${method} ${http_user_agent}"), List.of("Cookie"));
        draft.answer = RouteDraft.edits(Map.of("X-Path", "${path}"), List.of("X-Powered-By", "Set-Cookie"));
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask("GET /a HTTP/1.1\r\nHost: x\r\nCookie: c\r\nUser-Agent: me\r\nX-Client: them\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Path: /a\r\nDate: ");
            assertThat(app.next().lines().toList())
                    .containsExactly(
                            "GET /a HTTP/1.1",
                            "Host: inner",
                            "User-Agent: me",
                            "X-Forwarded-For: 127.0.0.1",
                            "X-Forwarded-Proto: http",
                            "X-Forwarded-Port: " + bench.port,
                            "X-Real-IP: 127.0.0.1",
                            "X-Forwarded-Host: x",
                            "X-Client: 127.0.0.1 GET me",
                            "");
        }
    }

    @Test
    void ourOwnPagesAreChangedToo() throws Exception {
        draft.answer = RouteDraft.edits(Map.of("X-Frame-Options", "DENY", "Cache-Control", "private"), List.of());
        try (var app = ScriptedUpstream.tcp((_, _, _) -> {});
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"))
                    .startsWith("HTTP/1.1 502 ")
                    .contains("\r\nX-Frame-Options: DENY\r\n", "\r\nCache-Control: private\r\n")
                    .doesNotContain("no-store");
        }
    }

    @Test
    void hstsIsForThoseWhoCameByHttps() throws Exception {
        draft.hsts = new Rules.Hsts(Duration.ofDays(365), true, false);
        draft.real = new Rules.RealIp(RouteDraft.networks("127.0.0.1"), "X-Forwarded-For");
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n")).doesNotContain("Strict-Transport");
            app.next();
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: https\r\n\r\n"))
                    .contains("\r\nStrict-Transport-Security: max-age=31536000; includeSubDomains\r\n");
            assertThat(app.next())
                    .contains("X-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\n")
                    .doesNotContain("Proto: http\r\n");
        }
    }

    @Test
    void pagesOfOtherOriginsMayAsk() throws Exception {
        draft.cors = new Rules.Cors(
                List.of("https://a.example"), List.of("PUT"), List.of("X-A"), List.of(), true, Duration.ofHours(1));
        draft.answer = RouteDraft.edits(Map.of("X-Set", "1"), List.of());
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send("OPTIONS / HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\n"
                        + "Access-Control-Request-Method: PUT\r\n\r\n");
                assertThat(client.readHead())
                        .startsWith("HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: https://a.example\r\n")
                        .contains("Access-Control-Allow-Methods: PUT\r\n", "\r\nX-Set: 1\r\n", "\r\nVary: Origin, ")
                        .doesNotContain("Content-Length");
                client.send("GET / HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\n\r\n");
                assertThat(client.readAnswer())
                        .contains("Access-Control-Allow-Origin: https://a.example\r\n", "\r\nVary: Origin\r\n")
                        .endsWith("hello");
                client.send("GET / HTTP/1.1\r\nHost: x\r\nOrigin: https://b.example\r\n\r\n");
                assertThat(client.readAnswer()).contains("\r\nVary: Origin\r\n").doesNotContain("Access-Control");
            }
            app.next();
            assertThat(app.next()).contains("Origin: https://b.example");
            assertThat(app.notedLeft()).isZero();
        }
    }
}
