package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.testkit.ScriptedUpstream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who sends a body byte by byte, each in time, is not waited for until its end; in real time, the first 20 seconds of grace included. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(120)
class BodyRateIT {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final Duration STEP = Duration.ofMillis(500);
    private static final int STEPS = 100;
    private static final int PART = 1_000;

    @TempDir
    Path folder;

    @Test
    void aBodyBelowTheLeastRateIsA408AndOneAboveItIsNot() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(OK));
                var bench = new Bench(Bench.usual()
                        .with(Setting.WORKERS, "1")
                        .with(Setting.CLIENT_BODY_MIN_RATE, "500B")
                        .with(Setting.CLIENT_BODY_TIMEOUT, "30s"));
                var slow = bench.client();
                var chunked = bench.client();
                var steady = bench.client()) {
            bench.concurrency = 1;
            bench.add(app.address());
            var post = "POST / HTTP/1.1\r\nHost: a\r\n";
            slow.send(post + "Content-Length: " + STEPS * PART + "\r\n\r\n");
            chunked.send(post + "Transfer-Encoding: chunked\r\n\r\n");
            steady.send(post + "Content-Length: " + STEPS * PART + "\r\n\r\n");
            int steps = 0;
            var dripping = new ArrayList<>(List.of(slow, chunked));
            while (!dripping.isEmpty() && steps < STEPS - 1) {
                steady.send(new byte[PART]);
                steps++;
                assertThat(steady.silentFor(STEP)).as("after step %d", steps).isTrue();
                for (var one : List.copyOf(dripping)) {
                    if (one.silentFor(Duration.ofMillis(1))) {
                        one.send(one == slow ? "x" : "1\r\nx\r\n");
                    } else {
                        assertThat(one.readAll()).startsWith("HTTP/1.1 408 ").contains("\r\nConnection: close\r\n");
                        dripping.remove(one);
                    }
                }
            }
            assertThat(dripping).isEmpty();
            assertThat(steps).as("half seconds of grace").isGreaterThan(38);
            steady.send(new byte[(STEPS - steps) * PART]);
            assertThat(steady.readAnswer()).startsWith("HTTP/1.1 200");
            assertThat(app.notedLeft()).isEqualTo(1);
            await().until(() -> bench.underWay() == 0);
        }
    }
}
