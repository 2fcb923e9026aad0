package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code footplate proxy} and {@code footplate serve}: in front of real servers, and of a folder. */
@Tag("node")
@Timeout(120)
class SiteIT {
    /** Says who it is; {@code /slow} says so in its log, and answers when it is told to by {@code /go}. */
    private static final String SERVER = """
            const http = require('http')
            let waiting = []
            http.createServer((request, response) => {
              if (request.url === '/slow') { waiting.push(response); console.log('slow'); return }
              if (request.url === '/go') { waiting.forEach(slow => slow.end('at last')); waiting = [] }
              response.end('server ' + process.argv[2])
            }).listen(process.argv[2], () => console.log('listens'))
            """;

    @TempDir
    Path folder;

    private Footplate footplate;

    @BeforeEach
    void moveIn() throws IOException {
        footplate = new Footplate(folder);
        Files.writeString(folder.resolve("server.js"), SERVER);
    }

    @AfterEach
    void moveOut() throws Exception {
        footplate.close();
        assertThat(footplate.home()).describedAs("it needs no home").doesNotExist();
    }

    private Footplate.Running server(Object where) throws IOException {
        var server = footplate.beginProgram("node", folder.resolve("server.js"), where);
        server.awaitOut("listens");
        return server;
    }

    @Test
    void requestsGoToEveryServerAndGoOnWhenOneDies() throws Exception {
        int port = Footplate.freePort();
        var socket = folder.resolve("a.sock");
        var one = server(port);
        var two = server(socket);
        var proxy = footplate.begin("proxy", "--to", ":" + port + ",unix:a.sock", "--port", 0, "--workers", 1);
        int entry = proxy.port();

        try (var slow = new Line(entry);
                var line = new Line(entry)) {
            slow.send("GET", "/slow", "");
            one.awaitOut("slow");
            assertThat(line.ask("GET", "/", "").body()).isEqualTo("server " + socket);

            one.process().destroyForcibly().waitFor();
            two.awaitOut("slow");
            for (int i = 0; i < 100; i++) {
                assertThat(line.ask("GET", "/", "").body()).isEqualTo("server " + socket);
            }
            assertThat(line.ask("POST", "/", "body").body()).isEqualTo("server " + socket);
            line.ask("GET", "/go", "");
            assertThat(slow.answer().body()).isEqualTo("at last");
        }
        proxy.awaitErr("127.0.0.1:" + port + " cannot be reached: it gets no requests for 10s");
        assertThat(proxy.signal("TERM").code()).isZero();
    }

    @Test
    void aClientStaysWhereItsAddressOrItsCookieLeads() throws Exception {
        int port = Footplate.freePort();
        server(port);
        server(folder.resolve("a.sock"));
        var servers = ":" + port + ",unix:a.sock";
        int byAddress = footplate
                .begin("proxy", "--to", servers, "--port", 0, "--balance", "ip_hash")
                .port();
        var first = Line.get(byAddress, "/").body();
        for (int i = 0; i < 20; i++) {
            assertThat(Line.get(byAddress, "/").body()).isEqualTo(first);
        }

        int byCookie = footplate
                .begin("proxy", "--to", servers, "--port", 0, "--balance", "round_robin", "--sticky-sessions")
                .port();
        var known = Line.get(byCookie, "/");
        var cookie = known.field("Set-Cookie");
        assertThat(cookie).startsWith("footplate-process=");
        for (int i = 0; i < 20; i++) {
            assertThat(Line.get(byCookie, "/", "Cookie: " + cookie.substring(0, cookie.indexOf(';')))
                            .body())
                    .isEqualTo(known.body());
        }
    }

    @Test
    void aRequestUnderWayIsAnsweredBeforeItEnds() throws Exception {
        int port = Footplate.freePort();
        var server = server(port);
        var proxy = footplate.begin("proxy", "--to", "http://127.0.0.1:" + port + "/", "--port", 0);
        int entry = proxy.port();
        try (var slow = new Line(entry);
                var idle = new Line(entry)) {
            assertThat(idle.ask("GET", "/", "").status()).isEqualTo(200);
            slow.send("GET", "/slow", "");
            server.awaitOut("slow");

            Footplate.signal("INT", proxy.pid());
            proxy.awaitErr("stopping");
            assertThat(idle.in().read())
                    .describedAs("idle connections are closed")
                    .isEqualTo(-1);
            assertThat(Line.get(port, "/go").status()).isEqualTo(200);

            var answer = slow.answer();
            assertThat(answer.body()).isEqualTo("at last");
            assertThat(slow.in().read()).isEqualTo(-1);
        }
        assertThat(proxy.ended().code()).isZero();
    }

