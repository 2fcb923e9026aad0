package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import footplate.core.supervise.Exit;
import footplate.core.supervise.ProcessId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessesIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void twoThousandChildrenLeaveNoDescriptorBehind() throws Exception {
        try (var processes = Processes.forThisMachine()) {
            spawnAndWait(processes, 20); // what is opened once, is opened
            int before = OpenFiles.count();
            for (int i = 0; i < 40; i++) {
                spawnAndWait(processes, 50);
            }
            assertThat(OpenFiles.count()).isEqualTo(before);
        }
    }

    @Test
    void neitherDoSpawnsThatFail() throws Exception {
        try (var processes = Processes.forThisMachine()) {
            Files.writeString(folder.resolve("data"), "no program");
            folder.resolve("data").toFile().setExecutable(true);
            var request = new SpawnRequest(
                    List.of("./data"), folder, Map.of(), folder.resolve("out"), folder.resolve("err"), 0);
            int before = OpenFiles.count();
            for (int i = 0; i < 100; i++) {
                assertThat(catchThrowable(() -> processes.spawn(request))).isInstanceOf(SpawnFailure.class);
            }
            assertThat(OpenFiles.count()).isEqualTo(before);
        }
    }

    @Test
    void theWatchSleepsWhileNothingEnds() throws Exception {
        try (var processes = Processes.forThisMachine()) {
            var children = new ArrayList<Child>();
            for (int i = 0; i < 20; i++) {
                children.add(processes.spawn(AnotherDaemon.request(folder, "idle", Map.of(), "exec sleep 120")));
            }
            var task = watchTask();
            var before = wakeUps(task);
            await().during(Duration.ofMillis(500)).until(() -> wakeUps(task).equals(before));
            for (var child : children) {
                child.signal(Signal.KILL);
                assertThat(child.exit().get(10, TimeUnit.SECONDS)).isEqualTo(new Exit.Signalled(9));
            }
            assertThat(wakeUps(task)).isNotEqualTo(before);
        }
    }

    /** No time is asserted, for a busy machine proves nothing; the figures are for who wants to see them. */
    @Test
    void exitsAreSeenSoon() throws Exception {
        try (var processes = Processes.forThisMachine()) {
            var nanos = new long[200];
            for (int i = 0; i < nanos.length; i++) {
                var child = processes.spawn(AnotherDaemon.request(folder, "exits", Map.of(), "exec sleep 120"));
                var seen = child.exit().thenApply(_ -> System.nanoTime());
                long from = System.nanoTime();
                child.signal(Signal.KILL);
                nanos[i] = seen.get(10, TimeUnit.SECONDS) - from;
            }
            Arrays.sort(nanos);
            System.out.printf(
                    "200 exits, from the signal to the news: median %.2f ms, 99 %% %.2f ms, max %.2f ms%n",
                    nanos[100] / 1e6, nanos[198] / 1e6, nanos[199] / 1e6);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChildOutlivesItsDaemonAndIsFoundAgainByTheNext(boolean plain) throws Exception {
        ProcessId id;
        try (var daemon = AnotherDaemon.start(List.of(), "spawn", folder.toString())) {
            var words = daemon.line().split(" ", -1);
            id = new ProcessId(Integer.parseInt(words[0]), Long.parseLong(words[1]));
            daemon.kill();
        }
        try (var processes = plain ? Processes.plain() : Processes.forThisMachine()) {
            assertThat(processes.find(new ProcessId(id.pid(), id.startTicks() + 1)))
                    .isEmpty();
            var child = processes.find(id).orElseThrow();
            assertThat(child.exit()).isNotDone();
            assertThat(child.signal(Signal.TERM)).isTrue();
            assertThat(child.exit().get(10, TimeUnit.SECONDS)).isEqualTo(new Exit.Unknown());
            assertThat(processes.find(id)).isEmpty();
        }
    }

    /** Our own descriptors all close on exec; one that our parent left us does not. */
    @Test
    void whatOurParentLeftUsIsNotPassedOnToTheChild() throws Exception {
        var careless = List.of("/bin/sh", "-c", "trap '' HUP USR2 PIPE; exec \"$@\" 9</etc/passwd", "sh");
        try (var daemon = AnotherDaemon.start(careless, List.of(), "inherit", folder.toString())) {
            var told = daemon.line().split(" / ", -1);
            assertThat(told[0]).doesNotContain("SigIgn:0000000000000000");
            assertThat(told[1]).isEqualTo("SigBlk:0000000000000000 SigIgn:0000000000000000");
            assertThat(told[2]).isEqualTo("true");
            assertThat(told[3]).isEqualTo("false");
        }
    }

    @Test
    void whereTheJvmGrantsNoNativeAccessTheJdksWayIsTaken() throws Exception {
        try (var daemon = AnotherDaemon.start(List.of("--illegal-native-access=deny"), "describe")) {
            assertThat(daemon.line()).startsWith("the JDK's ProcessBuilder (the JVM grants no native access");
        }
    }

    @Test
    void anAppThatDiesAtOnceTellsItsCode() throws Exception {
        try (var processes = Processes.forThisMachine()) {
            var request = new SpawnRequest(
                    List.of("node", "-e", "null.x"),
                    folder,
                    Map.of("PATH", System.getenv("PATH")),
                    folder.resolve("out"),
                    folder.resolve("err"),
                    0);
            assertThat(processes.spawn(request).exit().get(20, TimeUnit.SECONDS))
                    .isEqualTo(new Exit.Code(1));
            assertThat(folder.resolve("err")).content().contains("TypeError");
        }
    }

    private void spawnAndWait(Processes processes, int count) throws Exception {
        var children = new ArrayList<Child>();
        for (int i = 0; i < count; i++) {
            children.add(processes.spawn(new SpawnRequest(
                    List.of("/bin/true"), folder, Map.of(), folder.resolve("out"), folder.resolve("err"), 0)));
        }
        for (var child : children) {
            assertThat(child.exit().get(20, TimeUnit.SECONDS)).isEqualTo(new Exit.Code(0));
        }
    }

    private static Path watchTask() throws IOException {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> {
                        try {
                            return Files.readString(task.resolve("comm")).equals("exit-watch\n");
                        } catch (IOException ended) {
                            return false;
                        }
                    })
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String wakeUps(Path task) throws IOException {
        return Files.readAllLines(task.resolve("status")).stream()
                .filter(line -> line.startsWith("voluntary_ctxt_switches"))
                .findFirst()
                .orElseThrow();
    }
}
