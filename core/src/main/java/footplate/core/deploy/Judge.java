package footplate.core.deploy;

import footplate.core.measure.Counts;
import footplate.core.measure.Sample;
import footplate.core.unit.Durations;
import java.time.Duration;
import java.util.Locale;

/**
 * Compares a new release with the running one by the requests of the same time.
 *
 * <ul>
 *   <li>Errors: Fisher's exact test, one-sided; and the new release's rate is above the old one's by more than the
 *       tolerance. Beside it an absolute limit, by the exact binomial test.
 *   <li>Latency, at the median and the 95th percentile q of the old release: were the new one as fast, a share of at most
 *       1 − q of its requests would take longer than q's latency, tolerance added; the exact binomial test says whether
 *       there are too many. Differences below 10 ms never count.
 * </ul>
 *
 * <p>Each test's level is one in a thousand, as it is looked at more than once; {@link #due} has it looked at only when
 * a quarter more requests are there than at the last look.
 */
public final class Judge {
    static final double LEVEL = 0.001;
    private static final double[] QUANTILES = {0.5, 0.95};
    private static final long LEAST_DIFFERENCE_NANOS = 10_000_000;
    private static final int LEAST_SECONDS = 3;

    /** What it says. */
    public enum Finding {
        /** Too few requests to say anything. */
        TOO_FEW,
        GOOD,
        BAD
    }

    /**
     * A judgement.
     *
     * @param why in words, with figures; empty unless it is {@link Finding#BAD}
     */
    public record Verdict(Finding finding, String why) {}

    private static final Verdict TOO_FEW = new Verdict(Finding.TOO_FEW, "");
    private static final Verdict GOOD = new Verdict(Finding.GOOD, "");

    private Judge() {}

    /**
     * Whether it is time for another look.
     *
     * @param looked how many requests of the new release there were at the last look
     */
    public static boolean due(Sample fresh, long looked, Limits limits) {
        return fresh.requests() >= limits.minRequests() && fresh.requests() >= looked + Math.max(1, looked / 4);
    }

    /**
     * A judgement of the new release.
     *
     * @param counts where the old side had too few requests, only the absolute limits count
     */
    public static Verdict of(Counts counts, Limits limits) {
        var old = counts.old();
        var fresh = counts.fresh();
        if (fresh.requests() < limits.minRequests()) {
            return TOO_FEW;
        }
        boolean known = old.requests() >= limits.minRequests();
        var why = tooManyErrors(old, fresh, known, limits);
        if (why.isEmpty()) {
            why = tooSlow(counts, known, limits);
        }
        return why.isEmpty() ? GOOD : new Verdict(Finding.BAD, why);
    }

    private static String tooManyErrors(Sample old, Sample fresh, boolean known, Limits limits) {
        boolean oldAsBad = known && old.errorRate() >= limits.maxErrors();
        if (!oldAsBad
                && fresh.errorRate() > limits.maxErrors()
                && Statistics.binomialAtLeast(fresh.errors(), fresh.requests(), limits.maxErrors()) < LEVEL) {
            return "%s of its %d requests failed; the limit is %s"
                    .formatted(percent(fresh.errorRate()), fresh.requests(), percent(limits.maxErrors()));
        }
        if (known
                && fresh.errorRate() > old.errorRate() + limits.errorTolerance()
                && Statistics.fisherGreater(fresh.errors(), fresh.requests(), old.errors(), old.requests()) < LEVEL) {
            return "%s of its %d requests failed, of the running release's %s"
                    .formatted(percent(fresh.errorRate()), fresh.requests(), percent(old.errorRate()));
        }
        return "";
    }

    private static String tooSlow(Counts counts, boolean known, Limits limits) {
        var fresh = counts.fresh();
        long most = limits.maxLatency().toNanos();
        if (most > 0 && isSlow(counts, most, 0.95)) {
            return "its 95th percentile is %s; the limit is %s".formatted(millis(fresh.quantile(0.95)), millis(most));
        }
        for (double quantile : QUANTILES) {
            long before = counts.old().quantile(quantile);
            long bound = Math.max((long) (before * (1 + limits.latencyTolerance())), before + LEAST_DIFFERENCE_NANOS);
            if (known && isSlow(counts, bound, quantile)) {
                return "its %s is %s; the running release's is %s"
                        .formatted(
                                quantile == 0.5 ? "median latency" : "95th percentile",
                                millis(fresh.quantile(quantile)),
                                millis(before));
            }
        }
        return "";
    }

    /** Whether more requests than a quantile allows took longer than {@code nanos}, in all and in most of the last seconds. */
    private static boolean isSlow(Counts counts, long nanos, double quantile) {
        var fresh = counts.fresh();
        double allowed = 1 - quantile;
        if (Statistics.binomialAtLeast(fresh.slowerThan(nanos), fresh.requests(), allowed) >= LEVEL) {
            return false;
        }
        int busy = 0;
        int slow = 0;
        for (var second : counts.seconds()) {
            if (second.requests() > 0) {
                busy++;
                slow += second.slowerThan(nanos) > second.requests() * allowed ? 1 : 0;
            }
        }
        return slow >= LEAST_SECONDS && 2 * slow > busy;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", share * 100);
    }

    private static String millis(long nanos) {
        return Durations.print(Duration.ofNanos(nanos));
    }
}
