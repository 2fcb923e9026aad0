package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hundreds of clients that send or read as slowly as they can, and thousands that are refused. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(120)
class SlowClientsIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final int LARGE = 8_000_000;

    @TempDir
    Path folder;

    /** A process that takes one request at a time, and answers {@code /large} with 8 MB. */
    private ScriptedUpstream single(String name) throws IOException {
        var large = new byte[LARGE];
        return ScriptedUpstream.unix(folder.resolve(name), (wire, _, _) -> {
            for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                if (request.startsWith("GET /large")) {
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
                    wire.send(large);
                } else {
                    wire.send(OK);
                }
            }
        });
    }

    @Test
    void slowSendersAndReadersDoNotStarveANormalClientOfTwoSingleProcesses() throws Exception {
        try (var one = single("1");
                var two = single("2");
                var bench = new Bench(Bench.usual().with(Setting.WORKERS, "2"))) {
            bench.concurrency = 1;
            bench.add(one.address());
            bench.add(two.address());
            List<Wire> slow = new ArrayList<>();
            List<Wire> readers = new ArrayList<>();
            var end = new AtomicBoolean();
            try {
                for (int i = 0; i < 500; i++) {
                    slow.add(bench.client().send("GET /slow HTTP/1.1\r\nHost: a\r\nX: "));
                }
                for (int i = 0; i < 100; i++) {
                    slow.add(bench.client().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n"));
                }
                for (int i = 0; i < 50; i++) {
                    slow.add(bench.client()
                            .send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n"));
                }
                for (int i = 0; i < 50; i++) {
                    readers.add(Wire.connectNarrow(bench.port).send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n"));
                }
                // Not one of them has read a byte, and the processes have done their part.
                await().atMost(60, TimeUnit.SECONDS).until(() -> processed(bench) == 50);
                var trickle = Thread.ofVirtual().start(() -> trickle(slow, end));
                var times = new long[100];
                for (int i = 0; i < times.length; i++) {
                    long before = System.nanoTime();
                    assertThat(bench.ask(GET)).endsWith("ok");
                    times[i] = System.nanoTime() - before;
                }
                Arrays.sort(times);
                assertThat(Duration.ofNanos(times[times.length / 2])).isLessThan(Duration.ofSeconds(1));
                assertThat(bench.proxy.stats().connections()).isGreaterThanOrEqualTo(650);
                assertThat(readers.getLast().readHead()).startsWith("HTTP/1.1 200");
                assertThat(bench.underWay()).isZero();
                end.set(true);
                trickle.join();
            } finally {
                for (var client : slow) {
                    client.close();
                }
                for (var client : readers) {
                    client.close();
                }
            }
            await().until(() -> bench.proxy.stats().connections() == 0);
            await().until(() -> bench.proxy.spools().memoryUsed() == 0
                    && bench.proxy.spools().diskUsed() == 0
                    && bench.proxy.spools().files() == 0);
        }
    }

    private static long processed(Bench bench) {
        return bench.targets.stream()
                .mapToLong(target -> target.load().processed())
                .sum();
    }

    private static void trickle(List<Wire> slow, AtomicBoolean end) {
        while (!end.get()) {
            LockSupport.parkNanos(200_000_000);
            for (var client : slow) {
                try {
                    client.send("x");
                } catch (IOException closed) {
                    throw new AssertionError("a slow sender was closed", closed);
                }
            }
        }
    }

    /** Each way in which a request is refused, many times: nothing of it stays. */
    @Test
    void tenThousandRefusalsLeaveNothingBehind() throws Exception {
        var settings = Bench.usual()
                .with(Setting.WORKERS, "1")
                .with(Setting.MAX_BODY_SIZE, "100KB")
                .with(Setting.TEMP_DISK_TOTAL, "0")
                .with(Setting.BUFFER_MEMORY, "8KB")
                .with(Setting.MAX_CONNECTIONS_PER_ADDRESS, "40")
                .with(Setting.MAX_HEADER_SIZE, "16KB");
        try (var one = single("1");
                var bench = new Bench(settings)) {
            bench.concurrency = 1;
            bench.add(one.address());
            refusals(bench, 500);
            long descriptors = descriptors();
            long memory = bench.proxy.directMemory();
            refusals(bench, 10_000);
            assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 4);
            assertThat(bench.proxy.directMemory()).isLessThanOrEqualTo(memory + 1_048_576);
            assertThat(bench.proxy.spools().memoryUsed()).isZero();
            assertThat(bench.proxy.spools().files()).isZero();
            assertThat(bench.underWay()).isZero();
            assertThat(bench.ask(GET)).endsWith("ok");
        }
    }

    private static void refusals(Bench bench, int count) throws Exception {
        var chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        var refusals = List.of(
                new Refusal("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400"),
                new Refusal("GET /" + "a".repeat(17_000), "414"),
                new Refusal("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(17_000), "431"),
                new Refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n", "413"),
                new Refusal(chunked + "20000\r\n", "413"),
                new Refusal(chunked + "5\r\nhello\r\nx", "400"),
                new Refusal(chunked + "8000\r\n" + "x".repeat(0x8000) + "\r\n", "503"));
        for (int i = 0; i < count; i++) {
            var refusal = refusals.get(i % refusals.size());
            try (var client = bench.client()) {
                assertThat(client.send(refusal.request).readAll()).startsWith("HTTP/1.1 " + refusal.status);
            }
            if (i % 100 == 0) {
                tooMany(bench);
            }
        }
        await().atMost(10, TimeUnit.SECONDS).until(() -> bench.proxy.stats().connections() == 0);
        await().until(() -> bench.proxy.spools().memoryUsed() == 0);
    }

    private record Refusal(String request, String status) {}

    /** More connections than one address may have. */
    private static void tooMany(Bench bench) throws IOException {
        List<Wire> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(bench.client().send(GET));
        }
        int refused = 0;
        for (var client : all) {
            var answer = client.readAnswer();
            assertThat(answer).containsAnyOf("HTTP/1.1 200", "HTTP/1.1 503");
            refused += answer.startsWith("HTTP/1.1 503") ? 1 : 0;
        }
        for (var client : all) {
            client.close();
        }
        assertThat(refused).isGreaterThanOrEqualTo(20);
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
