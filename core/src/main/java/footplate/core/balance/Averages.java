package footplate.core.balance;

import footplate.core.pool.Load;

/**
 * nginx's average of a server's times ({@code ngx_http_upstream_least_time_module.c}): each answer counts a twentieth, in whole
 * milliseconds. The estimate has the average in its lower half, and in its upper half when the server was last looked at: sent a
 * request, more than {@code fail_timeout} after the time before, or seen failing.
 *
 * @param header whether the time to an answer's head counts, not to its end
 */
record Averages(boolean header) implements Meter {
    private static final long AVERAGE = 0xffff_ffffL;

    @Override
    public void chosen(Load load, long failTimeoutNanos, long nowNanos) {
        long before = load.estimate();
        int nowMillis = millis(nowNanos);
        if (before == 0 || nowMillis - (int) (before >>> 32) > failTimeoutNanos / 1_000_000) {
            load.replaceEstimate(before, ((long) nowMillis << 32) | (before & AVERAGE));
        }
    }

    @Override
    public void answered(Load load, long headerNanos, long lastByteNanos, long nowNanos) {
        long time = Math.clamp((header ? headerNanos : lastByteNanos) / 1_000_000, 0, Integer.MAX_VALUE);
        while (true) {
            long before = load.estimate();
            long average = before & AVERAGE;
            long after = average == 0 ? time : (long) (0.5 + (time * 0.05 + average * 0.95));
            if (load.replaceEstimate(before, (before & ~AVERAGE) | after)) {
                return;
            }
        }
    }

    @Override
    public void failed(Load load, long nowNanos) {
        long before = load.estimate();
        load.replaceEstimate(before, ((long) millis(nowNanos) << 32) | (before & AVERAGE));
    }

    private static int millis(long nanos) {
        return (int) (nanos / 1_000_000);
    }

    /** The time that it will take to answer what it has in hand and one request more. */
    record Cost() implements Least.Cost {
        private static final int MOST = 5_000;
        private static final int STEP = 20;

        @Override
        public long of(Load load, int taken, int nowMillis, int failTimeout) {
            long estimate = load.estimate();
            int time = (int) estimate;
            int since = nowMillis - (int) (estimate >>> 32);
            if (since > failTimeout) {
                // Half of it each fail_timeout that it has not been asked: slow servers get another chance.
                time >>= Math.min(since / (failTimeout + 1_000), 31);
            }
            // Servers whose times are close take turns; those beyond the most are equally bad.
            time = time > MOST ? MOST : time + STEP - time % STEP;
            return (long) time * (1 + taken);
        }
    }
}
