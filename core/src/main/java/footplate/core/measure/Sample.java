package footplate.core.measure;

import java.util.Arrays;

/** How the requests of some processes ended in some time. Immutable. */
public final class Sample {
    /** No request. */
    public static final Sample NONE = new Sample(0, new long[Latency.BUCKETS]);

    private final long errors;
    private final long requests;
    private final long[] latencies;

    /**
     * A sample.
     *
     * @param errors answered 5xx, or not in full
     * @param latencies requests in each {@link Latency bucket}; copied
     */
    public Sample(long errors, long[] latencies) {
        if (latencies.length != Latency.BUCKETS) {
            throw new IllegalArgumentException(latencies.length + " buckets where there are " + Latency.BUCKETS);
        }
        this.latencies = latencies.clone();
        this.requests = Arrays.stream(latencies).sum();
        // Counted one after the other while requests end: never more errors than requests.
        this.errors = Math.min(errors, requests);
    }

    /** What came on top of an earlier sample of the same counts. */
    public Sample since(Sample earlier) {
        var more = new long[latencies.length];
        for (int i = 0; i < more.length; i++) {
            more[i] = Math.max(0, latencies[i] - earlier.latencies[i]);
        }
        return new Sample(Math.max(0, errors - earlier.errors), more);
    }

    public long requests() {
        return requests;
    }

    public long errors() {
        return errors;
    }

    /** Errors per request, 0 to 1; 0 without requests. */
    public double errorRate() {
        return requests == 0 ? 0 : (double) errors / requests;
    }

    /**
     * The latency that a share of the requests did not exceed.
     *
     * @param share above 0, at most 1
     * @return nanoseconds; the upper end of its bucket; 0 without requests
     */
    public long quantile(double share) {
        long wanted = (long) Math.ceil(requests * share);
        long seen = 0;
        for (int bucket = 0; bucket < latencies.length; bucket++) {
            seen += latencies[bucket];
            if (seen >= wanted && seen > 0) {
                return bucket + 1 < latencies.length ? Latency.from(bucket + 1) : Latency.from(bucket);
            }
        }
        return 0;
    }

    /** How many requests took certainly longer. */
    public long slowerThan(long nanos) {
        long slower = 0;
        for (int bucket = 0; bucket < latencies.length; bucket++) {
            if (Latency.from(bucket) >= nanos) {
                slower += latencies[bucket];
            }
        }
        return slower;
    }
}
