package footplate.core.retry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many of an app's requests may be sent again: a share of the requests of the last ten seconds, and a few more. When
 * all fail, sending each one several times is what keeps the app down. Safe for any thread.
 */
public final class RetryBudget {
    /** Retries in ten seconds that need no requests beside them. */
    static final int FEW = 10;

    private static final int SECONDS = 10;
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong slotEndsNanos;
    private final AtomicInteger retries = new AtomicInteger();
    // Written by whoever moved slotEndsNanos on, a second apart from the next to do so.
    private final int[] slotRetries = new int[SECONDS];
    private final long[] slotRequests = new long[SECONDS];
    private int slot;
    private long answered = -1;
    private volatile int pastRetries;
    private volatile long pastRequests;

    /** @param nowNanos {@link System#nanoTime} */
    public RetryBudget(long nowNanos) {
        this.slotEndsNanos = new AtomicLong(nowNanos + SECOND);
    }

    /**
     * A second may have passed; called about once a second by everyone, heard once.
     *
     * @param nowNanos {@link System#nanoTime}
     * @param answeredNow how many requests were ever answered; less than before where processes have left
     */
    public void tick(long nowNanos, long answeredNow) {
        long ends = slotEndsNanos.get();
        long late = nowNanos - ends;
        if (late < 0 || !slotEndsNanos.compareAndSet(ends, nowNanos + SECOND)) {
            return;
        }
        long requests = answered < 0 ? 0 : Math.max(0, answeredNow - answered);
        answered = answeredNow;
        // What is older than the window is forgotten, also when nobody came for a while.
        for (long skipped = Math.min(late / SECOND, SECONDS); skipped > 0; skipped--) {
            next(0, 0);
        }
        next(retries.getAndSet(0), requests);
        int sumRetries = 0;
        long sumRequests = 0;
        for (int i = 0; i < SECONDS; i++) {
            sumRetries += slotRetries[i];
            sumRequests += slotRequests[i];
        }
        pastRetries = sumRetries;
        pastRequests = sumRequests;
    }

    private void next(int slotsRetries, long slotsRequests) {
        slot = (slot + 1) % SECONDS;
        slotRetries[slot] = slotsRetries;
        slotRequests[slot] = slotsRequests;
    }

    /**
     * Takes one retry.
     *
     * @param perHundred retries per hundred requests; 0: none at all
     * @return whether there was one left
     */
    public boolean take(int perHundred) {
        if (perHundred == 0) {
            return false;
        }
        long most = FEW + pastRequests * perHundred / 100;
        if (pastRetries + retries.incrementAndGet() <= most) {
            return true;
        }
        retries.decrementAndGet();
        return false;
    }
}
