package footplate.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import footplate.proxy.listen.Descriptors;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process with a small heap, that ends if it is used up: it takes as many clients as it can hold, and tells the others. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(120)
class HeapIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String PART = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String SOCKET =
            "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

    /** As in HeapRoom. */
    private static final long OTHERS = 20L << 20;

    private static final int AWAKE = 4_096;

    @TempDir
    Path folder;

    private final CountDownLatch over = new CountDownLatch(1);
    private final List<SocketChannel> crowd = new ArrayList<>();
    private ScriptedUpstream app;
    private Process process;
    private BufferedReader answers;
    private int port;

    /** How many the heap has room for, where nobody is parked. */
    private int room;

    @BeforeEach
    void start() throws Exception {
        app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
            for (var head = wire.readHead(); !head.isEmpty(); head = wire.readHead()) {
                if (head.startsWith("GET /socket")) {
                    wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                }
                if (!head.startsWith("GET / ")) {
                    hold();
                    return;
                }
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        var path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xmx24m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:+UseCompactObjectHeaders",
                        "-cp",
                        path,
                        LowOnHeap.class.getName(),
                        app.address())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII));
        var told = line().split(" ", 2);
        port = Integer.parseInt(told[0]);
        room = (int) ((Long.parseLong(told[1]) - OTHERS) / AWAKE);
        assertThat(room).isBetween(500, 1_024);
    }

    private void hold() throws IOException {
        try {
            over.await();
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    private String line() throws IOException {
        var line = answers.readLine();
        if (line == null) {
            throw new AssertionError("the process has ended: " + Files.readString(folder.resolve("errors")));
        }
        return line;
    }

    /** Connections, those that are parked, those turned away, and mistakes. */
    private String[] stats() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        return line().split(" ", 4);
    }

    @AfterEach
    void stop() throws Exception {
        over.countDown();
        leave();
        process.getOutputStream().close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        app.close();
    }

    /** One more, who does not look at what it is told. */
    private SocketChannel join(String request) throws IOException {
        var client = SocketChannel.open(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        crowd.add(client);
        tell(client, request);
        return client;
    }

    /** Who was turned away may find its connection gone. */
    private static void tell(SocketChannel client, String request) {
        try {
            client.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
        } catch (IOException gone) {
            assertThat(gone).hasMessageMatching("(?i).*(reset|pipe|closed).*");
        }
    }

    private void leave() throws IOException {
        for (var client : crowd) {
            client.close();
        }
        crowd.clear();
    }

    private void allHaveLeftAndItServesOn() throws Exception {
        leave();
        over.countDown();
        await().until(() -> stats()[0].equals("0"));
        try (var next = Wire.connect(port)) {
            assertThat(next.send(GET).readAnswer()).endsWith("ok");
        }
        assertThat(stats()[3]).isEqualTo("[]");
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void headsThatDoNotEndAreHeldAsFarAsThereIsRoom() throws Exception {
        try (var first = Wire.connect(port).send(PART)) {
            for (int i = 1; i < room; i++) {
                join(PART);
            }
            await().until(() -> stats()[0].equals(String.valueOf(room)));
            try (var late = Wire.connect(port)) {
                assertThat(late.send(GET).readAnswer())
                        .startsWith("HTTP/1.1 503")
                        .contains("Retry-After: 1");
            }
            for (int i = 0; i < 2 * room; i++) {
                join(PART);
            }
            assertThat(first.send("\r\n\r\n").readAnswer()).endsWith("ok");
            assertThat(Integer.parseInt(stats()[0])).isBetween(room - 10, room);
        }
        allHaveLeftAndItServesOn();
    }

    @Test
    void requestsThatWaitAndTunnelsDoNotUseUpTheHeap() throws Exception {
        try (var first = Wire.connect(port)) {
            assertThat(first.send(GET).readAnswer()).endsWith("ok");
            for (int i = 0; i < 3_500; i++) {
                join(SLOW);
                join(SOCKET);
            }
            assertThat(first.send(GET).readAnswer()).endsWith("ok");
            assertThat(Integer.parseInt(stats()[0])).isBetween(room - 10, room);
            assertThat(Integer.parseInt(stats()[2])).isGreaterThan(2 * room);
        }
        allHaveLeftAndItServesOn();
    }

    private void park(int count) throws IOException {
        while (crowd.size() < count) {
            for (int i = 0; i < 200; i++) {
                join("");
            }
            int there = crowd.size();
            await().until(() -> {
                var now = stats();
                return now[0].equals(String.valueOf(there)) && Integer.parseInt(now[1]) >= there - 512;
            });
        }
    }

    @Test
    void aParkedCrowdIsLetGoWithoutBeingWoken() throws Exception {
        assumeTrue(Descriptors.limit() >= 16_000, "too few descriptors for both sides of the crowd (ulimit -n)");
        park(11 * room);
        process.getOutputStream().close();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        for (var client : crowd) {
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void parkedClientsWhoAllAskAtOnceAreServedAsFarAsThereIsRoom() throws Exception {
        park(4 * room);
        for (var client : crowd) {
            tell(client, SLOW);
        }
        await().until(() -> Integer.parseInt(stats()[2]) > room);
        assertThat(process.isAlive()).isTrue();
        allHaveLeftAndItServesOn();
    }
}
