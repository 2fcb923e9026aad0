package footplate.daemon.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The cgroups of one run: in version 2 one, in version 1 one for each controller that has a cap. */
public final class Cgroup {
    private static final int ROUNDS = 100;
    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(10);

    private final List<Path> folders;

    Cgroup(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    List<Path> folders() {
        return folders;
    }

    /** What a process writes 0 to that wants to be in them. */
    public List<Path> doors() {
        return folders.stream().map(folder -> folder.resolve("cgroup.procs")).toList();
    }

    /** Most bytes of memory, as the kernel keeps it; 0: any. */
    public long memory() {
        return most("memory.max", "memory.limit_in_bytes");
    }

    /**
     * How many of its processes the kernel has killed for want of memory; 0 where there is no cap, or it was never reached: then it was
     * the machine that had no more.
     */
    public long kills() {
        if (memory() == 0) {
            return 0;
        }
        long kills = 0;
        for (var folder : folders) {
            var events = folder.resolve("memory.events");
            if (CgroupFile.count(events, "oom") > 0) {
                kills += CgroupFile.count(events, "oom_kill");
            }
            // failcnt does not count on new kernels; the last pages may have been asked for in one piece.
            if (CgroupFile.number(folder.resolve("memory.max_usage_in_bytes")) >= memory() / 20 * 19) {
                kills += CgroupFile.count(folder.resolve("memory.oom_control"), "oom_kill");
            }
        }
        return kills;
    }

    private long most(String... files) {
        for (var folder : folders) {
            for (var file : files) {
                long number = CgroupFile.number(folder.resolve(file));
                if (number > 0) {
                    return number;
                }
            }
        }
        return 0;
    }

    /** Kills whatever is in them, also what no marker and no session would show; blocks some milliseconds. */
    public void kill(Processes processes) {
        for (int round = 0; round < ROUNDS; round++) {
            var left = Placing.processes(doors());
            if (left.isEmpty()) {
                return;
            }
            left.forEach(process -> processes.signal(process, Signal.KILL));
            LockSupport.parkNanos(BETWEEN_ROUNDS.toNanos());
        }
    }

    /** Takes them away; what is not empty stays, for a later sweep. Blocks some milliseconds at the worst a second. */
    void remove() {
        for (var folder : folders) {
            for (int round = 0; round < ROUNDS && !removed(folder); round++) {
                LockSupport.parkNanos(BETWEEN_ROUNDS.toNanos()); // a process on its last steps
            }
        }
    }

    /** Whether there is no such folder any more. */
    static boolean removed(Path folder) {
        try {
            Files.delete(folder);
            return true;
        } catch (NoSuchFileException gone) {
            return true;
        } catch (IOException busy) {
            return false;
        }
    }
}
