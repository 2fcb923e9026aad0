package footplate.core.deploy;

import java.time.Instant;

/** Where a change is. */
public sealed interface Stage {
    /**
     * New processes are brought up.
     *
     * @param step of a canary: the step that they are for, from 0; otherwise 0
     */
    record Filling(int step) implements Stage {}

    /**
     * A canary's step is in force: it lasts until its time is over and there is enough to judge it by.
     *
     * @param since when it began
     * @param told that it waits for more requests than came in its time was told
     */
    record Holding(int step, Instant since, boolean told) implements Stage {}

    /** The operator's own check was asked; its answer decides. */
    record Checking(int step) implements Stage {}

    /** All is ready for the switch, which waits for the operator. */
    record Awaiting() implements Stage {}

    /** The new processes have taken over, and are watched. */
    record Monitoring(Instant until) implements Stage {}

    /**
     * Nothing moves until the operator says so.
     *
     * @param within where it was
     * @param why empty if the operator asked for it, else the failure
     */
    record Paused(Stage within, String why) implements Stage {}
}
