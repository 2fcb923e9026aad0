package footplate.core.rule.limit;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * How many requests each key has under way (nginx: limit_conn). Whoever {@link #enter enters} must {@link #leave} once. A key with none takes no
 * room, so there are never more than requests. A set of keys is one array that is never changed but replaced, so there is no lock. Safe for any
 * thread.
 */
public final class Counts {
    private static final int SETS = 1_024;
    private static final long[] EMPTY = {};

    private final AtomicReferenceArray<long[]> sets = new AtomicReferenceArray<>(SETS);

    /**
     * A request wants to come in.
     *
     * @param key hash of what is counted apart
     * @param most how many may be there with it
     * @return whether it is in
     */
    public boolean enter(long key, int most) {
        int place = place(key);
        while (true) {
            var before = sets.get(place);
            var set = before == null ? EMPTY : before;
            int mine = find(set, key);
            long count = mine < 0 ? 0 : set[mine + 1];
            if (count >= most) {
                return false;
            }
            var after = Arrays.copyOf(set, mine < 0 ? set.length + 2 : set.length);
            int at = mine < 0 ? set.length : mine;
            after[at] = key;
            after[at + 1] = count + 1;
            if (sets.compareAndSet(place, before, after)) {
                return true;
            }
        }
    }

    /** One that had entered is over. */
    public void leave(long key) {
        int place = place(key);
        while (true) {
            var before = sets.get(place);
            int mine = before == null ? -1 : find(before, key);
            if (before == null || mine < 0) {
                throw new IllegalStateException("a request leaves that had not entered");
            }
            if (sets.compareAndSet(place, before, without(before, mine))) {
                return;
            }
        }
    }

    private static long[] without(long[] set, int mine) {
        if (set[mine + 1] > 1) {
            var fewer = set.clone();
            fewer[mine + 1]--;
            return fewer;
        }
        var rest = Arrays.copyOf(set, set.length - 2);
        if (mine < rest.length) {
            rest[mine] = set[set.length - 2];
            rest[mine + 1] = set[set.length - 1];
        }
        return rest;
    }

    private static int place(long key) {
        return (int) (key >>> 32) & SETS - 1;
    }

    private static int find(long[] set, long key) {
        for (int i = 0; i < set.length; i += 2) {
            if (set[i] == key) {
                return i;
            }
        }
        return -1;
    }

    /** How many keys have any under way. */
    int size() {
        int size = 0;
        for (int i = 0; i < SETS; i++) {
            var set = sets.get(i);
            size += set == null ? 0 : set.length / 2;
        }
        return size;
    }
}
