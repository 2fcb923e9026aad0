package footplate.core.deploy;

/** The exact tests that {@link Judge} uses. */
final class Statistics {
    /** A term so much smaller than the sum adds nothing to it. */
    private static final double NEGLIGIBLE = 1e-16;

    private Statistics() {}

    /** The chance of {@code hits} or more of {@code trials}, each with a chance of {@code share}. */
    static double binomialAtLeast(long hits, long trials, double share) {
        if (hits <= 0 || share >= 1) {
            return 1;
        }
        if (hits > trials || share <= 0) {
            return 0;
        }
        if (hits <= trials * share) {
            // At or below what is expected: it is about a half or more, and never remarkable.
            return 1;
        }
        double term = Math.exp(logChoose(trials, hits) + hits * Math.log(share) + (trials - hits) * Math.log1p(-share));
        double sum = 0;
        for (long k = hits; k <= trials; k++) {
            sum += term;
            if (term < sum * NEGLIGIBLE) {
                break;
            }
            term *= (double) (trials - k) / (k + 1) * share / (1 - share);
        }
        return Math.min(sum, 1);
    }

    /**
     * Fisher's exact test, one-sided: the chance of so many or more of the hits being in the first group, were it no
     * different from the second.
     */
    static double fisherGreater(long hits, long trials, long otherHits, long otherTrials) {
        long allHits = hits + otherHits;
        long all = trials + otherTrials;
        if (hits <= (double) allHits * trials / all) {
            return 1;
        }
        long most = Math.min(allHits, trials);
        double term =
                Math.exp(logChoose(trials, hits) + logChoose(otherTrials, allHits - hits) - logChoose(all, allHits));
        double sum = 0;
        for (long k = hits; k <= most; k++) {
            sum += term;
            if (term < sum * NEGLIGIBLE) {
                break;
            }
            term *= (double) (trials - k) * (allHits - k) / ((k + 1.0) * (otherTrials - allHits + k + 1));
        }
        return Math.min(sum, 1);
    }

    private static double logChoose(long n, long k) {
        return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
    }

    /** Stirling's series; its error is below 1e-10 from 10 on. */
    private static double logFactorial(long n) {
        if (n < 2) {
            return 0;
        }
        double shift = 0;
        double x = n + 1.0;
        while (x < 10) {
            shift -= Math.log(x);
            x++;
        }
        double inverse = 1 / x;
        double square = inverse * inverse;
        return shift
                + (x - 0.5) * Math.log(x)
                - x
                + 0.918_938_533_204_672_7
                + inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1_260 - square / 1_680)));
    }
}
