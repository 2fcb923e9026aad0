package footplate.core.rule;

import footplate.core.rule.limit.Counts;
import org.jspecify.annotations.Nullable;

/** The place that one request has among those at once; given back exactly once. Used again for many requests, by one thread. */
public final class Held {
    private @Nullable Counts counts;
    private long key;

    boolean enter(Counts limit, long of, int most) {
        if (counts != null) {
            throw new IllegalStateException("a request enters a second time");
        }
        if (!limit.enter(of, most)) {
            return false;
        }
        counts = limit;
        key = of;
        return true;
    }

    /** The request is over; nothing happens if it has no place. */
    public void leave() {
        var limit = counts;
        if (limit != null) {
            counts = null;
            limit.leave(key);
        }
    }
}
