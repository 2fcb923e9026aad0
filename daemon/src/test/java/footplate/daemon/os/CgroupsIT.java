package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.limit.Caps;
import footplate.core.supervise.Exit;
import footplate.core.user.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes on their way into cgroups, and real cgroups where this machine has them. */
@Timeout(60)
final class CgroupsIT {
    @TempDir
    Path folder;

    private final Cgroups cgroups =
            Cgroups.of("footplate-it-" + ProcessHandle.current().pid());
    private Processes processes;

    @BeforeEach
    void open() {
        processes = Processes.forThisMachine();
    }

    @AfterEach
    void close() {
        processes.close();
    }

    private Child spawn(Rights rights, List<Path> doors, Map<String, String> environment, String... command)
            throws Exception {
        return processes.spawn(new SpawnRequest(
                List.of(command), folder, environment, folder.resolve("out"), folder.resolve("err"), 0, rights, doors));
    }

    private static Exit end(Child child) throws Exception {
        return child.exit().get(20, TimeUnit.SECONDS);
    }

    private String out() throws IOException {
        return Files.readString(folder.resolve("out"));
    }

    @Test
    void theProcessItselfEntersBeforeItBecomesTheAppAndKeepsItsEnvironment() throws Exception {
        var one = folder.resolve("one");
        var two = folder.resolve("two");
        var child = spawn(
                Rights.OURS,
                List.of(one, two),
                Map.of("PATH", "/usr/bin:/bin", "A", "x y", "server.port", "8080"),
                "bash",
                "-c",
                "cat one two; echo $$; env");

        assertThat(end(child)).isEqualTo(new Exit.Code(0));
        assertThat(out())
                .startsWith("0\n0\n" + child.id().pid() + "\n")
                .contains("A=x y\n", "server.port=8080\n")
                .doesNotContain("footplate");
    }

    @Test
    void whoCannotEnterIsNotStarted() throws Exception {
        var child = spawn(
                Rights.OURS, List.of(folder.resolve("no/such")), Map.of("PATH", "/usr/bin:/bin"), "sh", "-c", "echo");

        assertThat(end(child)).isEqualTo(new Exit.Code(125));
        assertThat(Files.readString(folder.resolve("err"))).contains("cannot enter the cgroup " + folder);
        assertThat(out()).isEmpty();
    }

    @Test
    void theEnvironmentOfSomebodyElseGivesTheShellNoOrders() {
        var orders = List.of("BASH_ENV", "BASH_FUNC_echo%%", "SHELLOPTS");
        var environment = new HashMap<>(Map.of("A", "1", "ENV", "production"));
        orders.forEach(name -> environment.put(name, "() { evil; }"));
        new Rights(new Account("ada", 1000, 1000, "/home/ada", ""), 1000, false).enter(environment);

        assertThat(environment)
                .containsEntry("A", "1")
                .containsEntry("ENV", "production")
                .doesNotContainKeys(orders.toArray(String[]::new));
    }

    @Test
    void whatWantsTooMuchMemoryIsKilledAndCountedAndNothingStays() throws Exception {
        var cgroup = capped(new Caps(48L << 20, 200));
        var child = spawn(
                Rights.OURS,
                cgroup.doors(),
                Map.of("PATH", "/usr/bin:/bin"),
                "sh",
                "-c",
                "cat /proc/self/cgroup; head -c 100m /dev/zero | tail; setsid sleep 100 & exec tail /dev/zero");

        assertThat(end(child)).isEqualTo(new Exit.Signalled(9));
        assertThat(out()).contains("/shop-1");
        assertThat(cgroup.kills()).isEqualTo(2);
        assertThat(cgroup.memory()).isEqualTo(48L << 20);
        assertThat(Placing.processes(cgroup.doors())).isNotEmpty();

        cgroup.kill(processes);
        cgroups.remove(cgroup);
        for (var gone : cgroup.folders()) {
            assertThat(gone.getParent()).doesNotExist();
        }
    }

    @Test
    void aSweepTakesWhatIsEmptyAndNotKept() throws Exception {
        var empty = capped(new Caps(48L << 20, 0));
        var kept = cgroups.make("kept", new Caps(48L << 20, 0)).orElseThrow();
        var used = cgroups.make("used", new Caps(48L << 20, 0)).orElseThrow();
        var child = spawn(Rights.OURS, used.doors(), Map.of("PATH", "/usr/bin:/bin"), "sleep", "100");
        await().until(() -> cgroups.of(child.id().pid()).isPresent());

        cgroups.sweep(List.of(kept));

        assertThat(empty.folders().getFirst()).doesNotExist();
        assertThat(kept.folders().getFirst()).exists();
        assertThat(used.folders().getFirst()).exists();
        used.kill(processes);
        end(child);
        cgroups.remove(used);
        cgroups.remove(kept);
        assertThat(kept.folders().getFirst().getParent()).doesNotExist();
    }

    private Cgroup capped(Caps caps) throws IOException, SpawnFailure {
        var places = CgroupPlaces.of(
                Files.readString(Path.of("/proc/self/cgroup")), Files.readString(Path.of("/proc/self/mountinfo")));
        var memory = places.v1().get("memory");
        var cpu = places.v1().get("cpu");
        boolean v1 = memory != null && cpu != null && Files.isWritable(memory) && Files.isWritable(cpu);
        boolean root = "root".equals(System.getProperty("user.name"));
        assumeThat(root && v1)
                .describedAs("LEFT OUT: needs root, and the memory and cpu controllers of cgroup version 1")
                .isTrue();
        return cgroups.make("shop-1", caps).orElseThrow();
    }

    /** With whatever controller this machine has left to version 2. */
    @Test
    void inVersionTwoAProcessEntersIsFoundAndLeavesNothing() throws Exception {
        var places = CgroupPlaces.of(
                Files.readString(Path.of("/proc/self/cgroup")), Files.readString(Path.of("/proc/self/mountinfo")));
        var top = places.v2();
        var controllers = top == null ? List.<String>of() : CgroupFile.lines(top.resolve("cgroup.controllers"));
        assumeThat(top != null
                        && top.equals(places.top())
                        && Files.isWritable(top)
                        && !controllers.isEmpty()
                        && !controllers.getFirst().isEmpty())
                .describedAs("LEFT OUT: needs root at the top of a cgroup hierarchy of version 2 that has a controller")
                .isTrue();
        var run = cgroups.folder(controllers.getFirst().split(" ", -1)[0], Setting.MAX_MEMORY_HARD, "shop-1");
        var cgroup = new Cgroup(List.of(run));
        var child = spawn(
                Rights.OURS,
                cgroup.doors(),
                Map.of("PATH", "/usr/bin:/bin"),
                "sh",
                "-c",
                "setsid sleep 100 & echo in; exec sleep 100");
        await().until(() -> Placing.processes(cgroup.doors()).size() == 2);
        var found = cgroups.of(child.id().pid()).orElseThrow();
        assertThat(found.folders()).containsExactly(run);

        found.kill(processes);
        assertThat(end(child)).isEqualTo(new Exit.Signalled(9));
        cgroups.remove(found);
        assertThat(run.getParent()).doesNotExist();
    }
}
