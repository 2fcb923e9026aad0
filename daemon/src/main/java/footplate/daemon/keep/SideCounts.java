package footplate.daemon.keep;

import footplate.core.keep.Event;
import footplate.core.keep.PlannedRoute.Counted;
import footplate.core.measure.Outcomes;
import footplate.core.measure.Sample;
import org.jspecify.annotations.Nullable;

/**
 * How requests end on the two sides of a change, in one stretch of it.
 *
 * @param before how they ended on the old side in the stretch before; null if there was none
 */
record SideCounts(
        Counted stretch,
        Outcomes old,
        Outcomes fresh,
        @Nullable Sample before) {
    /** The counts of a stretch: those there are if it is the same one. */
    static SideCounts next(@Nullable SideCounts known, Counted stretch) {
        if (known != null && known.stretch().equals(stretch)) {
            return known;
        }
        var before = known != null && known.stretch().generation() == stretch.generation()
                ? known.old().sample()
                : null;
        return new SideCounts(stretch, new Outcomes(), new Outcomes(), before);
    }

    Outcomes of(boolean freshSide) {
        return freshSide ? fresh : old;
    }

    /** What was counted so far; after the switch the new side is compared with what the old one did before. */
    Event.Sides sides() {
        boolean switched = stretch.stretch() < 0;
        return new Event.Sides(
                stretch.generation(),
                stretch.stretch(),
                switched && before != null ? before : old.sample(),
                fresh.sample());
    }
}
