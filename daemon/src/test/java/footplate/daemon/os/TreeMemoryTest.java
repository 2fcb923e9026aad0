package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.supervise.ProcessId;
import java.util.List;
import org.junit.jupiter.api.Test;

class TreeMemoryTest {
    @Test
    void whatAProcessHasStartedCountsWithIt() throws Exception {
        var alone = TreeMemory.of(List.of(id(ProcessHandle.current().pid())));
        assertThat(alone.values()).singleElement().matches(bytes -> bytes > 10 << 20);

        // A shell with a child, which is at least as large as the child alone.
        var shell = new ProcessBuilder("/bin/sh", "-c", "sleep 60 & echo $!; wait").start();
        try {
            int child = Integer.parseInt(shell.inputReader().readLine().strip());
            var leader = id(shell.pid());
            // It has nothing while it becomes 'sleep'.
            await().until(() -> bytes(id(child)) > 100_000);
            long part = bytes(id(child));
            assertThat(bytes(leader)).isGreaterThan(part + 100_000);
            ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
        } finally {
            shell.destroyForcibly();
        }
    }

    @Test
    void whatIsGoneUsesNothing() {
        int self = Math.toIntExact(ProcessHandle.current().pid());
        assertThat(TreeMemory.of(List.of(new ProcessId(self, 1)))).isEmpty();
        assertThat(TreeMemory.of(List.of())).isEmpty();
    }

    private static long bytes(ProcessId leader) {
        return TreeMemory.of(List.of(leader)).getOrDefault(leader, 0L);
    }

    private static ProcessId id(long pid) {
        return new ProcessId((int) pid, Proc.stat((int) pid).orElseThrow().startTicks());
    }
}
