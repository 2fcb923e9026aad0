package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class StreamingIT {
    private static final int SIZE = 20_000_000;
    private static final byte[] BLOCK = new byte[100_000];

    static {
        for (int i = 0; i < BLOCK.length; i++) {
            BLOCK[i] = (byte) (i * 31);
        }
    }

    @TempDir
    Path folder;

    @Test
    void aSlowReaderSlowsTheAppDownInsteadOfFillingMemory() throws Exception {
        var sent = new AtomicLong();
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readRequest();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n");
                    for (int at = 0; at < SIZE; at += BLOCK.length) {
                        wire.send(BLOCK);
                        sent.addAndGet(BLOCK.length);
                    }
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = Wire.connectNarrow(bench.port)) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                client.readHead();
                await().during(300, TimeUnit.MILLISECONDS).until(() -> sent.get() < 8_000_000);
                assertThat(bench.proxy.directMemory()).isLessThan(24_000_000);
                for (int at = 0; at < SIZE; at += BLOCK.length) {
                    assertThat(client.readBytes(BLOCK.length)).isEqualTo(BLOCK);
                }
            }
            assertThat(sent.get()).isEqualTo(SIZE);
        }
    }

    @Test
    void aSlowAppSlowsTheUploaderDownInsteadOfFillingMemory() throws Exception {
        var goOn = new CountDownLatch(1);
        var sent = new AtomicLong();
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readHead();
                    try {
                        goOn.await();
                    } catch (InterruptedException interrupted) {
                        throw new IOException(interrupted);
                    }
                    for (int at = 0; at < SIZE; at += BLOCK.length) {
                        assertThat(wire.readBytes(BLOCK.length)).isEqualTo(BLOCK);
                    }
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + SIZE + "\r\n\r\n");
                var sender = Thread.ofVirtual().start(() -> {
                    try {
                        for (int at = 0; at < SIZE; at += BLOCK.length) {
                            client.send(BLOCK);
                            sent.addAndGet(BLOCK.length);
                        }
                    } catch (IOException broken) {
                        throw new java.io.UncheckedIOException(broken);
                    }
                });
                await().during(300, TimeUnit.MILLISECONDS).until(() -> sent.get() < 12_000_000);
                assertThat(bench.proxy.directMemory()).isLessThan(24_000_000);
                goOn.countDown();
                sender.join();
                assertThat(client.readAnswer()).endsWith("ok");
            }
            assertThat(app.failures()).isEmpty();
        }
    }

    @Test
    void aSmallAnswerFreesTheAppHoweverSlowTheClientIs() throws Exception {
        var body = "x".repeat(100_000);
        try (var app = ScriptedUpstream.unix(
                        folder.resolve("app"),
                        ScriptedUpstream.always("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + body));
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.add(app.address());
            var slow = new ArrayList<Wire>();
            for (int i = 0; i < 20; i++) {
                slow.add(Wire.connectNarrow(bench.port).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            }
            await().until(() -> bench.targets.getFirst().load().processed() == 20);
            assertThat(bench.underWay()).isZero();
            for (var client : slow) {
                assertThat(client.readAnswer()).endsWith(body);
                client.close();
            }
        }
    }

    @Test
    void tenThousandRequestsLeaveNothingBehind() throws Exception {
        try (var app = ScriptedUpstream.unix(
                        folder.resolve("app"),
                        ScriptedUpstream.always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
                var bench = new Bench()) {
            bench.add(app.address());
            ask(bench, 500);
            long descriptors = descriptors();
            long memory = bench.proxy.directMemory();
            ask(bench, 10_000);
            assertThat(descriptors()).isCloseTo(descriptors, org.assertj.core.api.Assertions.within(4L));
            assertThat(bench.proxy.directMemory()).isLessThanOrEqualTo(memory + 1_048_576);
            var stats = bench.proxy.stats();
            assertThat(stats.answered()).isEqualTo(10_500);
            assertThat(stats.requests()).isEqualTo(10_500);
            assertThat(bench.targets.getFirst().load().processed()).isEqualTo(10_500);
            assertThat(bench.underWay()).isZero();
        }
    }

    /** Half of them on one connection, the others on connections of ten requests each. */
    private static void ask(Bench bench, int count) throws IOException {
        try (var one = bench.client()) {
            for (int i = 0; i < count / 2; i += 10) {
                try (var other = bench.client()) {
                    for (int k = 0; k < 10; k++) {
                        assertThat(one.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readAnswer())
                                .endsWith("hello");
                        assertThat(other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                                        .readAnswer())
                                .endsWith("hello");
                    }
                }
            }
        }
        await().until(() -> bench.proxy.stats().connections() == 0);
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void twoLoopsShareSingleFileProcessesWithoutLosingAWakeUp() throws Exception {
        var inHand = new ConcurrentHashMap<String, AtomicInteger>();
        ScriptedUpstream.Script single = (wire, _, upstream) -> {
            var mine = inHand.computeIfAbsent(upstream.address(), _ -> new AtomicInteger());
            for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                if (mine.incrementAndGet() > 1) {
                    throw new AssertionError("two requests at once");
                }
                LockSupport.parkNanos(20_000);
                mine.decrementAndGet();
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        };
        try (var one = ScriptedUpstream.unix(folder.resolve("1"), single);
                var two = ScriptedUpstream.unix(folder.resolve("2"), single);
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.add(one.address());
            bench.add(two.address());
            var answered = new AtomicInteger();
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < 24; t++) {
                boolean leaves = t % 6 == 0;
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        for (int round = 0; round < 10; round++) {
                            try (var client = bench.client()) {
                                for (int i = 0; i < 20; i++) {
                                    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                                    if (leaves && i == 19) {
                                        client.reset();
                                        break;
                                    }
                                    if (client.readAnswer().endsWith("ok")) {
                                        answered.incrementAndGet();
                                    }
                                }
                            }
                        }
                    } catch (IOException broken) {
                        throw new java.io.UncheckedIOException(broken);
                    }
                }));
            }
            for (var thread : threads) {
                thread.join();
            }
            assertThat(answered.get()).isEqualTo(20 * 200 + 4 * 190);
            await().until(() -> bench.underWay() == 0 && bench.gate.queued() == 0);
            assertThat(one.failures()).noneMatch(AssertionError.class::isInstance);
            assertThat(two.failures()).noneMatch(AssertionError.class::isInstance);
        }
    }
}
