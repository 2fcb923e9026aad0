package footplate.core.balance;

import java.util.concurrent.atomic.AtomicReference;

/**
 * One server's circuit: closed; open after so many failures in a row; half-open when its time is over, for one request, whose success
 * closes it and whose failure opens it anew. What ends meanwhile and was sent before it opened changes nothing. Safe for any thread.
 */
final class Breaker {
    /**
     * @param inRow failures since the last success
     * @param openedNanos when it was opened, or a trial sent
     * @param trial whether a trial is under way
     */
    private record Seen(int inRow, long openedNanos, boolean trial) {}

    private static final Seen NONE = new Seen(0, 0, false);

    private final int most;
    private final long openNanos;
    private final AtomicReference<Seen> seen = new AtomicReference<>(NONE);

    Breaker(Circuit circuit) {
        this.most = circuit.failures();
        this.openNanos = circuit.open().toNanos();
    }

    boolean isClean() {
        return seen.get().inRow == 0;
    }

    /** Whether it is open or half-open. */
    boolean isOpen() {
        return most > 0 && seen.get().inRow >= most;
    }

    /**
     * A request failed.
     *
     * @return whether that opens it
     */
    boolean failed(long nowNanos) {
        while (most > 0) {
            var before = seen.get();
            boolean open = before.inRow >= most;
            if (open && !before.trial) {
                return false;
            }
            int inRow = Math.min(before.inRow + 1, most);
            var after = new Seen(inRow, inRow >= most ? nowNanos : 0, false);
            if (seen.compareAndSet(before, after)) {
                return inRow >= most;
            }
        }
        return false;
    }

    /** A request succeeded. */
    void succeeded() {
        var before = seen.get();
        if (before.inRow > 0 && (before.inRow < most || before.trial)) {
            seen.compareAndSet(before, NONE);
        }
    }

    /** It is closed, whatever it was. */
    void forget() {
        seen.set(NONE);
    }

    /**
     * A request is sent there.
     *
     * @return whether it is a trial
     */
    boolean chosen(long nowNanos) {
        var before = seen.get();
        if (before.inRow < most || most == 0 || nowNanos - before.openedNanos < openNanos) {
            return false;
        }
        seen.compareAndSet(before, new Seen(before.inRow, nowNanos, true));
        return true;
    }

    /** Nanoseconds until it is half-open; 0 or below if now. */
    long untilTrial(long nowNanos) {
        return seen.get().openedNanos + openNanos - nowNanos;
    }
}
