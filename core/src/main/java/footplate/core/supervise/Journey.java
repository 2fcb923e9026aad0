package footplate.core.supervise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

    /**
     * The steps of a start: those reached with the time each took, the first that was not as the one that failed, and those after it.
     * They may be reached in another order than this one, or be told of late: none takes less than no time.
     *
     * @param all the names of all steps, in order
     * @param reached when each was reached, in nanoseconds, as {@code startedNanos} and {@code nowNanos}
     */
    public static List<Step> steps(List<String> all, Map<String, Long> reached, long startedNanos, long nowNanos) {
        var steps = new ArrayList<Step>();
        long before = 0;
        boolean failed = false;
        for (var name : all) {
            var at = reached.get(name);
            if (at == null && failed) {
                steps.add(new Step(name, Duration.ZERO, Outcome.NOT_REACHED));
                continue;
            }
            long until = Math.max(before, (at == null ? nowNanos : at) - startedNanos);
            steps.add(new Step(name, Duration.ofNanos(until - before), at == null ? Outcome.FAILED : Outcome.DONE));
            failed |= at == null;
            before = until;
        }
        return steps;
    }

    /** How a step ended. */
    public enum Outcome {
        DONE,
        FAILED,
        NOT_REACHED
    }
}
