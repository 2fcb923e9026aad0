package footplate.core.keep;

import footplate.core.config.AppDefinition;
import footplate.core.deploy.Rollout;
import footplate.core.supervise.Instance;
import footplate.core.supervise.StartFailure;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One app, as it should be and as it is.
 *
 * @param definition how it runs
 * @param wanted whether it should run
 * @param deleted it is to be forgotten once its last process is gone
 * @param target how many processes it should have now, between min and max
 * @param generation counts definitions and restarts
 * @param freshProcesses every request gets a process of its own
 * @param rollout what was asked for and is not reached yet; null if nothing
 * @param warm the processes of the release before, kept after a switch; null if there are none
 * @param lastFailure the last start that failed, until one succeeds; null if none
 * @param instances its places, those that are on their way out included
 */
public record AppState(
        AppDefinition definition,
        boolean wanted,
        boolean deleted,
        int target,
        int generation,
        boolean freshProcesses,
        @Nullable Rollout rollout,
        @Nullable Warm warm,
        @Nullable StartFailure lastFailure,
        List<Instance> instances) {
    public AppState {
        instances = List.copyOf(instances);
    }

    /**
     * An old set of processes that serves nobody, and can take over again at once.
     *
     * @param definition what they run
     * @param upTo their last generation
     * @param until when they are stopped
     */
    public record Warm(AppDefinition definition, int upTo, Instant until) {}

    /** The definition that requests are served by now: until a switch beside the old processes it is theirs. */
    public AppDefinition serving() {
        return rollout != null && rollout.aside() && rollout.before() != null ? rollout.before() : definition;
    }

    /** What an instance runs: on the old side of a change the definition before it. */
    public AppDefinition definitionOf(Instance instance) {
        return definitionOf(instance, definition, rollout, warm);
    }

    static AppDefinition definitionOf(
            Instance instance, AppDefinition newest, @Nullable Rollout rollout, @Nullable Warm warm) {
        boolean kept = instance.wanted() && instance.replace() && instance.aside();
        if (warm != null && kept) {
            return warm.definition();
        }
        var before = rollout != null && instance.generation() <= rollout.from() ? rollout.before() : null;
        return before == null ? newest : before;
    }

    /** The same with these instances. */
    public AppState with(List<Instance> others) {
        return new AppState(
                definition, wanted, deleted, target, generation, freshProcesses, rollout, warm, lastFailure, others);
    }
}
