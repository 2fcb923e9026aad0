package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.proxy.access.LogPlaces;
import footplate.proxy.flow.ProxySettings;
import footplate.testkit.ScriptedUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a request's time has gone, as its line of the access log tells: in the queue, at its process, or on its client's way. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(60)
class AccessLogTimesTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final Duration WAIT = Duration.ofMillis(350);

    private static final Pattern COMBINED = Pattern.compile(" queue=([0-9.]+) app=([0-9.]+) total=([0-9.]+) ");

    @TempDir
    Path folder;

    /** In seconds. */
    private record Times(double queue, double app, double total) {}

    private ProxySettings logging(String format) {
        return Bench.usual()
                .with(Setting.WORKERS, "1")
                .with(Setting.ACCESS_LOG, format)
                .withAccessLogs(LogPlaces.files(_ -> folder.resolve("log")));
    }

    /** Those of the one line that names {@code path}. */
    private Times times(String path) {
        var line = await().until(() -> line(path), found -> !found.isEmpty());
        if (line.startsWith("{")) {
            var fields = JsonLine.parse(line);
            return new Times(seconds(fields.get("queue")), seconds(fields.get("app")), seconds(fields.get("total")));
        }
        var fields = COMBINED.matcher(line);
        assertThat(fields.find()).as(line).isTrue();
        return new Times(seconds(fields.group(1)), seconds(fields.group(2)), seconds(fields.group(3)));
    }

    private static double seconds(@Nullable String field) {
        return Double.parseDouble(Objects.requireNonNull(field));
    }

    /** Empty while it is not there, or not with its end. */
    private String line(String path) throws IOException {
        var log = folder.resolve("log");
        var text = Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.contains(path))
                .findFirst()
                .orElse("");
    }

    /** Answers each request when it is let. */
    private ScriptedUpstream app(Semaphore go) throws IOException {
        return ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
            for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                upstream.note(request);
                go.acquireUninterruptibly();
                wire.send(OK);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"combined", "json"})
    void theQueueAndTheProcessEachHaveTheirTime(String format) throws Exception {
        var go = new Semaphore(0);
        try (var app = app(go);
                var bench = new Bench(logging(format));
                var first = bench.client();
                var second = bench.client()) {
            bench.concurrency = 1;
            bench.add(app.address());
            first.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
            app.next();
            second.send("GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> bench.gate.queued() == 1);
            assertThat(second.silentFor(WAIT)).isTrue();
            go.release();
            assertThat(first.readAnswer()).endsWith("ok");
            app.next();
            assertThat(second.silentFor(WAIT)).isTrue();
            go.release();
            assertThat(second.readAnswer()).endsWith("ok");
            var one = times("/first");
            assertThat(one.queue()).isLessThan(0.1);
            assertThat(one.app()).isBetween(0.3, 5.0);
            var other = times("/second");
            assertThat(other.queue()).isBetween(0.3, 5.0);
            assertThat(other.app()).isBetween(0.3, 5.0);
            assertThat(other.total()).isGreaterThanOrEqualTo(other.queue() + other.app() - 0.001);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"combined", "json"})
    void aClientThatSendsSlowlyHasNotWaitedForAPlace(String format) throws Exception {
        try (var app = app(new Semaphore(1));
                var bench = new Bench(logging(format));
                var client = bench.client()) {
            bench.concurrency = 1;
            bench.add(app.address());
            client.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
            assertThat(client.silentFor(WAIT)).isTrue();
            assertThat(bench.underWay()).isZero();
            assertThat(client.send("cd").readAnswer()).endsWith("ok");
            var slow = times("/slow");
            assertThat(slow.queue()).isLessThan(0.1);
            assertThat(slow.app()).isLessThan(0.3);
            assertThat(slow.total()).isGreaterThan(0.3);
        }
    }
}
