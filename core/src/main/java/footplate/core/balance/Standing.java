package footplate.core.balance;

import footplate.core.pool.Load;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which servers of one kind, primary or backup, have a share at one moment, and how large it is. Immutable but for whose turn it is. */
final class Standing {
    /** Those with a share, in their operator's order. */
    final Load[] loads;

    /** Their places in the upstream's list. */
    final int[] places;

    /** Their shares, each above 0. */
    final int[] weights;

    /** Their shares and those of all before them. */
    final long[] upTo;

    /** Their {@code fail_timeout}s in milliseconds. */
    final int[] failTimeouts;

    /** The one that all have; -1 if they differ. */
    final int failTimeout;

    /** The natural logarithms of the shares; empty if all are the same. */
    final double[] logarithms;

    /** Those with a share, one weight after the other. */
    final Load[] grouped;

    /** Their indices in {@link #loads}. */
    final int[] groupedAt;

    /** Where each weight ends among them. */
    final int[] groupEnds;

    /** The weights. */
    final int[] groupWeights;

    /** Whether all shares are the same. */
    final boolean equal;

    /** Whether so few are well that all are used. */
    final boolean panic;

    /** {@link Load#WELL}, or in a panic {@link Load#ANY}. */
    final int regard;

    /** Whose turn it is; null if nobody has a share. */
    final @Nullable SmoothTurns turns;

    /**
     * @param servers of one kind
     * @param at their places in the upstream's list
     * @param panic whether all are used, well or not
     * @param before what was so until now; null if nothing
     */
    Standing(Server[] servers, int[] at, boolean panic, @Nullable Standing before, long nowNanos) {
        int count = 0;
        var chosen = new int[servers.length];
        for (int i = 0; i < servers.length; i++) {
            if (panic ? !servers[i].terms().down() : servers[i].isIn()) {
                chosen[count++] = i;
            }
        }
        this.panic = panic;
        this.regard = panic ? Load.ANY : Load.WELL;
        this.loads = new Load[count];
        this.places = new int[count];
        this.weights = new int[count];
        this.upTo = new long[count];
        this.failTimeouts = new int[count];
        long sum = 0;
        boolean same = true;
        for (int i = 0; i < count; i++) {
            var server = servers[chosen[i]];
            loads[i] = server.load();
            places[i] = at[chosen[i]];
            weights[i] = server.weight(nowNanos);
            sum += weights[i];
            upTo[i] = sum;
            failTimeouts[i] = (int) Math.min(server.terms().failTimeout().toMillis(), Integer.MAX_VALUE / 2);
            same &= weights[i] == weights[0];
        }
        this.equal = same;
        var kinds = new TreeMap<Integer, List<Integer>>();
        for (int i = 0; i < count; i++) {
            kinds.computeIfAbsent(weights[i], _ -> new ArrayList<>()).add(i);
        }
        this.groupedAt =
                kinds.values().stream().flatMap(List::stream).mapToInt(i -> i).toArray();
        this.grouped = Arrays.stream(groupedAt).mapToObj(i -> loads[i]).toArray(Load[]::new);
        this.groupWeights = kinds.keySet().stream().mapToInt(i -> i).toArray();
        this.groupEnds = kinds.values().stream().mapToInt(List::size).toArray();
        for (int group = 1; group < groupEnds.length; group++) {
            groupEnds[group] += groupEnds[group - 1];
        }
        this.logarithms = same
                ? new double[0]
                : Arrays.stream(weights).mapToDouble(Math::log).toArray();
        int timeout = count == 0 ? -1 : failTimeouts[0];
        this.failTimeout = Arrays.stream(failTimeouts).allMatch(one -> one == timeout) ? timeout : -1;
        if (count == 0) {
            this.turns = null;
        } else if (before != null
                && before.turns != null
                && Arrays.equals(before.loads, loads)
                && Arrays.equals(before.weights, weights)) {
            this.turns = before.turns;
        } else {
            this.turns = new SmoothTurns(weights, before == null || before.turns == null ? 0 : before.turns.given());
        }
    }

    /** Whether any of them takes a request. */
    boolean hasPlace(Tried tried) {
        for (var load : loads) {
            if (load.taken(regard) >= 0 && !tried.has(load)) {
                return true;
            }
        }
        return false;
    }
}
