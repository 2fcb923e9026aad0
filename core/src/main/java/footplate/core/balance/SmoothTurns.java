package footplate.core.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is, by nginx's smooth weighted round robin: every turn each gains its weight, the one that has most gets the turn,
 * and pays the sum of all weights for it. Weights 5, 1, 1 give a a b a c a a.
 *
 * <p>Those that weigh the same differ only in how often they have had a turn, so that they come in their order: only the next of
 * each weight need be looked at. Each turn is given to one caller, whichever thread it is on, by one atomic counter. The turns are
 * worked out ahead: a whole round, after which all have what they began with; of long rounds a stretch, and the next when it is
 * used up. Never blocks.
 */
final class SmoothTurns {
    /** Weights looked at for one stretch; some 100 µs. */
    private static final int STRETCH_WORK = 1 << 16;

    // For each weight there is: it, and who has it.
    private final int[] weights;
    private final int[][] members;
    private final long total;
    private final boolean cyclic;
    private final AtomicReference<Stretch> current;

    /** Turns that are worked out. */
    private static final class Stretch {
        private final int[] turns;
        private final long[] credit;
        private final int[] member;
        private final AtomicLong given;
        private final AtomicReference<@Nullable Stretch> next = new AtomicReference<>();

        /**
         * @param credit what the next of each weight has after them
         * @param member who that is
         * @param given how many have been given
         */
        Stretch(int[] turns, long[] credit, int[] member, long given) {
            this.turns = turns;
            this.credit = credit;
            this.member = member;
            this.given = new AtomicLong(given);
        }
    }

    /**
     * @param shares each above 0; at least one
     * @param given how many turns have been given by the one before, so that a change does not favour the first each time
     */
    SmoothTurns(int[] shares, long given) {
        var byWeight = new TreeMap<Integer, List<Integer>>();
        int divisor = 0;
        for (int i = 0; i < shares.length; i++) {
            divisor = greatestCommon(shares[i], divisor);
            byWeight.computeIfAbsent(shares[i], _ -> new ArrayList<>()).add(i);
        }
        this.weights = new int[byWeight.size()];
        this.members = new int[byWeight.size()][];
        long sum = 0;
        int kind = 0;
        for (var entry : byWeight.entrySet()) {
            weights[kind] = entry.getKey() / divisor;
            members[kind] = entry.getValue().stream().mapToInt(i -> i).toArray();
            sum += (long) weights[kind] * members[kind].length;
            kind++;
        }
        this.total = sum;
        this.cyclic = sum * weights.length <= STRETCH_WORK;
        int length = cyclic ? (int) sum : Math.max(16, STRETCH_WORK / weights.length);
        this.current = new AtomicReference<>(
                stretch(length, new long[weights.length], new int[weights.length], cyclic ? given % sum : 0));
    }

    private static int greatestCommon(int a, int b) {
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }

    private Stretch stretch(int length, long[] creditBefore, int[] memberBefore, long given) {
        var credit = creditBefore.clone();
        var member = memberBefore.clone();
        var turns = new int[length];
        for (int turn = 0; turn < length; turn++) {
            int best = 0;
            for (int kind = 0; kind < weights.length; kind++) {
                credit[kind] += weights[kind];
                if (credit[kind] > credit[best]
                        || (credit[kind] == credit[best]
                                && members[kind][member[kind]] < members[best][member[best]])) {
                    best = kind;
                }
            }
            turns[turn] = members[best][member[best]++];
            if (member[best] == members[best].length) {
                // All of this weight have paid as often: the next has what this one has left. Until then it still has
                // to pay.
                member[best] = 0;
                credit[best] -= total;
            }
        }
        return new Stretch(turns, credit, member, given);
    }

    /** The index of the one whose turn it is. */
    int next() {
        while (true) {
            var stretch = current.get();
            long turn = stretch.given.getAndIncrement();
            int length = stretch.turns.length;
            if (turn < length) {
                return stretch.turns[(int) turn];
            }
            if (cyclic) {
                return stretch.turns[(int) (turn % length)];
            }
            var next = stretch.next.get();
            if (next == null) {
                var made = stretch(length, stretch.credit, stretch.member, 0);
                var other = stretch.next.compareAndExchange(null, made);
                next = other == null ? made : other;
            }
            current.compareAndSet(stretch, next);
        }
    }

    /** How many turns a round has; at most {@link Integer#MAX_VALUE}. */
    int round() {
        return (int) Math.min(total, Integer.MAX_VALUE);
    }

    /** How many turns were given, in this round or stretch at least. */
    long given() {
        return current.get().given.get();
    }
}
