package footplate.core.balance;

import footplate.core.pool.Load;

/**
 * nginx's average of a server's times ({@code ngx_http_upstream_least_time_module.c}): each answer counts a twentieth, in whole
 * milliseconds. The estimate has, from below: 13 bits of the time that is compared, 19 of the average, and 32 of when the server
 * was last looked at: sent a request, more than {@code fail_timeout} after the time before, or seen failing.
 *
 * @param header whether the time to an answer's head counts, not to its end
 */
record Averages(boolean header) implements Meter {
    private static final long TIMES = 0xffff_ffffL;
    private static final int COMPARED_BITS = 13;
    private static final int COMPARED = (1 << COMPARED_BITS) - 1;
    private static final int MOST_AVERAGE = (1 << (32 - COMPARED_BITS)) - 1;
    private static final int MOST = 5_000;
    private static final int STEP = 20;

    @Override
    public void chosen(Load load, long failTimeoutNanos, long nowNanos) {
        long before = load.estimate();
        int nowMillis = millis(nowNanos);
        if (before == 0 || nowMillis - (int) (before >>> 32) > failTimeoutNanos / 1_000_000) {
            load.replaceEstimate(before, ((long) nowMillis << 32) | (before & TIMES));
        }
    }

    @Override
    public void answered(Load load, long headerNanos, long lastByteNanos, long nowNanos) {
        int time = Math.clamp((header ? headerNanos : lastByteNanos) / 1_000_000, 0, MOST_AVERAGE);
        while (true) {
            long before = load.estimate();
            int average = average(before);
            int after = average == 0 ? time : (int) (0.5 + (time * 0.05 + average * 0.95));
            long times = ((long) after << COMPARED_BITS) | compared(after);
            if (load.replaceEstimate(before, (before & ~TIMES) | times)) {
                return;
            }
        }
    }

    /** The average of an estimate, in milliseconds; 0 if nothing was measured. */
    static int average(long estimate) {
        return (int) estimate >>> COMPARED_BITS;
    }

    /** Servers whose times are close take turns; those beyond the most are equally bad. */
    private static int compared(int time) {
        return time > MOST ? MOST : time + STEP - time % STEP;
    }

    @Override
    public void failed(Load load, long nowNanos) {
        long before = load.estimate();
        load.replaceEstimate(before, ((long) millis(nowNanos) << 32) | (before & TIMES));
    }

    private static int millis(long nanos) {
        return (int) (nanos / 1_000_000);
    }

    /** The time that it will take to answer what it has in hand and one request more. */
    record Cost() implements Least.Cost {
        @Override
        public long of(Load load, int taken, int nowMillis, int failTimeout) {
            long estimate = load.estimate();
            int since = nowMillis - (int) (estimate >>> 32);
            int time = (int) estimate & COMPARED;
            if (since > failTimeout || time == 0) {
                // Half of it each fail_timeout that it has not been asked: slow servers get another chance.
                time = compared(average(estimate) >> Math.clamp(since / (failTimeout + 1_000), 0, 31));
            }
            return (long) time * (1 + taken);
        }
    }
}
