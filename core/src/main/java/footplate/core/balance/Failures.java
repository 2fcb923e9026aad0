package footplate.core.balance;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts one server's failures as nginx does ({@code ngx_http_upstream_round_robin.c}): {@code max_fails} of them leave it out, and
 * after {@code fail_timeout} one request tries it. They are forgotten when a request succeeds that was sent more than
 * {@code fail_timeout} after the last failure or trial. Safe for any thread.
 */
final class Failures {
    /**
     * @param count failures that are not forgotten
     * @param failedNanos when the last was (nginx: accessed)
     * @param checkedNanos when it was, or when a request was sent more than {@code fail_timeout} after this (nginx: checked)
     */
    private record Seen(int count, long failedNanos, long checkedNanos) {}

    private static final Seen NONE = new Seen(0, 0, 0);

    private final int most;
    private final long timeoutNanos;
    private final AtomicReference<Seen> seen = new AtomicReference<>(NONE);

    Failures(int most, long timeoutNanos) {
        this.most = most;
        this.timeoutNanos = timeoutNanos;
    }

    /** Whether there are none. */
    boolean isClean() {
        return seen.get().count == 0;
    }

    /** Whether there are so many that it is left out. */
    boolean isOver() {
        return most > 0 && seen.get().count >= most;
    }

    /**
     * A request failed.
     *
     * @return whether the server is to be left out
     */
    boolean failed(long nowNanos) {
        if (most == 0) {
            return false;
        }
        while (true) {
            var before = seen.get();
            var after = new Seen(Math.min(before.count + 1, most), nowNanos, nowNanos);
            if (seen.compareAndSet(before, after)) {
                return after.count >= most;
            }
        }
    }

    /** A request succeeded. */
    void succeeded() {
        var before = seen.get();
        if (before.count > 0 && before.checkedNanos - before.failedNanos > 0) {
            seen.compareAndSet(before, NONE);
        }
    }

    /** It is forgotten, whatever it was. */
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
        if (before.count == 0 || nowNanos - before.checkedNanos <= timeoutNanos) {
            return false;
        }
        seen.compareAndSet(before, new Seen(before.count, before.failedNanos, nowNanos));
        return before.count >= most;
    }

    /** Whether a request may try it. */
    boolean isTrialDue(long nowNanos) {
        return untilTrial(nowNanos) < 0;
    }

    /** Nanoseconds until a request may try it; below 0 if now. */
    long untilTrial(long nowNanos) {
        return seen.get().checkedNanos + timeoutNanos - nowNanos;
    }
}
