package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.testkit.ScriptedUpstream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
}
