package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Restarts under load: by {@code tmp/restart.txt}, by command, and for each request. */
@Tag("node")
@Timeout(120)
class RestartFilesIT {
    @TempDir
    Path folder;

    private Footplate footplate;
    private Path shop;
    private Path restart;

    @BeforeEach
    void moveIn() throws IOException {
        footplate = new Footplate(folder);
        shop = Footplate.app(folder.resolve("shop"));
        restart = Files.createDirectory(shop.resolve("tmp")).resolve("restart.txt");
    }

    @AfterEach
    void moveOut() throws Exception {
        footplate.close();
    }

    @Test
    void aTouchedFileRestartsWithinASecondAndDropsNoRequest() throws Exception {
        int port = footplate
                .run("start", shop, "--port", 0, "--min", 2, "--max", 2)
                .fine()
                .port();
        try (var load = Load.on(port, "/slow?ms=5")) {
            load.andMore(100);
            restarts(load, "created", () -> Files.createFile(restart));
            restarts(load, "touched", () -> Files.setLastModifiedTime(restart, FileTime.from(Instant.now())));
            restarts(load, "an older time", () -> Files.setLastModifiedTime(restart, FileTime.fromMillis(1_000_000)));
            restarts(load, "written", () -> Files.writeString(restart, "again"));

            var before = new HashSet<>(footplate.pids("shop"));
            footplate.run("restart", "shop").fine();
            assertThat(footplate.pids("shop")).hasSize(2).doesNotContainAnyElementsOf(before);
            load.andMore(100);
            assertThat(load.failures())
                    .describedAs(load.answered() + " were answered")
                    .isEmpty();
        }
        var log = Files.readString(footplate.home().resolve("daemon.log"));
        assertThat(log).contains("restarts, new processes first: tmp/restart.txt was touched");
        int ready = log.indexOf("is ready", log.indexOf("restarts, new processes first"));
        assertThat(ready).describedAs("the new one first").isLessThan(log.indexOf("answers its last requests"));
    }

    @Test
    void withAlwaysRestartEachRequestHasAFreshProcess() throws Exception {
        int port = footplate
                .run("start", shop, "--port", 0, "--min", 1, "--max", 1)
                .fine()
                .port();
        var always = shop.resolve("tmp/always_restart.txt");
        assertThat(Line.get(port, "/").body()).isEqualTo(Line.get(port, "/").body());

        Files.createFile(always);
        awaitLog("every request gets a fresh process");
        var pids = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            var answer = Line.get(port, "/");
            assertThat(answer.status()).isEqualTo(200);
            pids.add(answer.body());
        }
        assertThat(pids).doesNotHaveDuplicates();

        Files.delete(always);
        awaitLog("processes are kept again");
        var kept = Line.get(port, "/").body();
        for (int i = 0; i < 4; i++) {
            assertThat(Line.get(port, "/").body()).isEqualTo(kept);
        }
    }

    private interface Change {
        Object make() throws IOException;
    }

    /** Makes the change and sees the restart begin within a second, and new processes alone answer soon. */
    private void restarts(Load load, String what, Change change) throws Exception {
        var before = load.bodies();
        int restarts = restartsTold();
        long changed = System.nanoTime();
        change.make();
        Footplate.await(5, () -> restartsTold() > restarts);
        assertThat(restartsTold()).describedAs(what).isGreaterThan(restarts);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - changed))
                .describedAs(what)
                .isLessThan(1_200);
        Footplate.await(
                20,
                () -> load.bodies().size() >= before.size() + 2
                        || !load.failures().isEmpty());
        assertThat(load.bodies().size()).describedAs(what).isGreaterThanOrEqualTo(before.size() + 2);
        Footplate.await(20, () -> settledTold() > restarts);
        assertThat(load.failures()).describedAs(what).isEmpty();
    }

    private int restartsTold() {
        return count("restarts, new processes first");
    }

    private int settledTold() {
        return count("instances are ready");
    }

    private void awaitLog(String text) {
        Footplate.await(5, () -> count(text) > 0);
        assertThat(count(text)).describedAs(text).isPositive();
    }

    private int count(String text) {
        try {
            return Files.readString(footplate.home().resolve("daemon.log")).split(text, -1).length - 1;
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }
}
