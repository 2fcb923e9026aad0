package footplate.daemon.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.health.Observation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probes of real sockets, whose other side answers what the test says. */
class SocketProbeTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    Path folder;

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final AtomicReference<List<String>> answer = new AtomicReference<>(List.of());
    private ServerSocketChannel server;
    private UnixDomainSocketAddress address;

    @BeforeEach
    void listen() throws IOException {
        address = UnixDomainSocketAddress.of(folder.resolve("app"));
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        Thread.ofVirtual().start(() -> {
            while (server.isOpen()) {
                try {
                    var connection = server.accept();
                    Thread.ofVirtual().start(() -> talk(connection));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void itAsksOneQuestionThatAnyServerUnderstands() throws Exception {
        look("HTTP/1.1 204 No Content\r\n\r\n");

        assertThat(asked.poll(10, TimeUnit.SECONDS))
                .startsWith("GET /up?deep=1 HTTP/1.1\r\nHost: shop.example\r\n")
                .contains("\r\nConnection: close\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void from200To399IsWellAndAllElseIsNot() throws Exception {
        assertThat(look("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")).isEqualTo(new Observation.Passed());
        assertThat(look("HTTP/1.0 200\r\n\r\n")).isEqualTo(new Observation.Passed());
        assertThat(look("HTTP/1.2 200 OK\r\n\r\n")).isEqualTo(new Observation.Passed());
        assertThat(look("HTTP/1.1 399 So\r\n\r\n")).isEqualTo(new Observation.Passed());
        assertThat(look("HTTP/1.1 400 No\r\n\r\n")).isEqualTo(new Observation.Failed("status 400"));
        assertThat(look("HTTP/1.1 503 No\r\n\r\n")).isEqualTo(new Observation.Failed("status 503"));
    }

    @Test
    void aHeadMayComeInPiecesAndBehindInterimOnes() throws Exception {
        assertThat(look("HTTP/1.1 103 Early Hints\r\nLink: </a>\r", "\n\r\nHTTP/1.1 5", "00 Oh\r\nA: b\r\n", "\r\n"))
                .isEqualTo(new Observation.Failed("status 500"));
    }

    @Test
    void whatIsNoAnswerIsAFailure() throws Exception {
        assertThat(look("HTTP/2 200 OK\r\n\r\n")).isEqualTo(new Observation.Failed("its answer is not HTTP"));
        assertThat(look("\r\n\r\n")).isEqualTo(new Observation.Failed("its answer is not HTTP"));
        assertThat(look("")).isEqualTo(new Observation.Failed("it closed the connection without an answer"));
        assertThat(look("HTTP/1.1 200 OK\r\nA: ")).isEqualTo(new Observation.Failed("its answer is cut off"));
        assertThat(look("HTTP/1.1 200 OK\r\nA: " + "a".repeat(100_000)))
                .isEqualTo(new Observation.Failed("its answer has a head of more than 64 KiB"));
    }

    @Test
    void silenceIsAFailureWhenItsTimeIsOver() throws Exception {
        answer.set(List.of("HTTP/1.1 200 OK\r\n", "hang"));

        assertThat(probe().look(SHORT)).isEqualTo(new Observation.Failed("no answer within 50ms"));
    }

    @Test
    void whoDoesNotListenIsNotWell() throws Exception {
        server.close();

        assertThat(probe().look(LONG)).asString().contains("no answer: ");
        assertThat(SocketProbe.tcp(address).look(LONG)).isInstanceOf(Observation.Failed.class);
    }

    @Test
    void forTcpItIsEnoughToListen() throws Exception {
        try (var listening =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertThat(SocketProbe.tcp(listening.getLocalAddress()).look(LONG)).isEqualTo(new Observation.Passed());
        }
        assertThat(SocketProbe.tcp(address).look(LONG)).isEqualTo(new Observation.Passed());
    }

    @Test
    void whoIsInterruptedWhileHeAsksStopsAsking() throws Exception {
        answer.set(List.of("hang"));
        var thrown = new LinkedBlockingQueue<Throwable>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                probe().look(LONG);
            } catch (InterruptedException stopped) {
                thrown.add(stopped);
            }
        });
        assertThat(asked.poll(10, TimeUnit.SECONDS)).isNotNull();

        thread.interrupt();

        assertThat(thrown.poll(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void manyProbesLeaveNoDescriptorBehind() throws Exception {
        look("HTTP/1.1 200 OK\r\n\r\n");
        long before = descriptors();
        for (int i = 0; i < 200; i++) {
            look("HTTP/1.1 200 OK\r\n\r\n");
            answer.set(List.of("hang"));
            probe().look(Duration.ofMillis(1));
            SocketProbe.tcp(UnixDomainSocketAddress.of(folder.resolve("nobody")))
                    .look(LONG);
        }
        await().untilAsserted(() -> assertThat(descriptors()).isLessThan(before + 20));
    }

    private SocketProbe probe() {
        return SocketProbe.http(address, "shop.example", "/up?deep=1");
    }

    private Observation look(String... pieces) throws InterruptedException {
        answer.set(List.of(pieces));
        return probe().look(LONG);
    }

    private static long descriptors() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private void talk(SocketChannel connection) {
        try (connection) {
            var bytes = ByteBuffer.allocate(4_096);
            var text = "";
            while (!text.endsWith("\r\n\r\n")) {
                if (connection.read(bytes) < 0) {
                    return;
                }
                text = new String(bytes.array(), 0, bytes.position(), ISO_8859_1);
            }
            asked.add(text);
            for (var piece : answer.get()) {
                if (piece.equals("hang")) {
                    // Until the other side is gone.
                    connection.read(bytes.clear());
                } else {
                    connection.write(ByteBuffer.wrap(piece.getBytes(ISO_8859_1)));
                }
            }
        } catch (IOException gone) {
            // as some tests want it
        }
    }
}
