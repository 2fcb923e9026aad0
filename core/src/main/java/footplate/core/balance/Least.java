package footplate.core.balance;

import footplate.core.pool.Load;

/**
 * {@link Balance.LeastConn} and {@link Balance.LeastTime}: the one that costs least for its weight, as nginx compares
 * ({@code ngx_http_upstream_least_conn_module.c}); among equals the one whose turn is next.
 */
final class Least implements Policy {
    /** Turns that are looked at for one of the equals, before their order is taken instead. */
    private static final int TURNS = 32;

    /** More than anything costs, and with a weight still no overflow. */
    private static final long BEYOND = 1L << 42;

    private final Cost cost;

    /** What a server costs. */
    interface Cost {
        /**
         * The cost of one more request there.
         *
         * @param taken requests it has in hand
         * @param nowMillis low bits of the time
         * @param failTimeout of the server, in milliseconds
         * @return 0 to 2^40
         */
        long of(Load load, int taken, int nowMillis, int failTimeout);
    }

    /** The requests in hand. */
    record Taken() implements Cost {
        @Override
        public long of(Load load, int taken, int nowMillis, int failTimeout) {
            return taken;
        }
    }

    Least(Cost cost) {
        this.cost = cost;
    }

    @Override
    public int claim(Standing standing, Asked asked, long chance, Tried tried, long nowNanos) {
        var loads = standing.loads;
        var weights = standing.weights;
        boolean equal = standing.equal;
        int timeout = standing.failTimeout;
        int regard = standing.regard;
        boolean fresh = tried.isEmpty();
        int nowMillis = (int) (nowNanos / 1_000_000);
        while (true) {
            int best = -1;
            int bestTaken = 0;
            int bestWeight = 1;
            long bestCost = BEYOND;
            boolean many = false;
            for (int i = 0; i < loads.length; i++) {
                var load = loads[i];
                int taken = load.taken(regard);
                if (taken < 0 || (!fresh && tried.has(load))) {
                    continue;
                }
                long mine = cost.of(load, taken, nowMillis, timeout < 0 ? standing.failTimeouts[i] : timeout);
                int weight = equal ? 1 : weights[i];
                long here = mine * bestWeight;
                long there = bestCost * weight;
                if (here < there) {
                    best = i;
                    bestTaken = taken;
                    bestWeight = weight;
                    bestCost = mine;
                    many = false;
                    if (mine == 0) {
                        // Nothing costs less, whatever it weighs: who else costs nothing is found by the turns.
                        many = true;
                        break;
                    }
                } else if (here == there) {
                    many = true;
                }
            }
            if (best < 0) {
                return -1;
            }
            if (many) {
                int next = nextEqual(standing, tried, nowMillis, bestCost, best);
                if (next != best) {
                    bestTaken = loads[next].taken(regard);
                    best = next;
                }
            }
            if (bestTaken >= 0 && loads[best].claimIf(bestTaken, regard)) {
                return standing.places[best];
            }
            // Another loop took or freed a place on it meanwhile: the choice has to be made anew.
        }
    }

    /** Of those that cost the same for their weight, the one whose turn is next. */
    private int nextEqual(Standing standing, Tried tried, int nowMillis, long bestCost, int best) {
        var turns = standing.turns;
        if (turns == null) {
            return best;
        }
        int index = best;
        for (int turn = 0; turn < TURNS; turn++) {
            index = turns.next();
            if (isEqual(standing, tried, nowMillis, bestCost, best, index)) {
                return index;
            }
        }
        for (int i = 1; i < standing.loads.length; i++) {
            int other = (index + i) % standing.loads.length;
            if (isEqual(standing, tried, nowMillis, bestCost, best, other)) {
                return other;
            }
        }
        return best;
    }

    private boolean isEqual(Standing standing, Tried tried, int nowMillis, long bestCost, int best, int index) {
        var load = standing.loads[index];
        int taken = load.taken(standing.regard);
        return taken >= 0
                && !tried.has(load)
                && cost.of(load, taken, nowMillis, standing.failTimeouts[index]) * standing.weights[best]
                        == bestCost * standing.weights[index];
    }
}
