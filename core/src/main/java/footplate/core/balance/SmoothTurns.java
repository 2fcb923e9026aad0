package footplate.core.balance;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is, by nginx's smooth weighted round robin: every turn each gains its weight, the one that has most gets the turn,
 * and pays the sum of all weights for it. Weights 5, 1, 1 give a a b a c a a.
 *
 * <p>Each turn is given to one caller, whichever thread it is on, by one atomic counter. The turns are worked out ahead: a whole
 * round, after which all have what they began with; of long rounds a stretch, and the next when it is used up. Never blocks.
 */
final class SmoothTurns {
    /** Weights looked at for one stretch; some 50 µs. */
    private static final int STRETCH_WORK = 1 << 16;

    private final int[] weights;
    private final long total;
    private final boolean cyclic;
    private final AtomicReference<Stretch> current;

    /** Turns that are worked out. */
    private static final class Stretch {
        private final int[] turns;
        private final long[] credit;
        private final AtomicLong given;
        private final AtomicReference<@Nullable Stretch> next = new AtomicReference<>();

        /**
         * @param credit what each has after them
         * @param given how many have been given
         */
        Stretch(int[] turns, long[] credit, long given) {
            this.turns = turns;
            this.credit = credit;
            this.given = new AtomicLong(given);
        }
    }

    /**
     * @param weights each above 0; at least one
     * @param given how many turns have been given by the one before, so that a change does not favour the first each time
     */
    SmoothTurns(int[] weights, long given) {
        int divisor = 0;
        for (int weight : weights) {
            divisor = greatestCommon(weight, divisor);
        }
        this.weights = new int[weights.length];
        long sum = 0;
        for (int i = 0; i < weights.length; i++) {
            this.weights[i] = weights[i] / divisor;
            sum += this.weights[i];
        }
        this.total = sum;
        boolean equal = sum == weights.length;
        this.cyclic = equal || sum * weights.length <= STRETCH_WORK;
        var credit = new long[weights.length];
        if (equal) {
            var turns = new int[weights.length];
            Arrays.setAll(turns, i -> i);
            this.current = new AtomicReference<>(new Stretch(turns, credit, given % sum));
        } else if (cyclic) {
            this.current = new AtomicReference<>(new Stretch(workOut((int) sum, credit), credit, given % sum));
        } else {
            this.current = new AtomicReference<>(stretch(credit));
        }
    }

    private static int greatestCommon(int a, int b) {
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }

    private Stretch stretch(long[] creditBefore) {
        var credit = creditBefore.clone();
        return new Stretch(workOut(Math.max(16, STRETCH_WORK / weights.length), credit), credit, 0);
    }

    private int[] workOut(int length, long[] credit) {
        var turns = new int[length];
        for (int turn = 0; turn < length; turn++) {
            int best = 0;
            for (int i = 0; i < weights.length; i++) {
                credit[i] += weights[i];
                if (credit[i] > credit[best]) {
                    best = i;
                }
            }
            credit[best] -= total;
            turns[turn] = best;
        }
        return turns;
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
                var made = stretch(stretch.credit);
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
