package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.proxy.flow.ProxySettings;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many slow clients and two processes that take one request at a time: whoever is quick is served quickly. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(120)
class SlowReadersIT {
    private static final int SLOW_HEADS = 500;
    private static final int SLOW_READERS = 50;
    private static final int LARGE = 8 * 1024 * 1024;

    @TempDir
    Path folder;

    @Test
    void slowHeadsAndSlowReadersDoNotStarveTheOthers() throws Exception {
        var large = "x".repeat(LARGE).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        ScriptedUpstream.Script one = (wire, _, _) -> {
            for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                if (request.startsWith("GET /large")) {
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n")
                            .send(large);
                } else {
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                }
            }
        };
        var clients = new ArrayList<Wire>();
        try (var first = ScriptedUpstream.unix(folder.resolve("1"), one);
                var second = ScriptedUpstream.unix(folder.resolve("2"), one);
                var bench = new Bench(
                        ProxySettings.usual(folder.resolve("bodies"), _ -> {}).with(Setting.WORKERS, "2"))) {
            bench.concurrency = 1;
            bench.add(first.address());
            bench.add(second.address());
            for (int i = 0; i < SLOW_HEADS; i++) {
                var slow = bench.client();
                clients.add(slow);
                slow.send("GET / HTTP/1.1\r\nHo");
            }
            for (int i = 0; i < SLOW_READERS; i++) {
                var slow = Wire.connectNarrow(bench.port);
                clients.add(slow);
                slow.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            long slowest = 0;
            try (var normal = bench.client()) {
                for (int i = 0; i < 200; i++) {
                    long before = System.nanoTime();
                    normal.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                    assertThat(normal.readAnswer()).endsWith("ok");
                    slowest = Math.max(slowest, System.nanoTime() - before);
                }
                // The first ones wait while fifty large answers are taken from the processes, and for nothing else.
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> bench.proxy.stats().answered() == 200 + SLOW_READERS);
                assertThat(bench.underWay()).isZero();
                long before = System.nanoTime();
                normal.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(normal.readAnswer()).endsWith("ok");
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
            }
            assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(30));
            assertThat(bench.proxy.spools().memoryUsed()).isLessThanOrEqualTo(16L * 1024 * 1024);
            assertThat(bench.proxy.spools().diskUsed()).isGreaterThan(SLOW_READERS * 1024L * 1024L);
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }
}
