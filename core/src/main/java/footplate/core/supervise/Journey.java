package footplate.core.supervise;

import java.time.Duration;
import java.util.List;

/**
 * The way of one start, step by step, as far as it came; of a start that failed also why, and how to mend it.
 *
 * @param steps in order
 * @param lastOutput the last lines the process printed, oldest first
 * @param problem what went wrong, in one sentence; empty if nothing did
 * @param cure what to do about it; empty if nothing went wrong or nothing is known
 */
public record Journey(List<Step> steps, List<String> lastOutput, String problem, String cure) {
    public Journey {
        steps = List.copyOf(steps);
        lastOutput = List.copyOf(lastOutput);
    }

    /**
     * One step.
     *
     * @param name what was done
     * @param took how long it took, or has taken so far
     * @param outcome how it ended
     */
    public record Step(String name, Duration took, Outcome outcome) {}

    /** How a step ended. */
    public enum Outcome {
        DONE,
        FAILED,
        NOT_REACHED
    }
}
