package footplate.daemon.os;

import footplate.core.supervise.ProcessId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.OptionalLong;

/** What a process takes of the machine. */
public final class ProcessStats {
    private ProcessStats() {}

    /**
     * One look at a process.
     *
     * @param id whose
     * @param rssBytes resident memory, pages shared with others included
     * @param cpuTicks user and system time since its start, in {@link Proc#ticksPerSecond()}
     * @param atNanos when, on {@link System#nanoTime()}'s clock
     */
    public record Sample(ProcessId id, long rssBytes, long cpuTicks, long atNanos) {}

    /** Memory and CPU time so far; empty if that process has ended. Costs two small reads. */
    public static Optional<Sample> sample(ProcessId id) {
        try {
            // statm first: if the PID has changed hands since, the start time in stat tells.
            var statm = Files.readString(Proc.of(id.pid(), "statm"), StandardCharsets.US_ASCII)
                    .split(" ", 3);
            long rss = Long.parseLong(statm[1]) * Proc.pageSize();
            return Proc.stat(id.pid())
                    .filter(now -> now.startTicks() == id.startTicks() && !now.ended())
                    .map(now -> new Sample(id, rss, now.cpuTicks(), System.nanoTime()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /**
     * Memory that would come free if this process ended (smaps_rollup: Private_Dirty), in bytes. The kernel walks the
     * whole address space for it, which can take milliseconds: on demand only. Empty if the process has ended, is not
     * ours to look at, or the kernel is older than 4.14.
     */
    public static OptionalLong privateDirtyBytes(ProcessId id) {
        try {
            for (var line : Files.readAllLines(Proc.of(id.pid(), "smaps_rollup"), StandardCharsets.UTF_8)) {
                if (line.startsWith("Private_Dirty:")) {
                    var words = line.split(" +", -1); // Private_Dirty: 1234 kB
                    return Proc.runs(id) ? OptionalLong.of(Long.parseLong(words[1]) * 1024) : OptionalLong.empty();
                }
            }
            return OptionalLong.empty();
        } catch (IOException goneOrNotAllowed) {
            return OptionalLong.empty();
        }
    }
}
