package footplate.core.balance;

/**
 * {@link Balance.LeastTime} by {@link Peaks}: the least average times requests in hand and one more, for its weight. One that has
 * never answered is tried at once, but not twice before it has (Finagle: Penalty). All is compared by logarithms: forgetting is a
 * difference there, and no exponential is needed for each server.
 */
final class LeastPeak implements Policy {
    private static final double[] LOGARITHMS = new double[1_024];
    private static final double UNKNOWN_BUSY = 1e6;

    static {
        for (int i = 1; i < LOGARITHMS.length; i++) {
            LOGARITHMS[i] = Math.log(i);
        }
    }

    private static double logarithm(int number) {
        return number < LOGARITHMS.length ? LOGARITHMS[number] : Math.log(number);
    }

    @Override
    public int claim(Standing standing, Asked asked, long chance, Tried tried, long nowNanos) {
        var loads = standing.loads;
        boolean equal = standing.equal;
        int regard = standing.regard;
        boolean fresh = tried.isEmpty();
        int nowMillis = (int) (nowNanos / 1_000_000);
        while (true) {
            int best = -1;
            int bestTaken = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < loads.length; i++) {
                var load = loads[i];
                int taken = load.taken(regard);
                if (taken < 0 || (!fresh && tried.has(load))) {
                    continue;
                }
                long estimate = load.estimate();
                double cost;
                if (estimate == 0) {
                    cost = taken == 0 ? Double.NEGATIVE_INFINITY : UNKNOWN_BUSY + taken;
                } else {
                    cost = Peaks.logarithm(estimate)
                            - Peaks.age(estimate, nowMillis) * (1.0 / Peaks.LIFE)
                            + logarithm(taken + 1);
                    cost = equal ? cost : cost - standing.logarithms[i];
                }
                if (cost < least || best < 0) {
                    best = i;
                    bestTaken = taken;
                    least = cost;
                }
            }
            if (best < 0) {
                return -1;
            }
            if (loads[best].claimIf(bestTaken, regard)) {
                return standing.places[best];
            }
            // Another loop took or freed a place on it meanwhile: the choice has to be made anew.
        }
    }
}
