package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import footplate.core.supervise.Exit;
import footplate.core.supervise.ProcessId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Both ways to start a process keep the same promises, here with real ones. */
@ParameterizedClass
@EnumSource(ProcessesTest.Way.class)
class ProcessesTest {
    enum Way {
        POSIX_SPAWN,
        PROCESS_BUILDER
    }

    private final Processes processes;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    ProcessesTest(Way way) {
        processes = way == Way.POSIX_SPAWN ? Processes.forThisMachine() : Processes.plain();
    }

    @AfterEach
    void theWatchEnds() {
        processes.close();
    }

    @Test
    void thisMachineOffersTheBetterWay() {
        try (var best = Processes.forThisMachine()) {
            assertThat(best.describe()).isEqualTo("posix_spawn and pidfd");
        }
    }

    @Test
    void aWatchEndsHoweverSoonAfterItsStart() {
        for (int i = 0; i < 500; i++) {
            Processes.forThisMachine().close();
        }
    }

    @Test
    void outputIsAppendedToFilesOnlyTheirOwnerCanRead() throws Exception {
        Files.writeString(out(), "before\n");
        run("echo out; echo err >&2");
        assertThat(out()).hasContent("before\nout\n");
        assertThat(err()).hasContent("err\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(err())))
                .isEqualTo("rw-------");
    }

    @Test
    void bothOutputsCanShareAFile() throws Exception {
        var request = new SpawnRequest(
                List.of("/bin/sh", "-c", "echo a; echo b >&2; echo c"), folder, Map.of(), out(), out(), 0);
        exitOf(processes.spawn(request));
        assertThat(out()).hasContent("a\nb\nc\n");
    }

    @Test
    void theExitCodeIsTold() throws Exception {
        assertThat(run("exit 0")).isEqualTo(new Exit.Code(0));
        assertThat(run("exit 7")).isEqualTo(new Exit.Code(7));
    }

    @Test
    void theSignalThatEndedItIsTold() throws Exception {
        var child = processes.spawn(request("sleep", "60"));
        assertThat(child.signal(Signal.TERM)).isTrue();
        assertThat(exitOf(child)).isEqualTo(new Exit.Signalled(15));
        var another = processes.spawn(request("sleep", "60"));
        assertThat(another.signal(Signal.USR1)).isTrue();
        assertThat(exitOf(another)).isEqualTo(new Exit.Signalled(10));
    }

    @Test
    void afterTheExitNoSignalIsSentToWhoeverGetsThePid() throws Exception {
        var child = processes.spawn(request("true"));
        exitOf(child);
        assertThat(child.signal(Signal.TERM)).isFalse();
        assertThat(processes.signal(child.id(), Signal.TERM)).isFalse();
    }

    @Test
    void aChildThatIgnoresTheAskingEndsByKill() throws Exception {
        var child = processes.spawn(request("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"));
        untilPrinted("ready");
        child.signal(Signal.TERM);
        assertThat(child.exit()).isNotDone();
        processes.killGroup(child.id().pid());
        assertThat(exitOf(child)).isEqualTo(new Exit.Signalled(9));
    }

    @Test
    void theEnvironmentIsExactlyTheOneGiven() throws Exception {
        var request =
                new SpawnRequest(List.of("/usr/bin/env"), folder, Map.of("A", "1", "B_C", "x=y z"), out(), err(), 0);
        exitOf(processes.spawn(request));
        assertThat(Files.readAllLines(out())).containsExactlyInAnyOrder("A=1", "B_C=x=y z");
    }

    @Test
    void itRunsInItsFolder() throws Exception {
        var elsewhere = Files.createDirectory(folder.resolve("else where"));
        exitOf(processes.spawn(new SpawnRequest(List.of("pwd"), elsewhere, Map.of(), out(), err(), 0)));
        assertThat(out()).hasContent(elsewhere.toRealPath() + "\n");
    }

    @Test
    void itLeadsASessionOfItsOwnAndHoldsNoDescriptorOfOurs() throws Exception {
        try (var _ = Files.newInputStream(Path.of("/etc/passwd"))) {
            var child = processes.spawn(request("sh", "-c", "echo ready; exec sleep 60"));
            untilPrinted("ready");
            int pid = child.id().pid();
            try (var open = Files.list(Proc.of(pid, "fd"))) {
                // A shell may still hold its copy of the script's descriptor: dash keeps none for -c.
                assertThat(open.map(fd -> fd.getFileName().toString())).containsExactlyInAnyOrder("0", "1", "2");
            }
            assertThat(Proc.of(pid, "fd/0").toRealPath()).isEqualTo(Path.of("/dev/null"));
            assertThat(Proc.stat(pid).orElseThrow().session()).isEqualTo(pid);
            child.signal(Signal.KILL);
            exitOf(child);
        }
    }

    @Test
    void theLimitOfOpenFilesHolds() throws Exception {
        var request = new SpawnRequest(
                List.of("sh", "-c", "echo $(ulimit -Sn) $(ulimit -Hn)"), folder, Map.of(), out(), err(), 123);
        exitOf(processes.spawn(request));
        assertThat(out()).hasContent("123 123\n");
    }

    @Test
    void aMissingProgramIsNamedWithThePathItWasLookedForOn() {
        var request = new SpawnRequest(List.of("fooo"), folder, Map.of("PATH", "/bin:/nowhere"), out(), err(), 0);
        assertThatExceptionOfType(SpawnFailure.class)
                .isThrownBy(() -> processes.spawn(request))
                .withMessageContaining("no program 'fooo' on the PATH of the app (/bin:/nowhere)")
                .withMessageContaining("Install it");
    }

    @Test
    void thePathIsTheChildsNotOurs() throws Exception {
        var tool = executable("only-here", "#!/bin/sh\necho found\n");
        var request = new SpawnRequest(
                List.of("only-here"), folder, Map.of("PATH", tool.getParent() + ":/bin"), out(), err(), 0);
        exitOf(processes.spawn(request));
        assertThat(out()).hasContent("found\n");
    }

    @Test
    void aProgramInTheFolderWithoutItsDotIsExplained() throws Exception {
        executable("server", "#!/bin/sh\n");
        assertThatExceptionOfType(SpawnFailure.class)
                .isThrownBy(() -> processes.spawn(request("server")))
                .withMessageContaining("write './server'");
    }

    @Test
    void aFileThatIsNotExecutableIsTold() throws Exception {
        Files.writeString(folder.resolve("app.sh"), "echo hi");
        assertThatExceptionOfType(SpawnFailure.class)
                .isThrownBy(() -> processes.spawn(request("./app.sh")))
                .withMessageContaining("not executable")
                .withMessageContaining("chmod +x");
    }

    @Test
    void aMissingFolderIsToldAsAFolder() {
        var nowhere = folder.resolve("nowhere");
        var request = new SpawnRequest(List.of("true"), nowhere, Map.of(), out(), err(), 0);
        assertThatExceptionOfType(SpawnFailure.class)
                .isThrownBy(() -> processes.spawn(request))
                .withMessageContaining(nowhere + ": the folder the app should run in does not exist");
    }

    @Test
    void aMissingInterpreterIsNotTakenForAMissingScript() throws Exception {
        executable("unix", "#! /opt/none/bin/ruby -w\n");
        executable("windows", "#!/bin/sh\r\necho\r\n");
        assertThatExceptionOfType(SpawnFailure.class)
                .isThrownBy(() -> processes.spawn(request("./unix")))
                .withMessageContaining("/opt/none/bin/ruby, which does not exist");
        assertThatExceptionOfType(SpawnFailure.class)
                .isThrownBy(() -> processes.spawn(request("./windows")))
                .withMessageContaining("Windows line ends");
    }

    @Test
    void aFileThatIsNoProgramIsTold() throws Exception {
        executable("data", "neither-ELF-nor-script");
        if (processes instanceof PlainProcesses) {
            // The JDK and setsid(1) hand such a file to a shell, as shells do; that fails in its own way.
            assertThat(exitOf(processes.spawn(request("./data")))).isEqualTo(new Exit.Code(127));
        } else {
            assertThatExceptionOfType(SpawnFailure.class)
                    .isThrownBy(() -> processes.spawn(request("./data")))
                    .withMessageContaining("the kernel cannot run this file");
        }
    }

    @Test
    void aLogThatCannotBeOpenedIsTold() {
        var request = new SpawnRequest(List.of("true"), folder, Map.of(), folder.resolve("no/such.log"), err(), 0);
        assertThatExceptionOfType(SpawnFailure.class)
                .isThrownBy(() -> processes.spawn(request))
                .withMessageContaining("no/such.log: the app's output cannot be written");
    }

    @Test
    void aReusedPidIsNotTheProcessThatHadItBefore() throws Exception {
        var child = processes.spawn(request("sleep", "60"));
        var before = new ProcessId(child.id().pid(), child.id().startTicks() - 1);
        assertThat(processes.find(before)).isEmpty();
        assertThat(processes.signal(before, Signal.KILL)).isFalse();
        assertThat(processes.find(child.id())).containsSame(child);
        child.signal(Signal.KILL);
        exitOf(child);
        assertThat(processes.find(child.id())).isEmpty();
    }

    @Test
    void aProcessLetGoOfRunsOn() throws Exception {
        var child = processes.spawn(request("sleep", "60"));
        child.close();
        assertThat(child.exit()).isCancelled();
        assertThat(child.signal(Signal.TERM)).isFalse();
        var again = processes.find(child.id()).orElseThrow();
        assertThat(again.signal(Signal.KILL)).isTrue();
        exitOf(again);
    }

    private SpawnRequest request(String... command) {
        return new SpawnRequest(List.of(command), folder, Map.of("PATH", "/usr/bin:/bin"), out(), err(), 0);
    }

    private Exit run(String script) throws Exception {
        return exitOf(processes.spawn(request("/bin/sh", "-c", script)));
    }

    private static Exit exitOf(Child child) throws Exception {
        return child.exit().get(20, TimeUnit.SECONDS);
    }

    private void untilPrinted(String line) {
        await().until(() -> Files.readAllLines(out()).contains(line));
    }

    private Path executable(String name, String text) throws Exception {
        var file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private Path out() {
        return folder.resolve("out.log");
    }

    private Path err() {
        return folder.resolve("err.log");
    }
}
