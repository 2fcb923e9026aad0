package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import footplate.core.limit.Caps;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written for a cap, and where, in a folder that looks like cgroups of version 2. */
final class CgroupsTest {
    private static final Caps BOTH = new Caps(100L << 20, 150);

    @TempDir
    Path top;

    private Path service;
    private Path scope;

    @BeforeEach
    void mount() throws IOException {
        service = Files.createDirectories(top.resolve("system.slice/footplate-root.service"));
        scope = top.resolve("system.slice/footplate-1a.scope");
        Files.writeString(top.resolve("cgroup.controllers"), "cpu memory\n");
    }

    private Cgroups in(Path own) {
        return in(own, (folder, _) -> {
            Files.createDirectories(folder.resolve(Cgroups.LEAF));
            Files.writeString(folder.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
        });
    }

    private Cgroups in(Path own, DelegatedScope.Maker scopes) {
        return new Cgroups("footplate-1a", _ -> new CgroupPlaces(Map.of(), own, top), scopes);
    }

    @Test
    void aServiceCapsInAScopeOfItsOwn() throws Exception {
        var cgroup = in(service).make("shop-7", BOTH).orElseThrow();

        var folder = scope.resolve("footplate-1a/shop-7");
        assertThat(cgroup.doors()).containsExactly(folder.resolve("cgroup.procs"));
        assertThat(folder.resolve("memory.max")).hasContent("104857600");
        assertThat(folder.resolve("cpu.max")).hasContent("150000 100000");
        assertThat(cgroup.memory()).isEqualTo(100L << 20);
        // The kernel takes one controller after the other, and keeps them; a file keeps the last.
        assertThat(scope.resolve("cgroup.subtree_control")).hasContent("+cpu");
        assertThat(scope.resolve("footplate-1a/cgroup.subtree_control")).hasContent("+cpu");
        assertThat(service).isEmptyDirectory();
    }

    @Test
    void theScopeThatIsThereIsTakenAgain() throws Exception {
        var made = new ArrayList<Path>();
        DelegatedScope.Maker counted = (folder, own) -> {
            made.add(own);
            Files.createDirectories(folder.resolve(Cgroups.LEAF));
            Files.writeString(folder.resolve("cgroup.controllers"), "cpu memory\n");
        };

        in(service, counted).make("shop-7", BOTH);
        in(service, counted).make("shop-8", BOTH);

        assertThat(made).containsExactly(service);
    }

    @Test
    void withoutACapNothingIsMade() throws Exception {
        assertThat(in(service).make("shop-7", Caps.NONE)).isEmpty();
        assertThat(scope).doesNotExist();
    }

    @Test
    void aCgroupThatOthersShareIsLeftAloneAndTheStartRefused() throws IOException {
        var session = Files.createDirectories(top.resolve("user.slice/session-5.scope"));
        var refused = in(session, (_, _) -> {
            throw new IOException("only root can");
        });

        assertThatThrownBy(() -> refused.make("shop-7", new Caps(1, 0)))
                .isInstanceOfSatisfying(SpawnFailure.class, failure -> {
                    assertThat(failure.problem().where()).isEqualTo("max-memory-hard");
                    assertThat(failure.problem().what()).contains(session.toString(), "shares", "only root can");
                    assertThat(failure.problem().mend()).contains("footplate startup", "max-memory-hard 0");
                });
        assertThat(session).isEmptyDirectory();
    }

    @Test
    void whatMayNotBeWrittenIsNamed() {
        var closed = new Cgroups(
                "footplate-1a",
                _ -> {
                    throw new AccessDeniedException("/sys/fs/cgroup/memory/footplate-1a");
                },
                (_, _) -> {});

        assertThatThrownBy(() -> closed.make("shop-7", BOTH))
                .isInstanceOfSatisfying(
                        SpawnFailure.class,
                        failure -> assertThat(failure.problem().what())
                                .endsWith("/sys/fs/cgroup/memory/footplate-1a: permission denied")
                                .doesNotContain("Exception"));
    }

    @Test
    void aControllerThatIsNotDelegatedIsNamed() {
        var memoryOnly = in(service, (folder, _) -> {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("cgroup.controllers"), "memory pids\n");
        });

        assertThatThrownBy(() -> memoryOnly.make("shop-7", new Caps(0, 50)))
                .isInstanceOfSatisfying(SpawnFailure.class, failure -> {
                    assertThat(failure.problem().where()).isEqualTo("max-cpu");
                    assertThat(failure.problem().what()).contains("no cpu controller", scope.toString());
                    assertThat(failure.problem().mend()).contains("cgroup_enable=cpu", "max-cpu \"\"");
                });
    }

    @Test
    void aContainersProcessesGoToALeafFirst() throws Exception {
        Files.writeString(top.resolve("cgroup.type"), "domain\n");
        Files.writeString(top.resolve("cgroup.procs"), "1\n42\n");

        assertThat(in(top).make("shop-7", BOTH)).isPresent();

        assertThat(top.resolve(Cgroups.LEAF + "/cgroup.procs")).hasContent("42");
        assertThat(top.resolve("footplate-1a/shop-7/memory.max")).exists();
    }

    @Test
    void theMachinesOwnRootNeedsNoLeaf() throws Exception {
        Files.writeString(top.resolve("cgroup.procs"), "1\n42\n");

        assertThat(in(top).make("shop-7", BOTH)).isPresent();

        assertThat(top.resolve(Cgroups.LEAF)).doesNotExist();
    }

    @Test
    void aMachineWithoutCgroupsSaysSo() {
        var none = new Cgroups("footplate-1a", _ -> new CgroupPlaces(Map.of(), null, null), (_, _) -> {});

        assertThatThrownBy(() -> none.make("shop-7", new Caps(1, 0)))
                .isInstanceOfSatisfying(
                        SpawnFailure.class,
                        failure ->
                                assertThat(failure.problem().what()).contains("no cgroups with a memory controller"));
    }

    @Test
    void aRunIsFoundAgainByTheCgroupItIsIn() {
        var run = scope.resolve("footplate-1a/shop-7");

        var found = in(run).of(42).orElseThrow();
        assertThat(found.folders()).containsExactly(run);
        assertThat(in(scope.resolve("footplate-2b/shop-7")).of(42)).isEmpty();
        assertThat(in(service).of(42)).isEmpty();
    }

    @Test
    void whatTheKernelKilledIsCounted() throws IOException {
        var run = Files.createDirectories(top.resolve("run"));
        var cgroup = new Cgroup(List.of(run));
        assertThat(cgroup.kills()).isZero();

        Files.writeString(run.resolve("memory.events"), "low 0\nhigh 0\nmax 31\noom 2\noom_kill 3\noom_group_kill 0\n");
        assertThat(cgroup.kills()).describedAs("there is no cap").isZero();
        Files.writeString(run.resolve("memory.max"), "50331648\n");
        assertThat(cgroup.kills()).isEqualTo(3);
        Files.writeString(run.resolve("memory.events"), "low 0\nhigh 0\nmax 0\noom 0\noom_kill 3\noom_group_kill 0\n");
        assertThat(cgroup.kills()).describedAs("the machine had no more").isZero();

        Files.delete(run.resolve("memory.events"));
        Files.writeString(run.resolve("memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        assertThat(cgroup.kills()).isZero();
        Files.writeString(run.resolve("memory.max_usage_in_bytes"), "50331648\n");
        assertThat(cgroup.kills()).isEqualTo(2);
        Files.writeString(run.resolve("memory.max"), "max\n");
        assertThat(cgroup.memory()).isZero();
    }
}
