package footplate.core.rule.limit;

import footplate.core.config.routes.Rate;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Token buckets, one for each key (nginx: limit_req … nodelay). A bucket is one number, the time at which all that was admitted would be
 * worked off at the rate (GCRA's theoretical arrival time, ITU-T I.371): nginx's excess, written as a time. A request is admitted if that is no
 * more than a burst ahead, and moves it on by one interval.
 *
 * <p>There are {@link #SETS} sets of up to {@link #WAYS} buckets; a key's set is its hash. A bucket that is worked off is the same as none,
 * and makes room. Where a set is full of others, a new key takes over the bucket that is worked off first, with what is on it (Metwally's
 * Space-Saving): whoever was thrown out finds no less when he comes again, so nobody gets more than the rate by having his bucket pushed out;
 * and who is refused pushes nobody out. A set is one array that is never changed but replaced, so there is no lock. Safe for any thread.
 */
public final class Buckets {
    private static final int SETS = 8_192;
    private static final int WAYS = 8;
    private static final long[] EMPTY = {};

    private final long interval;
    private final AtomicReferenceArray<long[]> sets;
    private final int ways;

    /** One for {@code rate}. */
    public Buckets(Rate rate) {
        this(rate, SETS, WAYS);
    }

    /** @param sets a power of two */
    Buckets(Rate rate, int sets, int ways) {
        long per = rate.per().toNanos();
        // To the nearest nanosecond: a billion a second is as much as can be told apart.
        this.interval = Math.max(1, (per + rate.count() / 2) / rate.count());
        this.sets = new AtomicReferenceArray<>(sets);
        this.ways = ways;
    }

    /**
     * A request wants to come in.
     *
     * @param key hash of what is counted apart
     * @param burst how many more than one at once
     * @return 0 if it is admitted, and counted; else nanoseconds until it would be
     */
    public long admit(long key, int burst, long nowNanos) {
        int place = (int) (key >>> 32) & sets.length() - 1;
        while (true) {
            var before = sets.get(place);
            var set = before == null ? EMPTY : before;
            int mine = find(set, key, nowNanos);
            // What is in the past is as good as now.
            long ahead = mine < 0 ? 0 : Math.max(0, set[mine + 1] - nowNanos);
            if (ahead > burst * interval) {
                return ahead - burst * interval;
            }
            var after = with(set, mine, key, nowNanos + ahead + interval, nowNanos);
            if (sets.compareAndSet(place, before, after)) {
                return 0;
            }
        }
    }

    /** Where the key's bucket stands, or the one that it takes over; -1 if there is room for one more. */
    private int find(long[] set, long key, long nowNanos) {
        int live = 0;
        int first = -1;
        for (int i = 0; i < set.length; i += 2) {
            if (set[i] == key) {
                return i;
            }
            long ahead = set[i + 1] - nowNanos;
            live += ahead > 0 ? 1 : 0;
            if (first < 0 || ahead < set[first + 1] - nowNanos) {
                first = i;
            }
        }
        return live < ways ? -1 : first;
    }

    /** The set with the key's bucket in place of {@code mine}, or as one more; without those that are worked off. */
    private static long[] with(long[] set, int mine, long key, long until, long nowNanos) {
        var next = new long[set.length + 2];
        next[0] = key;
        next[1] = until;
        int length = 2;
        for (int i = 0; i < set.length; i += 2) {
            if (i != mine && set[i + 1] - nowNanos > 0) {
                next[length] = set[i];
                next[length + 1] = set[i + 1];
                length += 2;
            }
        }
        return length == next.length ? next : java.util.Arrays.copyOf(next, length);
    }

    /** How many buckets there are, worked off or not. */
    int size() {
        int size = 0;
        for (int i = 0; i < sets.length(); i++) {
            var set = sets.get(i);
            size += set == null ? 0 : set.length / 2;
        }
        return size;
    }
}
