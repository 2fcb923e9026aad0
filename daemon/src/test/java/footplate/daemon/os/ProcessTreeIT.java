package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.supervise.Exit;
import footplate.core.supervise.ProcessId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(booleans = {false, true})
class ProcessTreeIT {
    private static final String STUBBORN = "trap '' TERM; echo up >>up; while :; do sleep 1; done";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final Processes processes;
    private final Marker marker = Marker.fresh(Marker.RUN);

    ProcessTreeIT(boolean plain) {
        processes = plain ? Processes.plain() : Processes.forThisMachine();
    }

    @AfterEach
    void nothingOfOursIsLeft() {
        assertThat(ProcessTree.of(processes, marker).kill()).isEmpty();
        processes.close();
    }

    @Test
    void grandchildrenThatFledIntoTheirOwnSessionsAndIgnoreTheAskingAreAllGoneAfterTheKill() throws Exception {
        var stranger = processes.spawn(AnotherDaemon.request(folder, "stranger", Map.of(), "exec sleep 120"));
        Files.writeString(folder.resolve("stubborn.sh"), STUBBORN);
        var child = spawn(
                "setsid sh stubborn.sh & setsid setsid sh -c 'setsid sh stubborn.sh & sh stubborn.sh' & sh stubborn.sh & wait");
        untilUp(4);
        var tree = ProcessTree.of(processes, marker, child.id());
        assertThat(tree.members()).hasSizeGreaterThanOrEqualTo(5).contains(child.id());

        assertThat(tree.stop(Signal.TERM)).isGreaterThanOrEqualTo(5);
        assertThat(child.exit().get(10, TimeUnit.SECONDS)).isEqualTo(new Exit.Signalled(15));
        assertThat(tree.members()).hasSizeGreaterThanOrEqualTo(4);

        assertThat(tree.kill()).isEmpty();
        assertThat(tree.members()).isEmpty();
        assertThat(Proc.runs(stranger.id())).isTrue();
        stranger.signal(Signal.KILL);
        stranger.exit().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aTreeThatKeepsHoppingFromProcessToProcessIsCaught() throws Exception {
        var hop = Files.writeString(folder.resolve("hop"), "#!/bin/sh\nsleep 0.02\necho up >>up\nsetsid ./hop &\n");
        Files.setPosixFilePermissions(hop, PosixFilePermissions.fromString("rwxr-xr-x"));
        spawn("exec ./hop").exit().get(10, TimeUnit.SECONDS);
        untilUp(5);
        assertThat(ProcessTree.of(processes, marker).kill()).isEmpty();
        long hops = Files.readAllLines(folder.resolve("up")).size();
        await().during(Duration.ofMillis(200))
                .until(() -> Files.readAllLines(folder.resolve("up")).size() == hops);
    }

    @Test
    void aTreeThatKeepsForkingIsCaught() throws Exception {
        var child = spawn("echo up >>up; for i in 1 2 3; do (while :; do sleep 0.3 & sleep 0.005; done) & done; wait");
        untilUp(1);
        var tree = ProcessTree.of(processes, marker, child.id());
        await().until(() -> tree.members().size() > 50);
        assertThat(tree.kill()).isEmpty();
        assertThat(tree.members()).isEmpty();
    }

    @Test
    void aProcessThatHidItsEnvironmentIsFoundInTheSessionOfItsLeader() throws Exception {
        var child = spawn("echo up >>up; env -i sleep 120; true");
        untilUp(1);
        var tree = ProcessTree.of(processes, marker, child.id());
        await().until(() -> tree.members().size() == 2
                && ProcessTree.of(processes, marker).members().equals(List.of(child.id())));
        child.signal(Signal.KILL);
        child.exit().get(10, TimeUnit.SECONDS);
        // Its leader is gone and nothing marked is left: a session of that number could be anybody's.
        assertThat(tree.members()).isEmpty();
        for (int pid : Proc.pids()) {
            Proc.stat(pid)
                    .filter(stat -> stat.session() == child.id().pid())
                    .ifPresent(stat -> processes.signal(new ProcessId(stat.pid(), stat.startTicks()), Signal.KILL));
        }
    }

    @Test
    void neitherStrangersNorWeOurselvesAreMembers() throws Exception {
        var stranger = processes.spawn(
                AnotherDaemon.request(folder, "stranger", Map.of("X" + Marker.RUN, marker.token()), "exec sleep 120"));
        var before = new ProcessId(stranger.id().pid(), stranger.id().startTicks() - 1);
        var tree = ProcessTree.of(processes, marker, before);
        assertThat(tree.members()).isEmpty();
        assertThat(tree.stop(Signal.KILL)).isZero();
        assertThat(tree.kill()).isEmpty();
        assertThat(Proc.runs(stranger.id())).isTrue();
        stranger.signal(Signal.KILL);
        stranger.exit().get(10, TimeUnit.SECONDS);
    }

    private Child spawn(String script) throws SpawnFailure {
        var environment = new HashMap<String, String>();
        marker.mark(environment);
        return processes.spawn(AnotherDaemon.request(folder, "app", environment, script));
    }

    private void untilUp(int count) {
        var up = folder.resolve("up");
        await().until(() -> Files.exists(up) && Files.readAllLines(up).size() >= count);
    }
}
