package footplate.core.measure;

/**
 * The buckets that latencies are counted in: four to each doubling, from 64 µs to 67 s, so that a quantile is at most
 * 19 % too high.
 */
public final class Latency {
    private static final int SUB_BITS = 2;
    private static final int SUB = 1 << SUB_BITS;
    private static final int LOWEST = 6; // 2^6 µs
    private static final int HIGHEST = 26; // 2^26 µs

    /** How many buckets there are: one for all that is shorter, one for all that is longer. */
    public static final int BUCKETS = (HIGHEST - LOWEST) * SUB + 2;

    private Latency() {}

    /** The bucket of a latency; any long. */
    public static int bucket(long nanos) {
        long micros = nanos / 1_000;
        if (micros < 1L << LOWEST) {
            return 0;
        }
        int power = 63 - Long.numberOfLeadingZeros(micros);
        if (power >= HIGHEST) {
            return BUCKETS - 1;
        }
        int sub = (int) (micros >> (power - SUB_BITS)) & (SUB - 1);
        return (power - LOWEST) * SUB + sub + 1;
    }

    /** The shortest latency of a bucket, in nanoseconds. */
    public static long from(int bucket) {
        if (bucket == 0) {
            return 0;
        }
        int power = LOWEST + (bucket - 1) / SUB;
        int sub = (bucket - 1) % SUB;
        return ((1L << power) + ((long) sub << (power - SUB_BITS))) * 1_000;
    }
}