    @Test
    void aKilledProxyLeavesNothing() throws Exception {
        int port = Footplate.freePort();
        server(port);
        var temporary = Files.createDirectory(folder.resolve("tmp"));
        var proxy = footplate
                .with("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary)
                .begin("proxy", "--to", ":" + port, "--port", 0, "--buffering", "on", "--buffer-memory", "1KB");
        int entry = proxy.port();
        assertThat(Line.get(entry, "/").status()).isEqualTo(200);
        try (var line = new Line(entry)) {
            assertThat(line.ask("POST", "/", "x".repeat(100_000)).status()).isEqualTo(200);
            // The warm-up of its first moments has a folder.
            Footplate.await(20, () -> temporary.toFile().list().length == 0);

            proxy.process().destroyForcibly().waitFor();
        }

        try (var left = Files.list(temporary)) {
            assertThat(left).isEmpty();
        }
        try (var again = new ServerSocket(entry)) {
            assertThat(again.isBound()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '"',
            value = {
                "2 > proxy > --to :3000",
                "2 > proxy --to shop > the port is missing",
                "2 > proxy --to https://shop > TLS",
                "2 > proxy --to unix: > the socket's path is missing",
                "2 > proxy --to :1 --read-timeout soon > 500ms, 30s, 5m, 2h",
                "2 > proxy --to :1 --keepalive-timout 5s > Did you mean '--keepalive-timeout'?",
                "2 > proxy --to :1 --max-header-size 2MB > Write 1MB or less.",
                "2 > proxy --to :1 --error-pages nowhere > there is no such folder",
                "2 > proxy --to :1 --max-memory 100MB > it is about processes that Footplate starts",
                "2 > proxy --to :1 --user nobody > 'footplate start' take --user",
                "2 > proxy --to :1 --health tcp > an upstream with 'health'",
                "2 > serve --balance ip_hash > 'footplate proxy' takes --balance",
                "2 > serve --tries 2 > files answer them all",
                "1 > proxy --to nowhere.invalid:80 --port 0 > no address is known for the name",
                "1 > proxy --to :8080 > every request would come back to us",
                "1 > proxy --to :1 --port 0 --bind shop > this is no IP address",
                "1 > proxy --to :1 --port 0 --bind 192.0.2.1 > this machine has no such address",
                "2 > proxy --to :1 --temp-path nowhere > there is no such folder",
                "1 > serve --file-cache 256MB --port 0 > --file-cache: '256MB' is more than there is",
                "2 > serve nowhere > there is no such folder",
                "2 > serve server.js > is no folder"
            })
    void whatCannotBeIsToldWithItsCure(int code, String line, String hint) throws Exception {
        var ended = footplate.run((Object[]) line.split(" ", -1));

        assertThat(ended.code()).describedAs(ended.toString()).isEqualTo(code);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains(hint);
    }

    @Test
    void aPortInUseIsToldWithItsCure() throws Exception {
        try (var taken = new ServerSocket(0)) {
            var ended = footplate.run("serve", "--port", taken.getLocalPort(), "--bind", "0.0.0.0");

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err()).contains("another program listens on port", "--port");
        }
    }

    @Test
    void aFolderIsServedWithTheApplicationsPageForEveryPage() throws Exception {
        var dist = Files.createDirectory(folder.resolve("dist"));
        Files.writeString(dist.resolve("index.html"), "<p>the app");
        Files.writeString(dist.resolve("app.js"), "go()");
        Files.writeString(dist.resolve(".env"), "SECRET");
        int entry = footplate.begin("serve", "dist", "--spa", "--port", 0).port();
        for (var path : List.of("/", "/index.html", "/orders/17")) {
            assertThat(Line.get(entry, path, "Accept: text/html").body())
                    .describedAs(path)
                    .isEqualTo("<p>the app");
        }
        assertThat(Line.get(entry, "/app.js").field("Content-Type")).startsWith("text/javascript");
        assertThat(Line.get(entry, "/no.js").status()).isEqualTo(404);
        assertThat(Line.get(entry, "/.env").body()).doesNotContain("SECRET");

        int plain = footplate.begin("serve", dist, "--port", 0).port();
        assertThat(Line.get(plain, "/").body()).isEqualTo("<p>the app");
        assertThat(Line.get(plain, "/orders/17", "Accept: text/html").status()).isEqualTo(404);
    }

    @Test
    void theAccessLogIsPrintedOrGoesIntoAFile() throws Exception {
        Files.writeString(folder.resolve("page.html"), "hello");
        var printing = footplate.begin("serve", "--port", 0, "--access-log", "combined");
        int port = printing.port();
        assertThat(Line.get(port, "/page.html").status()).isEqualTo(200);
        printing.awaitOut("\"GET /page.html HTTP/1.1\" 200 5 ");
        assertThat(printing.signal("TERM").out()).hasLineCount(1);

        var file = folder.resolve("access.log");
        Files.writeString(file, "before\n");
        var writing = footplate.begin("serve", "--port", 0, "--access-log-file", "access.log");
        assertThat(Line.get(writing.port(), "/nothing.css").status()).isEqualTo(404);
        var ended = writing.signal("TERM");
        assertThat(ended.out()).isEmpty();
        assertThat(Files.readAllLines(file))
                .hasSize(2)
                .last()
                .asString()
                .contains("\"GET /nothing.css HTTP/1.1\" 404 ");
    }

    @Test
    void manyRequestsAtOnceLoseNoneWhenAServerComesAndGoes() throws Exception {
        int port = Footplate.freePort();
        var one = server(port);
        server(folder.resolve("b.sock"));
        int entry = footplate
                .begin("proxy", "--to", ":" + port, "--to", "unix:b.sock", "--port", 0)
                .port();
        var clients = java.util.stream.IntStream.range(0, 8)
                .mapToObj(_ -> CompletableFuture.supplyAsync(
                        () -> {
                            int wrong = 0;
                            try (var line = new Line(entry)) {
                                for (int i = 0; i < 300; i++) {
                                    wrong += line.ask("GET", "/", "").status() == 200 ? 0 : 1;
                                }
                            } catch (IOException broken) {
                                throw new java.io.UncheckedIOException(broken);
                            }
                            return wrong;
                        },
                        task -> Thread.ofVirtual().start(task)))
                .toList();
        one.process().destroyForcibly().waitFor();
        for (var client : clients) {
            assertThat(client.get(60, TimeUnit.SECONDS)).isZero();
        }
    }
}
