package footplate.daemon.watch;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.daemon.watch.RestartFiles.App;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RestartFilesTest {
    private static final Instant STARTED = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir
    Path root;

    private final BlockingQueue<List<Object>> heard = new LinkedBlockingQueue<>();

    @Test
    void theFirstLookAtAnAppTellsThatItsFileIsGone() throws Exception {
        try (var _ = looking()) {
            // Without this an app whose file went while nobody looked would have a process for each request for ever.
            assertThat(next()).isEqualTo(List.of("shop", false));
        }
    }

    @Test
    void aFileTouchedAfterTheStartAndBeforeTheFirstLookCounts() throws Exception {
        touch("restart.txt", STARTED.plusMillis(1));
        try (var _ = looking()) {
            assertThat(next()).isEqualTo(List.of("shop", false));
            assertThat(next()).isEqualTo(List.of("shop"));
        }
    }

    @Test
    void aFileOlderThanTheProcessesCountsOnlyOnceItIsTouched() throws Exception {
        touch("restart.txt", STARTED.minusSeconds(1));
        try (var _ = looking()) {
            assertThat(next()).isEqualTo(List.of("shop", false));
            touch("always_restart.txt", STARTED);
            assertThat(next()).as("nothing was told of restart.txt before").isEqualTo(List.of("shop", true));
            touch("restart.txt", STARTED.minusSeconds(2));
            assertThat(next()).as("another time is a touch, whichever").isEqualTo(List.of("shop"));
            Files.delete(root.resolve("tmp/restart.txt"));
            Files.delete(root.resolve("tmp/always_restart.txt"));
            assertThat(next()).as("a file that goes is no touch").isEqualTo(List.of("shop", false));
        }
    }

    private RestartFiles looking() {
        return new RestartFiles(() -> Map.of("shop", new App(root.toString(), STARTED)), new RestartFiles.Listener() {
            @Override
            public void restart(String app) {
                heard.add(List.of(app));
            }

            @Override
            public void freshProcesses(String app, boolean on) {
                heard.add(List.of(app, on));
            }
        });
    }

    private List<Object> next() throws InterruptedException {
        var next = heard.poll(10, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private void touch(String name, Instant modified) throws IOException {
        var tmp = Files.createDirectories(root.resolve("tmp"));
        // Made elsewhere and moved here: a look must not see it with the time of its making.
        var file = Files.createTempFile(root, name, "");
        Files.setLastModifiedTime(file, FileTime.from(modified));
        Files.move(file, tmp.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
}
