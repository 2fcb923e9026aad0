package footplate.daemon.health;

import footplate.core.health.Condition;
import footplate.core.health.Health;
import footplate.core.health.Observation;
import java.time.Duration;

/**
 * Asks one run again and again whether it is well, and tells what follows. The first time at once if it is starting, after
 * an interval if it serves already. On a thread of its own, until it is closed.
 */
public final class Checks implements AutoCloseable {
    /** What follows from checks; called on the thread of the checks, one at a time. */
    public interface Listener {
        /** It has passed as often as a start must. */
        void ready();

        /**
         * It serves and has failed too often in a row.
         *
         * @param why how the last check failed
         */
        void ill(String why);

        /** Its start has failed: it had time, and failed too often in a row. */
        void startFailed();

        /** A check of a start has failed, for whatever that means. */
        void notYet(String why);
    }

    private final Health health;
    private final Probe probe;
    private final Listener listener;
    private final long bornNanos;
    private final Thread thread;
    private volatile boolean closed;

    private Checks(String name, Health health, Probe probe, long bornNanos, Condition from, Listener listener) {
        this.health = health;
        this.probe = probe;
        this.bornNanos = bornNanos;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name(name).unstarted(() -> run(from));
    }

    /**
     * Begins.
     *
     * @param name of the thread
     * @param bornNanos {@link System#nanoTime} of the run's start
     */
    public static Checks begin(
            String name, Health health, Probe probe, long bornNanos, Condition from, Listener listener) {
        var checks = new Checks(name, health, probe, bornNanos, from, listener);
        checks.thread.start();
        return checks;
    }

    /** Ends; a check under way is given up, and nothing is told any more but what is being told. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run(Condition from) {
        var condition = from;
        try {
            if (from.serves()) {
                Thread.sleep(health.interval());
            }
            while (!closed) {
                var seen = probe.look(health.timeout());
                if (closed) {
                    return;
                }
                var step = condition.after(seen, Duration.ofNanos(System.nanoTime() - bornNanos), health);
                if (!condition.serves() && seen instanceof Observation.Failed(var why)) {
                    listener.notYet(why);
                }
                condition = step.next();
                if (!tell(step.verdict(), seen)) {
                    return;
                }
                Thread.sleep(step.pause());
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether there is more to ask. */
    private boolean tell(Condition.Verdict verdict, Observation seen) {
        switch (verdict) {
            case AS_BEFORE -> {}
            case READY -> listener.ready();
            case ILL -> {
                if (seen instanceof Observation.Failed(var why)) {
                    listener.ill(why);
                }
            }
            case START_FAILED -> {
                listener.startFailed();
                return false;
            }
        }
        return true;
    }
}
