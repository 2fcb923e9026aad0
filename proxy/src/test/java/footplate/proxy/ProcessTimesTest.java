package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.testkit.ScriptedUpstream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a process may take for each of its parts in a request: to be connected to, to take it, to answer it. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(60)
class ProcessTimesTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path folder;

    @Test
    void whatOneUploadHasWaitedForIsNotCountedAgainstTheNext() throws Exception {
        int length = 1_000_000;
        var go = new Semaphore(0);
        // From a file a body comes in pieces of one size: both uploads stand still at the same byte.
        var settings = Bench.usual()
                .with(Setting.WORKERS, "1")
                .with(Setting.BUFFER_MEMORY, "0")
                .with(Setting.UPSTREAM_SEND_TIMEOUT, "2s");
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    while (!wire.readHead().isEmpty()) {
                        go.acquireUninterruptibly();
                        wire.readBytes(length);
                        wire.send(OK);
                    }
                });
                var bench = new Bench(settings);
                var client = bench.client()) {
            bench.concurrency = 1;
            bench.add(app.address());
            for (int upload = 1; upload <= 2; upload++) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n")
                        .send(new byte[length]);
                assertThat(client.silentFor(Duration.ofMillis(1_300)))
                        .as("upload %d waits", upload)
                        .isTrue();
                go.release();
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200");
                assertThat(client.silentFor(Duration.ofSeconds(2))).isTrue();
            }
        }
    }

    @Test
    void aProcessThatIsNotConnectedToInTimeIsPassedOver() throws Exception {
        try (var full = new FullListener();
                var app = ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(OK));
                var bench = new Bench(Bench.usual().with(Setting.CONNECT_TIMEOUT, "400ms"))) {
            bench.add(full.address());
            bench.add(app.address());
            long begun = System.nanoTime();
            assertThat(bench.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"))
                    .startsWith("HTTP/1.1 200");
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(400), Duration.ofSeconds(4));
            assertThat(app.next()).endsWith("abc");
            assertThat(bench.unreachable).hasValue(1);
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void whereNobodyIsConnectedToInTimeTheAnswerIsA504() throws Exception {
        try (var full = new FullListener();
                var bench = new Bench(
                        Bench.usual().with(Setting.CONNECT_TIMEOUT, "400ms").with(Setting.TRIES, "2"))) {
            bench.add(full.address());
            long begun = System.nanoTime();
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 504");
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(800), Duration.ofSeconds(5));
            assertThat(bench.underWay()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1.1 | Content-Length: 8
            1.1 | Transfer-Encoding: chunked
            1.0 | Transfer-Encoding: chunked
            1.1 | Connection: close
            """)
    void anAnswerThatFallsSilentIsCutAndNeverLooksComplete(String version, String framing) throws Exception {
        var half = framing.endsWith("chunked") ? "4\r\nhalf\r\n" : "half";
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readRequest();
                    wire.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n" + half);
                    wire.readAll();
                });
                var bench = new Bench(Bench.usual().with(Setting.WORKERS, "1").with(Setting.READ_TIMEOUT, "300ms"));
                var client = bench.client()) {
            bench.add(app.address());
            client.send("GET / HTTP/" + version + "\r\nHost: a\r\n\r\n");
            var seen = ClientView.of(client, List.of("GET"));
            assertThat(seen.statuses()).containsExactly(-200);
            assertThat(seen.answers().getFirst().body()).contains("half");
            assertThat(bench.underWay()).isZero();
        }
    }
}
