package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import footplate.api.v1.ConfigureRequest;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many apps, upstreams and routes by one file, put in force whole or not at all. */
@Tag("node")
final class ConfigurationIT {
    /** Tells its name, a variable and its PID, and echoes short texts on WebSockets. */
    private static final String APP = """
            const crypto = require('crypto')
            const server = require('http').createServer((q, s) =>
              s.end(`${process.env.NAME} ${process.env.WHO} ${q.url}`))
            server.on('upgrade', (q, socket) => {
              const accept = crypto.createHash('sha1')
                .update(q.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64')
              socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n'
                + `Sec-WebSocket-Accept: ${accept}\\r\\n\\r\\n`)
              socket.on('error', () => {})
              socket.on('data', frame => {
                if ((frame[0] & 15) !== 1) return socket.end()
                const length = frame[1] & 127
                const text = Buffer.alloc(length)
                for (let i = 0; i < length; i++) text[i] = frame[6 + i] ^ frame[2 + i % 4]
                socket.write(Buffer.concat([Buffer.from([0x81, length]), text]))
              })
            })
            server.listen(3000)
            """;

    private FaultyHome home;
    private int port;
    private Path file;

    @BeforeEach
    void make() throws Exception {
        home = FaultyHome.make();
        port = Footplate.freePort();
        file = home.folder().resolve("footplate.yml");
        home.app("shop", APP);
        home.app("blog", APP);
    }

    @AfterEach
    void close() throws Exception {
        home.close();
    }

    /** Two apps; {@code more} are lines at the file's end. */
    private void write(String who, String... more) throws Exception {
        Files.writeString(file, """
                listen: "127.0.0.1:%d"
                apps:
                  shop: { root: shop, hosts: [shop.example, "*.shop.example"], instances: 2, env: { NAME: shop } }
                  blog: { root: blog, hosts: [blog.example, "127.0.0.1"], instances: 1, env: { NAME: blog, WHO: %s } }
                """.formatted(port, who) + String.join("\n", more) + "\n");
    }

    private Line.Answer get(String host, String target) throws Exception {
        return Line.get(port, target, "Host: " + host);
    }

    @Test
    void whatDiffersIsChangedAndNothingElse() throws Exception {
        write("ann");
        var started = home.done("start");
        assertThat(started.out()).contains("shop: 2 processes", "blog: 1 process", "in force on 127.0.0.1:" + port);
        assertThat(get("a.b.shop.example", "/x").body()).startsWith("shop undefined /x");
        assertThat(get("blog.example", "/y").body()).isEqualTo("blog ann /y");
        assertThat(get("nobody.example", "/").status()).isEqualTo(404);
        var shop = home.pids("shop");
        var blog = home.pids("blog");

        assertThat(home.done("reload", "--plan").out()).isEqualTo("Nothing would change.\n");
        assertThat(home.done("reload").out()).startsWith("Nothing has changed.\n");
        write("bob", "routes:", "  - { host: shop.example, path: \"/b/*\", to: blog, strip_prefix: /b }");
        assertThat(home.done("reload", "--plan").out())
                .isEqualTo(
                        "would change: app 'blog' changes: env WHO\nwould change: route 'shop.example /b/*' comes\n");
        assertThat(get("blog.example", "/").body()).isEqualTo("blog ann /");

        try (var kept = new Line(port)) {
            assertThat(kept.ask("GET", "/", "", "Host: blog.example").body()).isEqualTo("blog ann /");
            home.done("reload");
            assertThat(kept.ask("GET", "/", "", "Host: blog.example").body()).isEqualTo("blog bob /");
        }
        assertThat(get("shop.example", "/b/c?d").body()).isEqualTo("blog bob /c?d");
        assertThat(home.pids("shop")).isEqualTo(shop);
        // The old one answers its last requests a moment longer.
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Collections.disjoint(home.pids("blog"), blog));

