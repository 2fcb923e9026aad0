package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a file's routes do to requests on their way, all of it through a daemon; the rest of it is held in the proxy's own tests. */
final class RulesIT {
    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private FaultyHome home;
    private HttpServer server;
    private int port;
    private Path file;

    @BeforeEach
    void make() throws Exception {
        home = FaultyHome.make();
        port = Footplate.freePort();
        file = home.folder().resolve("footplate.yml");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var path = exchange.getRequestURI().toString();
            var user = String.valueOf(exchange.getRequestHeaders().getFirst("X-User"));
            heard.add(exchange.getRequestHeaders().getFirst("Host") + path);
            boolean refused =
                    path.startsWith("/check") && exchange.getRequestHeaders().getFirst("Cookie") == null;
            exchange.getResponseHeaders().add("X-User", "anna");
            var body = (path + " " + user).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(refused ? 401 : 200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
    }

    @AfterEach
    void close() throws Exception {
        server.stop(0);
        home.close();
    }

    private void write(String... routes) throws Exception {
        Files.writeString(
                file,
                "listen: \"127.0.0.1:%d\"\nroutes:\n  - ".formatted(port)
                        + String.join("\n  - ", routes)
                                .replace(
                                        "SERVER",
                                        "127.0.0.1:" + server.getAddress().getPort())
                        + "\n");
    }

    private Line.Answer get(String target, String... fields) throws Exception {
        return Line.get(port, target, fields);
    }

    private int post(String target, String body) throws Exception {
        try (var line = new Line(port)) {
            return line.ask("POST", target, body).status();
        }
    }

    @Test
    void aFilesRulesAreInForceAndSurviveReloads() throws Exception {
        Files.writeString(home.folder().resolve("users"), "anna:{SHA}GpHWL3ymc5liWkNopqtdSjuqYHM=\n");
        Files.writeString(home.folder().resolve("down.html"), "<p>back soon");
        var limited = "{ path: /limited, to: \"SERVER\", rate_limit: { rate: 1/h, burst: 1 } }";
        write(
                limited,
                "{ path: \"/old/*\", redirect: \"https://new.example${uri}\", status: 301 }",
                "{ path: /users, to: \"SERVER\", basic_auth: users }",
                "{ path: \"/api/*\", to: \"SERVER\", strip_prefix: /api, forward_auth: { to: \"http://SERVER/check\", copy_headers: X-User } }",
                "{ path: /closed, to: \"SERVER\", deny: all, response_headers: { set: { X-Why: closed } } }",
                "{ path: /down, maintenance: { page: down.html, retry_after: 1m } }",
                "{ path: /twice, to: \"SERVER\", mirror: \"SERVER\" }",
                "{ path: /form, to: \"SERVER\", max_body_size: 10B }",
                "{ path: /real, to: \"SERVER\", real_ip: { from: 127.0.0.1 }, allow: 9.9.9.9, hsts: 1d }");
        home.done("start");

        assertThat(get("/limited").status()).isEqualTo(200);
        assertThat(get("/limited").status()).isEqualTo(200);
        assertThat(get("/limited").status()).isEqualTo(429);
        assertThat(get("/old/a?b").field("Location")).isEqualTo("https://new.example/old/a?b");
        assertThat(get("/users").field("WWW-Authenticate")).startsWith("Basic realm=");
        assertThat(get("/users", "Authorization: Basic YW5uYTpwdw==").body()).isEqualTo("/users null");
        assertThat(get("/api/x", "X-User: root").status()).isEqualTo(401);
        assertThat(get("/api/x", "X-User: root", "Cookie: a").body()).isEqualTo("/x anna");
        assertThat(get("/closed").status()).isEqualTo(403);
        assertThat(get("/closed").field("X-Why")).isEqualTo("closed");
        assertThat(get("/down").body()).isEqualTo("<p>back soon");
        assertThat(get("/down").field("Retry-After")).isEqualTo("60");
        heard.clear();
        assertThat(get("/twice").status()).isEqualTo(200);
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isNotNull().endsWith("/twice");
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isNotNull().endsWith("/twice");
        assertThat(get("/real").status()).isEqualTo(403);
        assertThat(get("/real", "X-Forwarded-For: 9.9.9.9", "X-Forwarded-Proto: https")
                        .field("Strict-Transport-Security"))
                .isEqualTo("max-age=86400");

        assertThat(post("/form", "0123456789")).isEqualTo(200);
        assertThat(post("/form", "0123456789a")).isEqualTo(413);

        write(
                limited,
                "{ path: /users, to: \"SERVER\" }",
                "{ path: /form, to: \"SERVER\", max_body_size: 5B, tries: 1 }");
        assertThat(home.done("reload", "--plan").out())
                .contains("route '* /form' changes: max_body_size 10B → 5B, tries the target's → 1");
        home.done("reload");
        await().until(() -> get("/users").status() == 200);
        assertThat(get("/limited").status()).isEqualTo(429);
        assertThat(get("/closed").status()).isEqualTo(404);
        assertThat(post("/form", "01234")).isEqualTo(200);
        assertThat(post("/form", "012345")).isEqualTo(413);
    }
}
