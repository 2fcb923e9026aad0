package footplate.daemon.keep;

import footplate.core.supervise.ProcessId;
import footplate.daemon.os.Marker;
import footplate.daemon.os.ProcessTree;
import footplate.daemon.os.Processes;
import footplate.daemon.os.Signal;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Ends processes of a home that no run accounts for: a daemon had started them and died before it could write them down. */
final class Orphans {
    private static final int MOST_ROUNDS = 100;
    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(10);

    private Orphans() {}

    /** Kills what carries the home's marker and belongs to none of the runs, and what that starts meanwhile. */
    static void end(Processes processes, Marker home, Collection<Run> runs) {
        // Until two looks find nothing: in the middle of an exec a process has no environment to be seen.
        int quiet = 0;
        for (int round = 0; quiet < 2 && round < MOST_ROUNDS; round++) {
            var orphans = find(processes, home, runs);
            quiet = orphans.isEmpty() ? quiet + 1 : 0;
            for (var orphan : orphans) {
                processes.signal(orphan, Signal.KILL);
            }
            LockSupport.parkNanos(BETWEEN_ROUNDS.toNanos());
        }
    }

    private static Set<ProcessId> find(Processes processes, Marker home, Collection<Run> runs) {
        // All of the home first, then those of its runs: what a run starts between the two looks is not in the first.
        var orphans = new HashSet<>(ProcessTree.of(processes, home).members());
        for (var run : runs) {
            var child = run.child();
            if (child != null && !orphans.isEmpty()) {
                ProcessTree.of(processes, run.marker, child.id()).members().forEach(orphans::remove);
            }
        }
        return orphans;
    }
}
