package footplate.testkit;

import footplate.core.keep.Event;
import footplate.core.keep.Keep;
import footplate.core.keep.State;
import footplate.core.keep.Step;
import java.time.Instant;

/** The rule that a world lives by: {@link Keep#step}, or one that is broken on purpose, to show that a world notices. */
@FunctionalInterface
public interface Rule {
    Step step(State before, Event event, Instant now);
}
