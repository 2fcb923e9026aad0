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

    private static final int BITS = 24;
    private static final int LOW = (1 << BITS) - 1;

    private final Cost cost;
    private final boolean counts;

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
        this.counts = cost instanceof Taken;
    }

    @Override
    public int claim(Standing standing, Asked asked, long chance, Tried tried, long nowNanos) {
        int nowMillis = (int) (nowNanos / 1_000_000);
        while (true) {
            long found = counts ? fewest(standing, tried) : cheapest(standing, tried, nowMillis);
            if (found < 0) {
                return -1;
            }
            int best = (int) found & LOW;
            int taken = (int) (found >>> BITS) & LOW;
            if (found >>> (2 * BITS) != 0) {
                int next = nextEqual(standing, tried, nowMillis, best, taken);
                if (next != best) {
                    best = next;
                    taken = standing.loads[next].taken(standing.regard);
                }
            }
            if (taken >= 0 && standing.loads[best].claimIf(taken, standing.regard)) {
                return standing.places[best];
            }
            // Another loop took or freed a place on it meanwhile: the choice has to be made anew.
        }
    }

    /** What is found in one number, as nothing is allocated: from below the index, the requests in hand, whether there are equals. */
    private static long found(int index, int taken, boolean many) {
        return index < 0 ? -1 : (many ? 1L << (2 * BITS) : 0) | ((long) taken << BITS) | index;
    }

    /**
     * The cheapest by requests in hand: one weight after the other, each with the most requests that could still be as cheap, so that
     * of most servers nothing but their word is read.
     */
    private static long fewest(Standing standing, Tried tried) {
        var loads = standing.grouped;
        int regard = standing.regard;
        int best = -1;
        int bestWeight = 1;
        long least = 0;
        boolean many = false;
        int end = 0;
        for (int group = 0; group < standing.groupEnds.length; group++) {
            int weight = standing.groupWeights[group];
            long bound = best < 0 ? Integer.MAX_VALUE : (least * weight - (many ? 1 : 0)) / bestWeight;
            int from = end;
            end = standing.groupEnds[group];
            for (int i = from; i < end; i++) {
                // A mark makes it more than any number of requests.
                long seen = loads[i].seen(regard);
                if (seen > bound || !loads[i].hasRoom((int) seen) || tried.has(loads[i])) {
                    continue;
                }
                if (seen == 0) {
                    // Nothing costs less, whatever it weighs: who else costs nothing is found by the turns.
                    return found(standing.groupedAt[i], 0, true);
                }
                many = best >= 0 && seen * bestWeight == least * weight;
                if (many) {
                    // From now on only what is cheaper counts.
                    bound = seen - 1;
                } else {
                    best = standing.groupedAt[i];
                    bestWeight = weight;
                    least = seen;
                    bound = seen;
                }
            }
        }
        return found(best, (int) least, many);
    }

    private long cheapest(Standing standing, Tried tried, int nowMillis) {
        var loads = standing.loads;
        var weights = standing.weights;
        int timeout = standing.failTimeout;
        int regard = standing.regard;
        boolean fresh = tried.isEmpty();
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
            long here = mine * bestWeight;
            long there = bestCost * weights[i];
            if (here < there) {
                best = i;
                bestTaken = taken;
                bestWeight = weights[i];
                bestCost = mine;
                many = false;
            } else if (here == there) {
                many = true;
            }
        }
        return found(best, bestTaken, many);
    }

    /** Of those that cost the same for their weight, the one whose turn is next. */
    private int nextEqual(Standing standing, Tried tried, int nowMillis, int best, int taken) {
        long bestCost = cost.of(standing.loads[best], taken, nowMillis, standing.failTimeouts[best]);
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
