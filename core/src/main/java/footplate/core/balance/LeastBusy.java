package footplate.core.balance;

/** {@link Balance.LeastBusy}: {@link footplate.core.pool.LeastBusyFirst}, among those that have a share. WebSockets do not count. */
final class LeastBusy implements Policy {
    @Override
    public int claim(Standing standing, Asked asked, long chance, Tried tried, long nowNanos) {
        var loads = standing.loads;
        int regard = standing.regard;
        boolean fresh = tried.isEmpty();
        while (true) {
            int best = -1;
            int bestTaken = 0;
            int least = Integer.MAX_VALUE;
            for (int i = 0; i < loads.length; i++) {
                int taken = loads[i].taken(regard);
                if (taken < 0 || (!fresh && tried.has(loads[i]))) {
                    continue;
                }
                int busy = loads[i].work(taken);
                if (busy < least) {
                    best = i;
                    bestTaken = taken;
                    least = busy;
                    if (busy == 0) {
                        break;
                    }
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
