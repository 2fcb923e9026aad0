package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What visitors notice when the only process of an app is killed under load: that they wait. */
@Tag("node")
@Timeout(120)
class SuccessorIT {
    private static final int DEATHS = 5;

    @TempDir
    Path folder;

    private Footplate footplate;

    @BeforeEach
    void moveIn() {
        footplate = new Footplate(folder);
    }

    @AfterEach
    void moveOut() throws Exception {
        footplate.close();
    }

    @Test
    void theOnlyProcessOfAnAppIsKilledAndNoRequestFails() throws Exception {
        killed("any", 0, 100);
    }

    @Test
    void theOnlyProcessThatTakesOneAtATimeIsKilledAndNoRequestFails() throws Exception {
        killed("one", 1, 2);
    }

    private void killed(String name, int concurrency, int millis) throws Exception {
        var app = Footplate.app(folder.resolve(name));
        // Room for all who come while a process is started: how quick this machine is, is not the question here.
        int port = footplate
                .run(
                        "start",
                        app,
                        "--port",
                        0,
                        "--min",
                        1,
                        "--max",
                        1,
                        "--concurrency",
                        concurrency,
                        "--max-queue",
                        9_999)
                .fine()
                .port();
        try (var load = SteadyLoad.on(port, "/slow?ms=" + millis)) {
            for (int death = 0; death < DEATHS; death++) {
                load.andMore(40);
                long before = onlyProcess(name);
                Footplate.signal("KILL", before);
                Footplate.await(20, () -> !ProcessHandle.of(before).isPresent());
                Footplate.await(20, () -> onlyProcess(name) > 0 && onlyProcess(name) != before);
                assertThat(onlyProcess(name)).isNotIn(0L, before);
            }
            load.andMore(100);
            load.finish();
            System.out.println(name + ": " + load);
            assertThat(load.failures()).describedAs(load.toString()).isEmpty();
            assertThat(load.answered()).isGreaterThan(DEATHS * 40);
        }
        assertThat(footplate.describe(name).instances().getFirst().restarts()).isEqualTo(DEATHS);
    }

    private long onlyProcess(String name) {
        try {
            var pids = footplate.pids(name);
            return pids.isEmpty() ? 0 : pids.getFirst();
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
