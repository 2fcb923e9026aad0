package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Large bodies between a fast side and a slow one: the daemon's memory does not grow with them. */
@Tag("node")
@Timeout(180)
class TransferIT {
    private static final int BYTES = 200_000_000;
    private static final long MOST_MEMORY_KB = 200_000;
    private static final int PAUSE_EVERY = 1 << 20;
    private static final long PAUSE_NANOS = 5_000_000;

    @TempDir
    Path folder;

    private Footplate footplate;
    private int port;

    @BeforeEach
    void moveIn() throws Exception {
        footplate = new Footplate(folder);
        port = footplate
                .run("start", Footplate.app(folder.resolve("shop")), "--port", 0, "--max", 1)
                .fine()
                .port();
    }

    @AfterEach
    void moveOut() throws Exception {
        footplate.close();
    }

    @Test
    void aDownloadBySlowReadersTakesLittleMemory() throws Exception {
        var other = Thread.ofVirtual().start(() -> {
            try {
                download();
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
        });
        assertThat(download()).isEqualTo(BYTES);
        other.join();
        assertThat(highWaterKb()).isLessThan(MOST_MEMORY_KB);
    }

    @Test
    void anUploadToASlowReaderTakesLittleMemory() throws Exception {
        var block = "y".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
        try (var line = new Line(port)) {
            line.send("POST", "/upload?pause=1", "", "Content-Length: " + BYTES);
            for (int left = BYTES; left > 0; left -= block.length) {
                line.out().write(block, 0, Math.min(left, block.length));
            }
            var answer = line.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(Integer.toString(BYTES));
        }
        assertThat(highWaterKb()).isLessThan(MOST_MEMORY_KB);
    }

    private long download() throws IOException {
        try (var line = new Line(port)) {
            line.send("GET", "/download?bytes=" + BYTES, "");
            assertThat(line.head()).contains("200 OK", "Content-Length: " + BYTES);
            var part = new byte[1 << 16];
            long read = 0;
            for (long pauseAt = PAUSE_EVERY; read < BYTES; ) {
                int now = line.in().read(part, 0, (int) Math.min(part.length, BYTES - read));
                if (now < 0) {
                    return read;
                }
                read += now;
                if (read >= pauseAt) {
                    pauseAt += PAUSE_EVERY;
                    LockSupport.parkNanos(PAUSE_NANOS); // a slow reader, not a wait
                }
            }
            return read;
        }
    }

    /** VmHWM of proc(5): the most that was resident ever. */
    private long highWaterKb() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + footplate.daemon() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
