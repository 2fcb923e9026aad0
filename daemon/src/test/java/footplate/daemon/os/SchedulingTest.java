package footplate.daemon.os;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.supervise.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulingTest {
    @TempDir
    Path folder;

    private static final int SCHED_OTHER = 0;
    private static final int SCHED_BATCH = 3;

    private static int policy() throws IOException {
        return policyIn(Files.readString(Path.of("/proc/thread-self/stat")));
    }

    /** Field 41 of proc(5)'s stat. */
    private static int policyIn(String stat) {
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[38]);
    }

    @Test
    void theCallingThreadAloneIsOneOfABatchForAsLongAsItWants() throws Exception {
        var scheduling = new Scheduling();
        try (var thread = Executors.newSingleThreadExecutor();
                var other = Executors.newSingleThreadExecutor()) {
            assertThat(thread.submit(() -> policy()).get()).isEqualTo(SCHED_OTHER);
            await().until(() -> thread.submit(() -> scheduling.batch(true)).get());
            assertThat(thread.submit(() -> policy()).get()).isEqualTo(SCHED_BATCH);
            assertThat(other.submit(() -> policy()).get()).isEqualTo(SCHED_OTHER);
            assertThat(thread.submit(() -> scheduling.batch(false)).get()).isTrue();
            assertThat(thread.submit(() -> policy()).get()).isEqualTo(SCHED_OTHER);
        }
    }

    @Test
    void processesThatSuchAThreadStartsAreUsualOnes() throws Exception {
        var scheduling = new Scheduling();
        try (var thread = Executors.newSingleThreadExecutor();
                var processes = Processes.forThisMachine()) {
            await().until(() -> thread.submit(() -> scheduling.batch(true)).get());
            var built = thread.submit(() -> {
                        Scheduling.usualForChildren();
                        return new ProcessBuilder("cat", "/proc/self/stat").start();
                    })
                    .get();
            assertThat(policyIn(new String(built.getInputStream().readAllBytes(), US_ASCII)))
                    .isEqualTo(SCHED_OTHER);
            await().until(() -> thread.submit(() -> scheduling.batch(true)).get());
            var exit = thread.submit(() -> processes.spawn(
                            AnotherDaemon.request(folder, "stat", Map.of(), "exec cat /proc/self/stat")))
                    .get()
                    .exit();
            assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(new Exit.Code(0));
            assertThat(policyIn(Files.readString(folder.resolve("stat.out")))).isEqualTo(SCHED_OTHER);
        }
    }
}
