package footplate.core.measure;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts how requests ended: errors, and latencies by {@link Latency bucket}. Safe for any thread; never blocks. */
public final class Outcomes {
    private static final int ERRORS = Latency.BUCKETS;

    private final AtomicLongArray counts = new AtomicLongArray(Latency.BUCKETS + 1);

    /**
     * One request ended.
     *
     * @param nanos from its arrival at the process to the head of its answer
     * @param error whether it was answered 5xx, or not in full
     */
    public void record(long nanos, boolean error) {
        counts.getAndIncrement(Latency.bucket(nanos));
        if (error) {
            counts.getAndIncrement(ERRORS);
        }
    }

    /** A request that was recorded as answered did not end well. */
    public void alsoFailed() {
        counts.getAndIncrement(ERRORS);
    }

    /** What was counted so far. */
    public Sample sample() {
        var latencies = new long[Latency.BUCKETS];
        for (int i = 0; i < latencies.length; i++) {
            latencies[i] = counts.get(i);
        }
        return new Sample(counts.get(ERRORS), latencies);
    }
}
