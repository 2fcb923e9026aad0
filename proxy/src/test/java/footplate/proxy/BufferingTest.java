package footplate.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.proxy.flow.ProxySettings;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.ScriptedUpstream.Script;
import footplate.testkit.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers are taken from the process at its own speed, and given to the client at the client's. */
@SuppressWarnings({"StringConcatToTextBlock", "try"
}) // lines end with CRLF here, and that matters; a client leaves before its block ends
@Timeout(60)
class BufferingTest {
    private static final int MB = 1024 * 1024;
    private static final int LARGE = 8 * MB;
    private static final String SMALL = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET_LARGE = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String GET_SMALL = "GET /small HTTP/1.1\r\nHost: a\r\n\r\n";

    @TempDir
    Path folder;

    private static byte[] body(int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + (i >> 10));
        }
        return bytes;
    }

    private static Script app(String head, byte[] body) {
        return (wire, _, _) -> {
            for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                if (request.startsWith("GET /small")) {
                    wire.send(SMALL);
                } else {
                    wire.send(head).send(body);
                }
            }
        };
    }

    private static String sized(int length) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private ProxySettings settings() {
        return ProxySettings.usual(folder.resolve("bodies"), _ -> {})
                .with(Setting.TRANSPORT, Bench.TRANSPORT)
                .with(Setting.WORKERS, "1");
    }

    private Bench bench(ProxySettings settings) throws Exception {
        var bench = new Bench(settings);
        bench.concurrency = 1;
        bench.maxQueue = 10;
        return bench;
    }

    private static void nothingLeft(Bench bench) {
        await().until(() -> bench.proxy.spools().files() == 0
                && bench.proxy.spools().diskUsed() == 0
                && bench.proxy.spools().memoryUsed() == 0);
        assertThat(bench.underWay()).isZero();
    }

    @Test
    void aClientThatTakesNothingDoesNotKeepTheProcess() throws Exception {
        var body = body(LARGE);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), app(sized(LARGE), body));
                var bench = bench(settings())) {
            bench.add(app.address());
            try (var slow = Wire.connectNarrow(bench.port);
                    var other = bench.client()) {
                slow.send(GET_LARGE);
                await().until(() -> bench.proxy.stats().answered() == 1);
                assertThat(bench.underWay()).isZero();
                assertThat(bench.proxy.spools().files()).isEqualTo(1);
                assertThat(bench.proxy.spools().memoryUsed()).isLessThan(MB / 2);
                other.send(GET_SMALL);
                assertThat(other.readAnswer()).endsWith("ok");
                assertThat(slow.readHead()).startsWith("HTTP/1.1 200");
                assertThat(slow.readBytes(LARGE)).isEqualTo(body);
                // The connection is as good as any.
                slow.send(GET_SMALL);
                assertThat(slow.readAnswer()).endsWith("ok");
            }
            nothingLeft(bench);
        }
    }

    @Test
    void answersToRequestsSentInAdvanceStayInOrder() throws Exception {
        var body = body(3 * MB);
        try (var app = ScriptedUpstream.tcp(app(sized(body.length), body));
                var bench = bench(settings());
                var client = Wire.connectNarrow(bench.port)) {
            bench.add(app.address());
            client.send(GET_LARGE + GET_SMALL + GET_LARGE + GET_SMALL);
            await().until(() -> bench.proxy.stats().answered() == 1);
            for (int i = 0; i < 2; i++) {
                client.readHead();
                assertThat(client.readBytes(body.length)).isEqualTo(body);
                assertThat(client.readAnswer()).endsWith("ok");
            }
            nothingLeft(bench);
        }
    }

    @Test
    void aBodyWithoutALengthIsMadeChunksOfAsTheClientTakesIt() throws Exception {
        var body = body(2 * MB);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readRequest();
                    wire.send("HTTP/1.1 200 OK\r\n\r\n").send(body);
                });
                var bench = bench(settings());
                var client = Wire.connectNarrow(bench.port)) {
            bench.add(app.address());
            client.send(GET_LARGE);
            await().until(() -> bench.proxy.stats().answered() == 1);
            assertThat(client.readHead()).contains("Transfer-Encoding: chunked");
            assertThat(unchunked(client)).isEqualTo(body);
            nothingLeft(bench);
        }
    }

    private static byte[] unchunked(Wire client) throws IOException {
        var all = new java.io.ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(client.readUntil("\r\n").strip(), 16);
            all.write(client.readBytes(size));
            assertThat(client.read(2)).isEqualTo("\r\n");
            if (size == 0) {
                return all.toByteArray();
            }
        }
    }

    @Test
    void anAnswerThatIsCutOffIsSeenCutOffAfterAllThatCame() throws Exception {
        var body = body(2 * MB);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readRequest();
                    wire.send(sized(body.length + 1)).send(body);
                });
                var bench = bench(settings());
                var client = Wire.connectNarrow(bench.port)) {
            bench.add(app.address());
            client.send(GET_LARGE + GET_SMALL);
            await().until(() -> bench.proxy.stats().broken() == 1);
            client.readHead();
            assertThat(client.readBytes(body.length)).isEqualTo(body);
            assertThat(client.readAll()).isEmpty();
            nothingLeft(bench);
        }
    }

    @Test
    void anAnswerToAnOldClientThatIsCutOffEndsWithAReset() throws Exception {
        var body = body(2 * MB);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readRequest();
                    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n")
                            .send(body)
                            .send("\r\n10\r\nhalf");
                });
                var bench = bench(settings());
                var client = Wire.connectNarrow(bench.port)) {
            bench.add(app.address());
            client.send("GET /large HTTP/1.0\r\nHost: a\r\n\r\n");
            await().until(() -> bench.proxy.stats().broken() == 1);
            assertThatThrownBy(client::readAll).isInstanceOf(IOException.class);
            nothingLeft(bench);
        }
    }

    @Test
    void aClientThatGoesAwayTakesItsAnswerWithIt() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), app(sized(LARGE), body(LARGE)));
                var bench = bench(settings())) {
            bench.add(app.address());
            for (int i = 1; i <= 5; i++) {
                int answers = i;
                try (var client = Wire.connectNarrow(bench.port)) {
                    client.send(GET_LARGE);
                    await().until(() -> bench.proxy.stats().answered() == answers);
                }
            }
            nothingLeft(bench);
            await().until(() -> bench.proxy.stats().connections() == 0);
        }
    }

    @Test
    void withNoRoomOnTheDiskTheProcessWaitsForTheClient() throws Exception {
        var body = body(LARGE);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), app(sized(LARGE), body));
                var bench = bench(settings().with(Setting.TEMP_DISK_TOTAL, "2MB"));
                var client = Wire.connectNarrow(bench.port)) {
            bench.add(app.address());
            client.send(GET_LARGE);
            client.readHead();
            await().until(() -> bench.proxy.spools().diskUsed() > MB / 2);
            await().during(Duration.ofMillis(300)).until(() -> bench.underWay() == 1);
            assertThat(bench.proxy.spools().diskUsed()).isLessThanOrEqualTo(MB);
            assertThat(client.readBytes(LARGE)).isEqualTo(body);
            nothingLeft(bench);
        }
    }

    @Test
    void aClientThatTakesNothingForTheSendTimeIsCutOffAndItsAnswerDropped() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), app(sized(LARGE), body(LARGE)));
                var bench = bench(settings().with(Setting.SEND_TIMEOUT, "300ms"));
                var client = Wire.connectNarrow(bench.port)) {
            bench.add(app.address());
            client.send(GET_LARGE);
            await().until(() -> bench.proxy.stats().answered() == 1);
            assertThat(bench.proxy.spools().diskUsed()).isPositive();
            await().until(() -> bench.proxy.stats().connections() == 0);
            nothingLeft(bench);
        }
    }

    @Test
    void liveAnswersWaitInTheirProcess() throws Exception {
        for (var live :
                new String[] {"Content-Type: text/event-stream; charset=utf-8\r\n", "X-Accel-Buffering: no\r\n"}) {
            var head = "HTTP/1.1 200 OK\r\n" + live + "Content-Length: " + LARGE + "\r\n\r\n";
            try (var app = ScriptedUpstream.unix(folder.resolve("app"), app(head, body(LARGE)));
                    var bench = bench(settings());
                    var client = Wire.connectNarrow(bench.port)) {
                bench.add(app.address());
                client.send(GET_LARGE);
                assertThat(client.readHead()).doesNotContainIgnoringCase("X-Accel");
                await().during(Duration.ofMillis(300)).until(() -> bench.underWay() == 1);
                assertThat(bench.proxy.spools().memoryUsed()).isZero();
            }
        }
    }

    @Test
    void eventsPassAtOnce() throws Exception {
        var go = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readRequest();
                    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    for (int i = 0; i < 5; i++) {
                        wire.send("1\r\n" + i + "\r\n");
                        go.acquireUninterruptibly();
                    }
                    wire.send("0\r\n\r\n");
                });
                var bench = bench(settings());
                var client = bench.client()) {
            bench.add(app.address());
            client.send(GET_LARGE);
            client.readHead();
            for (int i = 0; i < 5; i++) {
                // Buffered or not: the next is sent only when this one has come.
                assertThat(client.read(6)).isEqualTo("1\r\n" + i + "\r\n");
                go.release();
            }
            assertThat(client.read(5)).isEqualTo("0\r\n\r\n");
        }
    }

    @Test
    void whatIsBufferedIsTheOperatorsChoice() throws Exception {
        var body = body(LARGE);
        for (var choice : new String[] {"off", "auto", "on"}) {
            for (int concurrency : new int[] {0, 1}) {
                boolean buffered = choice.equals("on") || (choice.equals("auto") && concurrency == 1);
                try (var app = ScriptedUpstream.unix(folder.resolve("app"), app(sized(LARGE), body));
                        var bench = bench(settings().with(Setting.BUFFERING, choice));
                        var client = Wire.connectNarrow(bench.port)) {
                    bench.concurrency = concurrency;
                    bench.add(app.address());
                    client.send(GET_LARGE);
                    client.readHead();
                    if (buffered) {
                        await().until(() -> bench.underWay() == 0);
                    } else {
                        await().during(Duration.ofMillis(200)).until(() -> bench.underWay() == 1);
                        assertThat(bench.proxy.spools().memoryUsed()).isZero();
                    }
                    assertThat(client.readBytes(LARGE)).isEqualTo(body);
                }
            }
        }
    }

    @Test
    void aFullDiskIsNoReasonToLoseAnAnswer() throws Exception {
        var body = body(LARGE);
        java.nio.file.Files.writeString(folder.resolve("bodies"), "a file where the folder should be");
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), app(sized(LARGE), body));
                var bench = bench(settings());
                var client = Wire.connectNarrow(bench.port)) {
            bench.add(app.address());
            client.send(GET_LARGE);
            client.readHead();
            await().during(Duration.ofMillis(300)).until(() -> bench.underWay() == 1);
            assertThat(client.readBytes(LARGE)).isEqualTo(body);
            nothingLeft(bench);
        }
    }

    @Test
    void theWholeRequestHasALimitWhereverItIs() throws Exception {
        var go = new Semaphore(0);
        var limited = settings().with(Setting.REQUEST_TIMEOUT, "300ms");
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    var request = wire.readRequest();
                    if (request.startsWith("GET /begun")) {
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    } else if (request.startsWith("GET /large")) {
                        wire.send(sized(LARGE)).send(body(LARGE));
                    }
                    go.acquireUninterruptibly();
                });
                var bench = bench(limited)) {
            bench.concurrency = 5;
            bench.add(app.address());
            try (var silent = bench.client();
                    var begun = bench.client();
                    var slow = Wire.connectNarrow(bench.port)) {
                silent.send("GET /silent HTTP/1.1\r\nHost: a\r\n\r\n");
                begun.send("GET /begun HTTP/1.1\r\nHost: a\r\n\r\n");
                slow.send(GET_LARGE);
                assertThat(silent.readAnswer()).startsWith("HTTP/1.1 504");
                assertThat(begun.readAll()).endsWith("\r\n\r\nhalf");
                await().until(() -> bench.proxy.stats().connections() == 1);
                assertThatThrownBy(() -> slow.readBytes(LARGE)).isInstanceOf(IOException.class);
            }
            nothingLeft(bench);
            go.release(5);
        }
    }

    @Test
    void aProcessThatTakesNothingOfABodyIsGivenUp() throws Exception {
        var go = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readHead();
                    go.acquireUninterruptibly();
                });
                var bench = new Bench(settings().with(Setting.UPSTREAM_SEND_TIMEOUT, "300ms"));
                var client = bench.client()) {
            bench.add(app.address());
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n");
            var sender = Thread.ofVirtual().start(() -> {
                try {
                    client.send(body(LARGE));
                } catch (IOException closedMeanwhile) {
                    // As it should be.
                }
            });
            assertThat(client.readHead()).startsWith("HTTP/1.1 504");
            client.reset();
            sender.join();
            await().until(() -> bench.underWay() == 0);
            go.release();
        }
    }

    @Test
    void aSilentTunnelEndsAndABusyOneDoesNot() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readHead();
                    wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                    for (int next = wire.read(); next >= 0; next = wire.read()) {
                        wire.send(new byte[] {(byte) next});
                    }
                });
                var bench = new Bench(settings().with(Setting.TUNNEL_TIMEOUT, "1s"));
                var client = bench.client()) {
            bench.add(app.address());
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101");
            long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() < end) {
                assertThat(new String(client.send("x").readBytes(1), ISO_8859_1))
                        .isEqualTo("x");
                assertThat(client.silentFor(Duration.ofMillis(100))).isTrue();
            }
            assertThat(client.read()).isEqualTo(-1);
            await().until(() -> bench.underWay() == 0);
        }
    }
}
