package footplate.daemon.os;

import org.jspecify.annotations.Nullable;

/**
 * How the kernel shares out its processors to threads of ours (sched(7)). The calls are bound in the background: until that is done,
 * and where they do not exist, nothing is changed.
 */
public final class Scheduling {
    private volatile @Nullable Libc libc;

    /** Begins to bind the calls, which takes some ten milliseconds where nobody has done so yet. */
    public Scheduling() {
        Thread.ofVirtual().name("binds-scheduling").start(() -> {
            try {
                libc = Libc.load();
            } catch (Libc.Unavailable notHere) {
                // The kernel shares out as it does: requests cost somewhat more, and nothing else is different.
                libc = null;
            }
        });
    }

    /**
     * Before a child is started by {@link ProcessBuilder}: it gets the calling thread's policy, and that may have been started by a
     * thread that is one of a batch. A whole daemon would be one then, and all that it starts.
     */
    public static void usualForChildren() {
        try {
            Libc.load().batchNoChild();
        } catch (Libc.Unavailable notHere) {
            // Then there is no batch either.
            return;
        }
    }

    /**
     * Whether the calling thread, when it wakes up, leaves the processor to whoever is at work on it until that one's turn is over
     * (SCHED_BATCH), in place of taking it at once (SCHED_OTHER). A processor that is free it gets at once in either case. Threads
     * that it starts meanwhile are like it; processes that {@link Processes} starts are not. Does not block.
     *
     * @return false if the kernel was not told
     */
    public boolean batch(boolean wanted) {
        var bound = libc;
        if (bound == null) {
            return false;
        }
        try {
            bound.batchThisThread(wanted);
            return true;
        } catch (Libc.Failure refused) {
            return false;
        }
    }
}
