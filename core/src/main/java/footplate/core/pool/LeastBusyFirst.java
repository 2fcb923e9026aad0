package footplate.core.pool;

import org.jspecify.annotations.Nullable;

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
        return claim(loads, null);
    }

    /**
     * The same, with one process left out.
     *
     * @param except the one that is not chosen; null leaves none out
     */
    public static int claim(Load[] loads, @Nullable Load except) {
        while (true) {
            int best = -1;
            int least = Integer.MAX_VALUE;
            for (int i = 0; i < loads.length; i++) {
                if (loads[i] == except) {
                    continue;
                }
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
