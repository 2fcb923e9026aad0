package footplate.core.balance;

import footplate.core.pool.Load;

/**
 * Finagle's Peak EWMA of a server's times ({@code PeakEwma.scala}): an answer slower than the average is the average at once, a
 * faster one counts the more the longer ago the last was, and between answers it is forgotten, with a mean life of 10 s. The
 * estimate has the logarithm of the average in its lower half, and in its upper half when the last answer came. To look at it is
 * not to measure, as it is in Finagle: else many looks would leave answers no weight.
 *
 * @param header whether the time to an answer's head counts, not to its end
 */
record Peaks(boolean header) implements Meter {
    /** Mean life, in milliseconds (Finagle: decayTime). */
    static final int LIFE = 10_000;

    private static final int SLOPPY = 60_000;

    @Override
    public void chosen(Load load, long failTimeoutNanos, long nowNanos) {}

    @Override
    public void failed(Load load, long nowNanos) {}

    @Override
    public void answered(Load load, long headerNanos, long lastByteNanos, long nowNanos) {
        double time = Math.max(2, header ? headerNanos : lastByteNanos);
        int nowMillis = (int) (nowNanos / 1_000_000);
        while (true) {
            long before = load.estimate();
            double after = time;
            if (before != 0) {
                double kept = Math.exp(-age(before, nowMillis) / (double) LIFE);
                double average = Math.exp(logarithm(before));
                after = time > average ? time : average * kept + time * (1 - kept);
            }
            long estimate =
                    ((long) nowMillis << 32) | (Float.floatToRawIntBits((float) Math.log(after)) & 0xffff_ffffL);
            if (load.replaceEstimate(before, estimate)) {
                return;
            }
        }
    }

    /** The logarithm of the average at the time of the last answer. */
    static float logarithm(long estimate) {
        return Float.intBitsToFloat((int) estimate);
    }

    /** Milliseconds since the last answer. */
    static int age(long estimate, int nowMillis) {
        int age = nowMillis - (int) (estimate >>> 32);
        // Loops look at the clock at different times; what is far below 0 has gone once round the 49 days of an int.
        return age >= 0 ? age : age > -SLOPPY ? 0 : Integer.MAX_VALUE;
    }
}