        Files.writeString(
                file,
                "listen: \"127.0.0.1:%d\"\napps:\n  shop: { root: shop, env: { NAME: shop } , instances: 2 }\n"
                        .formatted(port));
        home.done("reload");
        assertThat(get("anybody.example", "/").body()).startsWith("shop");
        assertThat(home.client().list().apps()).hasSize(1);
        home.assertNoOrphan();
    }

    @Test
    void aFileWithAMistakeAnAppThatIsNotThereOrAPortThatIsTakenChangesNothing() throws Exception {
        write("ann");
        home.done("start");
        var pids = home.pids("blog");

        write("bob", "routes:", "  - { host: x.example, to: bolg }", "wieght: 3");
        var refused = home.refused("reload");
        assertThat(refused.err())
                .contains("footplate.yml:6:", "'bolg'", "Write 'blog'", "footplate.yml:7:1: ", "wieght");

        write("bob", "  gone: { root: ./nothing-here }");
        assertThat(home.refused("reload").err()).contains("nothing-here");

        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            write("bob");
            Files.writeString(
                    file,
                    Files.readString(file)
                            .replace(
                                    "listen: \"127.0.0.1:" + port + "\"",
                                    "listen: [\"127.0.0.1:%d\", \"127.0.0.1:%d\"]"
                                            .formatted(port, taken.getLocalPort())));
            assertThat(home.refused("reload").err())
                    .contains("another program listens on port " + taken.getLocalPort());
        }
        write("bob", "  broken: { root: broken, hosts: [broken.example], instances: 1 }");
        home.app("broken", "throw new Error('no such table')\n");
        assertThat(home.refused("reload").err()).contains("no such table");
        assertThat(home.refused("start", "shop/../other.yml").err())
                .contains("another configuration file is in force", "footplate reload");

        assertThat(get("broken.example", "/").status()).isIn(500, 502, 503);
        Files.delete(file);
        assertThat(home.refused("reload").err()).contains("cannot be read");
        assertThat(get("blog.example", "/").body()).isEqualTo("blog bob /");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Collections.disjoint(home.pids("blog"), pids));
    }

    @Test
    void whatIsInForceOutlivesTheDaemonWhateverBecomesOfTheFile() throws Exception {
        home.environment().put("WHO", "the caller");
        write(
                "\"${WHO}\"",
                "routes:",
                "  - { host: old.example, redirect: \"https://shop.example${uri}\", status: 301 }");
        home.done("start");
        var pids = home.pids("shop");
        Files.writeString(file, "apps: [\n");
        home.environment().remove("WHO");
        // Nor does it matter that a folder is elsewhere by now.
        Files.move(home.folder().resolve("blog"), home.folder().resolve("elsewhere"));

        home.killDaemon();
        home.done("list");
        assertThat(get("shop.example", "/").body()).startsWith("shop");
        assertThat(get("blog.example", "/").body()).isEqualTo("blog the caller /");
        assertThat(get("old.example", "/a?b").field("Location")).isEqualTo("https://shop.example/a?b");
        assertThat(home.pids("shop")).isEqualTo(pids);

        home.done("upgrade");
        assertThat(get("old.example", "/a?b").status()).isEqualTo(301);
        assertThat(home.pids("shop")).isEqualTo(pids);
        try (var copies = Files.list(home.home().resolve("configuration"))) {
            assertThat(copies).hasSize(1);
        }
        home.refused("reload");
        assertThat(get("shop.example", "/").body()).startsWith("shop");
    }

    @Test
    void aHundredReloadsUnderLoadFailNothingAndCutNoWebSocket() throws Exception {
        write("ann");
        home.done("start");
        var client = home.client();
        var sockets = new ArrayList<WebSocket>();
        try (var load = SteadyLoad.on(port, "/")) {
            for (int i = 0; i < 5; i++) {
                sockets.add(new WebSocket(port));
            }
            load.andMore(50);
            for (int i = 1; i <= 100; i++) {
                write(
                        "ann",
                        "upstreams:",
                        "  u: { servers: [\"127.0.0.1:%d\", \"127.0.0.1:1\"] }".formatted(port),
                        "routes:",
                        "  - { host: h%d.example, to: u }".formatted(i),
                        "  - { host: \"127.0.0.1\", path: \"/%d\", to: shop }".formatted(i));
                var info = client.configure(
                        new ConfigureRequest(i % 2 == 0 ? null : file.toString(), false, false, home.environment()),
                        _ -> {});
                assertThat(info.changes()).isNotEmpty();
                assertThat(Line.get(port, "/" + i).body()).startsWith("shop undefined /" + i);
                if (i % 10 == 0) {
                    for (var socket : sockets) {
                        assertThat(socket.echo("after " + i)).isEqualTo("after " + i);
                    }
                }
            }
            load.andMore(50);
            load.finish();
            assertThat(load.failures()).isEmpty();
            assertThat(load.cut()).isZero();
        }
        for (var socket : sockets) {
            socket.close();
        }
        assertThat(home.pids("blog")).hasSize(1);
    }

    @Test
    void tenThousandHostsAreTakenAndFound() throws Exception {
        var routes = new StringBuilder("routes:\n");
        for (int i = 0; i < 10_000; i++) {
            routes.append(
                    "  - { host: h%d.example, to: blog, response_headers: { set: { X: \"%d\" } } }\n".formatted(i, i));
        }
        write("ann", routes.toString());
        home.done("start");
        assertThat(get("h7777.example", "/").field("X")).isEqualTo("7777");
        assertThat(get("h10000.example", "/").status()).isEqualTo(404);
        home.killDaemon();
        home.done("list");
        assertThat(get("h9999.example", "/").field("X")).isEqualTo("9999");
    }

    @Test
    void serversComeAndGoUnderLoadWithoutAFailure() throws Exception {
        var servers = List.of(server("a"), server("b"), server("c"));
        try {
            upstream(servers);
            home.done("start");
            try (var load = Load.on(port, "/").andMore(60)) {
                for (int round = 0; round < 5; round++) {
                    upstream(servers.subList(0, 2));
                    reload();
                    load.andMore(40);
                    upstream(servers);
                    reload();
                    load.andMore(40);
                    upstream(servers.subList(1, 3));
                    reload();
                    load.andMore(40);
                }
                assertThat(load.failures()).isEmpty();
                assertThat(load.bodies()).containsExactlyInAnyOrder("a", "b", "c");
            }
        } finally {
            servers.forEach(server -> server.stop(0));
        }
    }

    /** A server that is not Footplate's, and answers with its name. */
    private static HttpServer server(String name) throws Exception {
        return server(name, "127.0.0.1", 0);
    }

    private static HttpServer server(String name, String address, int port) throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), port), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, name.length());
            try (var body = exchange.getResponseBody()) {
                body.write(name.getBytes(StandardCharsets.US_ASCII));
            }
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return server;
    }

    @Test
    void anAppThatWasDeployedGoesOnWithItsReleaseHoweverOftenTheFileChanges() throws Exception {
        write("ann");
        home.done("start");
        var release = home.file(
                "release",
                "app.js",
                "require('http').createServer((q, s) => s.end('release ' + process.env.WHO)).listen(3000)\n");
        home.done("deploy", "blog", release.toString(), "--min-ready", "0", "--monitor", "0");
        assertThat(get("blog.example", "/").body()).isEqualTo("release ann");
        for (int i = 0; i < 7; i++) {
            write("w" + i);
            reload();
            assertThat(get("blog.example", "/").body()).isEqualTo("release w" + i);
        }
        home.done("reload", "blog", "--update-env");
        assertThat(get("blog.example", "/").body()).isEqualTo("release w6");
        var pids = home.pids("blog");
        FaultyHome.signal("KILL", pids.first());
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> get("blog.example", "/").body(), "release w6"::equals);
        assertThat(home.refused("start", home.folder().resolve("shop").toString())
                        .err())
                .contains("it is an app of");
    }

    @Test
    void anAppsProcessesAreSharedOutAsServersAre() throws Exception {
        home.app("pids", "require('http').createServer((q, s) => s.end('' + process.pid)).listen(3000)\n");
        Files.writeString(
                file,
                "listen: \"127.0.0.1:%d\"\napps:\n  pids: { root: pids, instances: 2, balance: round_robin }\n"
                        .formatted(port));
        home.done("start");
        var turns = new ArrayList<String>();
        for (int i = 0; i < 6; i++) {
            turns.add(Line.get(port, "/").body());
        }
        assertThat(turns.subList(0, 2)).doesNotHaveDuplicates();
        assertThat(turns.subList(2, 4)).isEqualTo(turns.subList(0, 2));
        assertThat(turns.subList(4, 6)).isEqualTo(turns.subList(0, 2));

        var pids = home.pids("pids");
        Files.writeString(file, Files.readString(file).replace("round_robin", "round_robin, sticky_sessions: \"on\""));
        home.done("reload");
        var answer = Line.get(port, "/");
        var cookie = answer.field("Set-Cookie").replaceAll(";.*", "");
        assertThat(cookie).startsWith("footplate-process=");
        for (int i = 0; i < 4; i++) {
            var again = Line.get(port, "/", "Cookie: " + cookie);
            assertThat(again.body()).isEqualTo(answer.body());
            assertThat(again.field("Set-Cookie")).isEmpty();
        }
        FaultyHome.signal("KILL", Long.parseLong(answer.body()));
        assertThat(Line.get(port, "/", "Cookie: " + cookie).status()).isEqualTo(200);
        assertThat(pids).hasSize(2);
    }

    @Test
    void aNameThatLeadsElsewhereTakesItsRequestsAlongAndNoneFails() throws Exception {
        var one = server("one", "127.0.0.2", 0);
        int its = one.getAddress().getPort();
        var other = server("other", "127.0.0.3", its);
        int dns = Footplate.freePort();
        var names = Files.writeString(home.folder().resolve("names"), "127.0.0.2 api.test\n");
        var dnsmasq = new ProcessBuilder(
                        "dnsmasq",
                        "--no-daemon",
                        "--port=" + dns,
                        "--listen-address=127.0.0.1",
                        "--bind-interfaces",
                        "--no-resolv",
                        "--no-hosts",
                        "--addn-hosts=" + names,
                        "--local-ttl=1",
                        "--user=" + System.getProperty("user.name"))
                .redirectErrorStream(true)
                .redirectOutput(home.folder().resolve("dnsmasq.log").toFile())
                .start();
        try {
            Files.writeString(file, """
                    listen: "127.0.0.1:%d"
                    resolver: "127.0.0.1:%d"
                    upstreams:
                      api: { servers: [{ name: api.test, port: %d, resolve: true }] }
                    routes:
                      - { host: '~^(?<name>[a-z]+)\\.dyn$', to: "http://${name}.test:%d" }
                      - { to: api }
                    """.formatted(port, dns, its, its));
            home.done("start");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> Line.get(port, "/").body(), "one"::equals);
            assertThat(get("api.dyn", "/").body()).isEqualTo("one");
            assertThat(get("nothing.dyn", "/").status()).isEqualTo(502);
            try (var load = Load.on(port, "/").andMore(20)) {
                Files.writeString(names, "127.0.0.3 api.test\n");
                FaultyHome.signal("HUP", dnsmasq.pid());
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> Line.get(port, "/").body(), "other"::equals);
                load.andMore(20);
                assertThat(load.failures()).isEmpty();
                assertThat(load.bodies()).containsExactly("one", "other");
            }
            home.done("reload");
            assertThat(Line.get(port, "/").body()).isEqualTo("other");
            dnsmasq.destroy();
            dnsmasq.waitFor();
            assertThat(Line.get(port, "/").body()).isEqualTo("other");
            assertThat(home.done("status").out()).contains("api", "127.0.0.3:" + its);
        } finally {
            dnsmasq.destroyForcibly();
            one.stop(0);
            other.stop(0);
        }
    }

    @Test
    void streamsArePassedOnAlsoByTheDaemonThatFollows() throws Exception {
        var server = server("behind");
        int tcp = Footplate.freePort();
        try (var echo = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            int udp = Footplate.freePort();
            Thread.ofVirtual().start(() -> echo(echo));
            Files.writeString(file, """
                    listen: "127.0.0.1:%d"
                    streams:
                      - { listen: "127.0.0.1:%d", to: "127.0.0.1:%d" }
                      - { listen: "127.0.0.1:%d", protocol: udp, to: "127.0.0.1:%d" }
                    """.formatted(port, tcp, server.getAddress().getPort(), udp, echo.getLocalPort()));
            home.done("start");
            try (var kept = new Line(tcp)) {
                assertThat(kept.ask("GET", "/", "").body()).isEqualTo("behind");
                assertThat(datagram(udp, "one")).isEqualTo("one");

                home.done("upgrade");

                assertThat(kept.ask("GET", "/", "").body()).isEqualTo("behind");
            }
            assertThat(Line.get(tcp, "/").body()).isEqualTo("behind");
            assertThat(datagram(udp, "two")).isEqualTo("two");
            assertThat(get("anybody.example", "/").status()).isEqualTo(404);
        } finally {
            server.stop(0);
        }
    }

    private static void echo(DatagramSocket socket) {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[64], 64);
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static String datagram(int port, String text) throws Exception {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(10_000);
            var bytes = text.getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
            var answer = new DatagramPacket(new byte[64], 64);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aFileThatIsReadAgainWhenItChangesIsTakenOrTold() throws Exception {
        write("ann", "reload_on_change: true");
        home.done("start");
        write("bob", "reload_on_change: true");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> get("blog.example", "/").body(), "blog bob /"::equals);
        write("bob", "reload_on_change: tru");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> Files.readString(home.layout().daemonLog()).contains("is not taken"));
        assertThat(get("blog.example", "/").body()).isEqualTo("blog bob /");
    }

    private void upstream(List<HttpServer> servers) throws Exception {
        Files.writeString(
                file,
                "listen: \"127.0.0.1:%d\"\nupstreams:\n  u: { balance: least_conn, servers: [%s] }\nroutes:\n  - { to: u }\n"
                        .formatted(
                                port,
                                String.join(
                                        ", ",
                                        servers.stream()
                                                .map(server -> "\"127.0.0.1:"
                                                        + server.getAddress().getPort() + "\"")
                                                .toList())));
    }

    private void reload() throws Exception {
        home.client().configure(new ConfigureRequest(null, false, false, home.environment()), _ -> {});
    }
}
