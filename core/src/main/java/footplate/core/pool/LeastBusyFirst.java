package footplate.core.pool;

/**
 * Passenger's routing rule: the least busy process that has a place, and among equals the one that was started first,
 * so that light traffic stays on the first process and the last ones fall idle.
 */
public final class LeastBusyFirst {
    private LeastBusyFirst() {}

    /**
     * Chooses a process and claims a place on it, as one act.
     *
     * @param loads in the order in which the processes were started
     * @return the index of the claimed one; -1 if none has a place
     */
    public static int claim(Load[] loads) {
        while (true) {
            int best = -1;
            int least = Integer.MAX_VALUE;
            for (int i = 0; i < loads.length; i++) {
                int busy = loads[i].room();
                if (busy >= 0 && busy < least) {
                    best = i;
                    least = busy;
                    if (busy == 0) {
                        break;
                    }
                }
            }
            if (best < 0 || loads[best].tryClaim(least)) {
                return best;
            }
            // Another loop took or freed a place on it meanwhile: the choice has to be made anew.
        }
    }
}
