package footplate.daemon.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RestartFilesTest {
    @TempDir
    Path root;

    @Test
    void theFirstLookAtAnAppTellsThatItsFileIsGone() throws Exception {
        BlockingQueue<List<Object>> heard = new LinkedBlockingQueue<>();
        try (var _ = new RestartFiles(() -> Map.of("shop", root.toString()), new RestartFiles.Listener() {
            @Override
            public void restart(String app) {
                heard.add(List.of(app));
            }

            @Override
            public void freshProcesses(String app, boolean on) {
                heard.add(List.of(app, on));
            }
        })) {
            // Without this an app whose file went while nobody looked would have a process for each request for ever.
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(List.of("shop", false));
        }
    }
}
