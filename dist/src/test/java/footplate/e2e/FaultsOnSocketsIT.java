package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nonsense on the two Unix sockets of a daemon: it answers in order, or hangs up, and serves on. */
@Tag("node")
final class FaultsOnSocketsIT {
    private static final String HELLO =
            "require('http').createServer((q, s) => s.end('v1 ' + process.pid)).listen(process.env.PORT)\n";

    private FaultyHome home;
    private int port;
    private Path control;
    private Path channel;

    @BeforeEach
    void make() throws Exception {
        home = FaultyHome.make();
        home.done("start", home.app("app", HELLO).toString(), "--port", "0", "--min", "1", "--max", "1");
        port = home.port("app");
        control = home.layout().controlSocket();
        channel = control.resolveSibling("apps.sock");
    }

    @AfterEach
    void close() throws Exception {
        home.close();
    }

    private void servesOn() throws Exception {
        assertThat(home.client().ping(Duration.ofSeconds(5)).foreground()).isFalse();
        assertThat(FaultyHome.get(port, "/").status()).isEqualTo(200);
        assertThat(home.daemonLog()).doesNotContain("mistake");
    }

    private static SocketChannel connect(Path socket) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** Sends as much as the other side takes, and returns all that it answers until it hangs up. */
    private static String exchange(Path socket, byte[] bytes) throws IOException {
        try (var client = connect(socket)) {
            try {
                var out = ByteBuffer.wrap(bytes);
                while (out.hasRemaining()) {
                    client.write(out);
                }
            } catch (IOException hungUp) {
                // It need not listen to the end.
            }
            var answer = ByteBuffer.allocate(64 * 1024);
            try {
                while (client.read(answer) >= 0 && answer.hasRemaining()) {
                    // read on
                }
            } catch (IOException reset) {
                // With our bytes unread the kernel may reset instead of ending.
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void nonsenseIsAnsweredWithAnErrorAndChangesNothing() throws Exception {
        var random = new Random(7);
        for (int i = 0; i < 200; i++) {
            var bytes = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(bytes);
            bytes[bytes.length - 1] = '\n';
            assertThat(exchange(control, bytes)).startsWith("{\"error\":");
            assertThat(exchange(channel, bytes)).isEmpty();
        }
        for (var text : List.of(
                "null",
                "[]",
                "{}",
                "\"x\"",
                "{\"v\":1}",
                "{\"v\":1,\"call\":7}",
                "{\"v\":1,\"call\":\"list\",\"body\":[]}",
                "{\"v\":1,\"call\":\"stop\",\"body\":{\"target\":7}}",
                "{\"v\":1,\"call\":\"start\",\"body\":{}}",
                "{\"v\":1,\"call\":\"scale\",\"body\":{\"app\":\"app\",\"to\":1e99}}",
                "{\"v\":1,\"call\":\"logs\",\"body\":{\"lines\":-1}}",
                "{\"v\":1e400,\"call\":\"list\"}")) {
            assertThat(exchange(control, line(text))).describedAs(text).contains("\"code\":\"bad-request\"");
        }
        assertThat(exchange(control, line("{\"v\":99,\"call\":\"list\"}"))).contains("wrong-version");
        assertThat(exchange(control, line("{\"v\":1,\"call\":\"explode\"}"))).contains("unknown-call");
        servesOn();
    }

    @Test
    void linesWithoutEndAndNestingWithoutEndHaveABound() throws Exception {
        var deep = "{\"v\":1,\"call\":\"list\",\"body\":" + "[".repeat(200_000) + "]".repeat(200_000) + "}";
        assertThat(exchange(control, line(deep))).contains("\"error\"");
        var objects =
                "{\"v\":1,\"call\":\"list\",\"body\":" + "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000) + "}";
        assertThat(exchange(control, line(objects))).contains("\"error\"");
        var endless = "x".repeat(2 << 20).getBytes(StandardCharsets.US_ASCII);
        exchange(control, endless);
        exchange(channel, endless);
        exchange(channel, line(deep));
        servesOn();
    }

    @Test
    void aThirdOfAThousandClientsThatSayNothingKeepNobodyOut() throws Exception {
        var idle = new ArrayList<SocketChannel>();
        var opening = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; i < 300; i++) {
                    var client = connect(control);
                    client.write(ByteBuffer.wrap("{\"v\":1,".getBytes(StandardCharsets.US_ASCII)));
                    idle.add(client);
                    connect(channel).close();
                    connect(control).close();
                }
            } catch (IOException refused) {
                // more than it takes
            }
        });
        try {
            // Those that say half a line and no more are hung up on; whoever comes then is answered.
            await().atMost(Duration.ofSeconds(45)).ignoreExceptions().untilAsserted(() -> {
                assertThat(home.client().list().apps()).hasSize(1);
            });
            assertThat(FaultyHome.get(port, "/").status()).isEqualTo(200);
            opening.join(Duration.ofSeconds(45));
        } finally {
            opening.join(Duration.ofSeconds(1));
            for (var client : List.copyOf(idle)) {
                client.close();
            }
        }
        await().untilAsserted(this::servesOn);
    }

    @Test
    void somebodyElseIsNotListenedTo() throws Exception {
        assumeThat(FaultyHome.root())
                .describedAs("LEFT OUT: needs root, to be another user")
                .isTrue();
        // Even with the doors wide open the sockets look who comes.
        FaultyHome.system("chmod", "0777", home.home().toString(), control.toString(), channel.toString());
        for (var socket : List.of(control, channel)) {
            var asked = FaultyHome.system(
                    "setpriv",
                    "--reuid=65534",
                    "--regid=65534",
                    "--clear-groups",
                    "node",
                    "-e",
                    "let got = ''; const s = require('net').connect(process.argv[1]); s.on('connect', () => s.write('{\"v\":1,\"call\":\"list\"}\\n'))"
                            + ".on('data', d => { got += d }).on('error', () => {}).on('close', () => console.log('got', JSON.stringify(got)))",
                    socket.toString());
            assertThat(asked.out()).describedAs(asked.err()).isEqualTo("got \"\"\n");
        }
        FaultyHome.system("chmod", "0700", home.home().toString());
        servesOn();
    }
}
