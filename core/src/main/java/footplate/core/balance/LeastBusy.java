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
                var load = loads[i];
                // A mark makes it more than any number of requests, or less than none.
                int seen = (int) load.seen(regard);
                int busy = load.work(seen);
                if (seen < 0 || busy >= least || !load.hasRoom(seen) || (!fresh && tried.has(load))) {
                    continue;
                }
                best = i;
                bestTaken = seen;
                least = busy;
                if (busy == 0) {
                    break;
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
