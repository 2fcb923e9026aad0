package footplate.daemon.keep;

import footplate.core.deploy.Rollout;
import footplate.core.keep.Event;
import footplate.core.keep.PlannedRoute.Counted;
import footplate.core.measure.Counts;
import footplate.core.measure.Outcomes;
import footplate.core.measure.Sample;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How requests end on the two sides of a change, in one stretch of it. Safe for any thread. */
final class SideCounts {
    /** How many seconds back are known one by one. */
    private static final int SECONDS = 10;

    private final Counted stretch;
    private final Outcomes old = new Outcomes();
    private final Outcomes fresh = new Outcomes();
    private final @Nullable Sample before;

    // Guarded by this.
    private final ArrayDeque<Sample> seconds = new ArrayDeque<>();
    private Sample last = Sample.NONE;

    /** @param before how requests ended on the old side in the stretch before; null if there was none */
    private SideCounts(Counted stretch, @Nullable Sample before) {
        this.stretch = stretch;
        this.before = before;
    }

    /** The counts of a stretch: those there are if it is the same one. */
    static SideCounts next(@Nullable SideCounts known, Counted stretch) {
        if (known != null && known.stretch.equals(stretch)) {
            return known;
        }
        if (known == null || known.stretch.generation() != stretch.generation()) {
            return new SideCounts(stretch, null);
        }
        var last = known.old.sample();
        // A stretch of a moment knows less of the old side than a longer one before it.
        var longest = known.before != null && known.before.requests() > last.requests() ? known.before : last;
        return new SideCounts(stretch, longest);
    }

    Outcomes of(boolean freshSide) {
        return freshSide ? fresh : old;
    }

    /** The same as {@link #sides}, and a second is over. */
    synchronized Event.Sides secondOver() {
        var now = fresh.sample();
        var second = now.since(last);
        last = now;
        if (second.requests() > 0) {
            seconds.addLast(second);
        }
        if (seconds.size() > SECONDS) {
            seconds.removeFirst();
        }
        return sides();
    }

    /** What was counted so far; after the switch the new side is compared with what the old one did before. */
    synchronized Event.Sides sides() {
        boolean switched = stretch.stretch() == Rollout.AFTER_THE_SWITCH;
        return new Event.Sides(
                stretch.generation(),
                stretch.stretch(),
                new Counts(switched && before != null ? before : old.sample(), fresh.sample(), List.copyOf(seconds)));
    }
}
