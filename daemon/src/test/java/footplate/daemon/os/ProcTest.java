package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import footplate.core.supervise.ProcessId;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** What is read from /proc, and the small things beside it. */
class ProcTest {
    private static final int SELF = (int) ProcessHandle.current().pid();

    @Test
    void aNameWithSpacesAndParenthesesDoesNotShiftTheFields() {
        var stat = Proc.parse("4242 (a) S 1 (x y) R 7 4242 4241 0 -1 4194304 1 2 3 4 11 22 33 44 20 0 1 0 98765 1 2\n");
        assertThat(stat).isEqualTo(new Proc.Stat(4242, 'R', 7, 4242, 4241, 33, 98765, 2));
    }

    @Test
    void ourOwnEntryIsRight() {
        var stat = Proc.stat(SELF).orElseThrow();
        assertThat(stat.parent())
                .isEqualTo((int) ProcessHandle.current().parent().orElseThrow().pid());
        assertThat(stat.ended()).isFalse();
        assertThat(Proc.pids()).contains(1, SELF);
        assertThat(Proc.stat(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void anEnvironmentEntryCountsOnlyWhole() {
        var path = System.getenv("PATH");
        assertThat(Proc.started(SELF, "PATH=" + path)).isTrue();
        assertThat(Proc.started(SELF, "ATH=" + path)).isFalse();
        assertThat(Proc.started(SELF, "PATH=" + path.substring(0, path.length() - 1)))
                .isFalse();
    }

    @Test
    void aBusyProcessShowsItsCpuAndMemory() {
        var self = new ProcessId(SELF, Proc.stat(SELF).orElseThrow().startTicks());
        var before = ProcessStats.sample(self).orElseThrow();
        long cpuBefore = cpuNanos();
        while (cpuNanos() - cpuBefore < 300_000_000L) {
            Thread.onSpinWait();
        }
        var after = ProcessStats.sample(self).orElseThrow();
        double expected = 100.0 * (cpuNanos() - cpuBefore) / (after.atNanos() - before.atNanos());
        assertThat(CpuMeter.percent(before, after)).isCloseTo(expected, within(20.0));
        assertThat(after.rssBytes()).isBetween(20_000_000L, 4_000_000_000L);
        assertThat(ProcessStats.privateDirtyBytes(self).orElseThrow()).isBetween(1_000_000L, 4_000_000_000L);
    }

    @Test
    void anotherProcessWithThePidHasNoStatistics() {
        var earlier = new ProcessId(SELF, 1);
        assertThat(ProcessStats.sample(earlier)).isEmpty();
        assertThat(ProcessStats.privateDirtyBytes(earlier)).isEmpty();
    }

    @Test
    void aMeterRefusesToMixProcesses() {
        var one = new ProcessStats.Sample(new ProcessId(7, 1), 0, 0, 0);
        var two = new ProcessStats.Sample(new ProcessId(7, 2), 0, 0, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> CpuMeter.percent(one, two));
        assertThat(CpuMeter.percent(one, one)).isZero();
    }

    @Test
    void openDescriptorsAreCounted() throws Exception {
        int before = OpenFiles.count();
        try (var _ = Files.newInputStream(Path.of("/dev/null"))) {
            assertThat(OpenFiles.count()).isEqualTo(before + 1);
        }
        assertThat(OpenFiles.hardLimit()).isPositive();
    }

    @Test
    void twoInstancesNeverGetTheSamePort() throws Exception {
        var ports = new FreePort();
        var seen = new HashSet<Integer>();
        for (int i = 0; i < 500; i++) {
            assertThat(seen.add(ports.take())).isTrue();
        }
        assertThat(seen).allMatch(port -> port > 1023 && port < 65536);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
