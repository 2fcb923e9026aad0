package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that take nothing of their answers, or send what cannot go on, may take some memory, and not all of it. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(60)
class MemoryTest {
    private static final byte[] FILM = new byte[4_000_000];
    private static final long MB = 1L << 20;

    @TempDir
    Path folder;

    @Test
    void clientsWhoTakeNothingDoNotTakeAllMemory() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    while (true) {
                        var request = wire.readRequest();
                        boolean large = request.startsWith("GET /film");
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + (large ? FILM.length : 2) + "\r\n\r\n");
                        wire.send(large ? FILM : new byte[] {'o', 'k'});
                    }
                });
                var bench = new Bench(Bench.usual().with(Setting.CONNECTION_MEMORY, "16MB"))) {
            bench.add(app.address());
            var slow = new ArrayList<Wire>();
            try {
                for (int i = 0; i < 600; i++) {
                    var client = Wire.connectNarrow(bench.port);
                    slow.add(client);
                    client.send("GET /film HTTP/1.1\r\nHost: a\r\n\r\n");
                }
                await().until(() ->
                        bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 503"));
                assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).contains("\r\nRetry-After: 1\r\n");
                assertThat(bench.proxy.directMemory()).isLessThan(40 * MB);
            } finally {
                for (var client : slow) {
                    client.close();
                }
            }
            await().until(() -> bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 200"));
        }
    }

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /** Answers GET, and takes nothing of what is posted until {@code goOn}. */
    private ScriptedUpstream app(CountDownLatch goOn) throws IOException {
        return ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
            for (var head = wire.readHead(); !head.isEmpty(); head = wire.readHead()) {
                if (head.startsWith("GET /socket")) {
                    wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                    hold(goOn);
                    return;
                }
                if (!head.startsWith("GET / ")) {
                    hold(goOn);
                    if (head.startsWith("POST")) {
                        return;
                    }
                }
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
    }

    private static void hold(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    /** A crowd does {@code deed} each; others are answered meanwhile, and when it has left the memory is there again. */
    private void crowd(int count, CountDownLatch goOn, Deed deed, Deed then) throws Exception {
        try (var app = app(goOn);
                var bench = new Bench(Bench.usual().with(Setting.CONNECTION_MEMORY, "16MB"))) {
            bench.add(app.address());
            assertThat(bench.ask(GET)).endsWith("ok");
            var all = new ArrayList<Wire>();
            try {
                long most = 0;
                for (int i = 0; i < count; i++) {
                    var client = bench.client();
                    all.add(client);
                    deed.of(client);
                    most = Math.max(most, bench.proxy.directMemory());
                    if (i % 20 == 0) {
                        assertThat(bench.ask(GET)).containsAnyOf("HTTP/1.1 200 OK", "HTTP/1.1 503");
                    }
                }
                for (var client : all) {
                    then.of(client);
                }
                assertThat(most).isLessThanOrEqualTo(17 * MB);
                await().during(Duration.ofMillis(500)).until(() -> bench.proxy.directMemory() <= 17 * MB);
            } finally {
                goOn.countDown();
                for (var client : all) {
                    client.close();
                }
            }
            await().untilAsserted(
                            () -> assertThat(bench.proxy.stats().connections()).isZero());
            await().untilAsserted(() -> assertThat(bench.proxy.directMemory()).isLessThanOrEqualTo(12 * MB));
            assertThat(bench.ask(GET)).endsWith("ok");
        }
    }

    private interface Deed {
        void of(Wire client) throws IOException;
    }

    private static void isTold(Wire client) throws IOException {
        assertThat(client.readAnswer()).startsWith("HTTP/1.1 503").contains("\r\nRetry-After: 1\r\n");
    }

    @Test
    void aCrowdThatDoesNotEndItsHeadsTakesNoMoreThanThereIs() throws Exception {
        var head = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(60_000);
        var told = new AtomicInteger();
        crowd(500, new CountDownLatch(0), client -> client.send(head), client -> {
            if (!client.silentFor(Duration.ofMillis(1))) {
                isTold(client);
                told.incrementAndGet();
            }
        });
        // Those that came before it was scarce are let go within a second, too.
        assertThat(told).hasValueGreaterThan(250);
    }

    @Test
    void manyShortHeadsThatDoNotEndLeaveRoomForOthers() throws Exception {
        try (var app = app(new CountDownLatch(0));
                var bench = new Bench(Bench.usual().with(Setting.CONNECTION_MEMORY, "16MB"))) {
            bench.add(app.address());
            var all = new ArrayList<Wire>();
            for (int i = 0; i < 3_000; i++) {
                all.add(bench.client().send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(2_000)));
            }
            assertThat(bench.ask(GET)).endsWith("ok");
            assertThat(bench.proxy.directMemory()).isLessThan(16 * MB);
            for (var client : all) {
                assertThat(client.send("\r\n\r\n").readAnswer()).endsWith("ok");
                client.close();
            }
        }
    }

    @Test
    void uploadsToAnAppThatDoesNotReadTakeNoMoreThanThereIs() throws Exception {
        var body = new byte[600_000];
        crowd(
                300,
                new CountDownLatch(1),
                client -> client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n")
                        .send(body),
                client -> {
                    if (!client.silentFor(Duration.ofMillis(1))) {
                        isTold(client);
                    }
                });
    }

    @Test
    void webSocketsToAnAppThatDoesNotReadTakeNoMoreThanThereIs() throws Exception {
        var frames = new byte[600_000];
        var cut = new AtomicInteger();
        crowd(
                300,
                new CountDownLatch(1),
                client -> {
                    client.send(
                            "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
                    assertThat(client.readHead()).startsWith("HTTP/1.1 101");
                },
                client -> {
                    try {
                        client.send(frames);
                    } catch (IOException closed) {
                        cut.incrementAndGet();
                    }
                });
        assertThat(cut).hasValueLessThan(200);
    }

    /** What they hold was theirs before memory was short: others must not pay for it. */
    @Test
    void tunnelsThatStoodStillBeforeMemoryWasShortAreCutWhenItIs() throws Exception {
        var goOn = new CountDownLatch(1);
        var plenty = Bench.usual().with(Setting.CONNECTION_MEMORY, "64MB").with(Setting.WORKERS, "1");
        try (var app = app(goOn);
                var bench = new Bench(plenty)) {
            bench.add(app.address());
            var frames = new byte[600_000];
            var all = new ArrayList<Wire>();
            try {
                for (int i = 0; i < 100; i++) {
                    var client = bench.client();
                    all.add(client);
                    client.send(
                            "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
                    assertThat(client.readHead()).startsWith("HTTP/1.1 101");
                    client.send(frames);
                }
                assertThat(bench.proxy.stats().connections()).isEqualTo(100);
                long held = bench.proxy.directMemory() / MB;
                assertThat(held).isGreaterThan(4);
                bench.proxy.apply(plenty.settings().with(Setting.CONNECTION_MEMORY, held + "MB"));
                await().untilAsserted(() ->
                        assertThat(bench.proxy.stats().connections()).isLessThan(100));
                await().untilAsserted(() -> assertThat(bench.ask(GET)).endsWith("ok"));
            } finally {
                goOn.countDown();
                for (var client : all) {
                    client.close();
                }
            }
        }
    }

    @Test
    void requestsThatAreSentAheadTakeNoMoreThanThereIs() throws Exception {
        var ahead = GET.repeat(60_000 / GET.length());
        crowd(
                600,
                new CountDownLatch(1),
                client -> client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" + ahead),
                _ -> {});
    }

    @Test
    void whoSentAheadWhatWasDroppedIsAnsweredAndLetGo() throws Exception {
        var goOn = new CountDownLatch(1);
        var ahead = GET.repeat(60_000 / GET.length());
        crowd(600, goOn, client -> client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" + ahead), client -> {
            goOn.countDown();
            assertThat(client.readAnswer()).containsAnyOf("HTTP/1.1 200 OK", "HTTP/1.1 503");
        });
    }
}
