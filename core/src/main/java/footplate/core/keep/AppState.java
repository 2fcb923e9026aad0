package footplate.core.keep;

import footplate.core.config.AppDefinition;
import footplate.core.supervise.Instance;
import footplate.core.supervise.StartFailure;
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
        @Nullable StartFailure lastFailure,
        List<Instance> instances) {
    public AppState {
        instances = List.copyOf(instances);
    }

    /**
     * A change on its way.
     *
     * @param generation what it leads to
     * @param before the definition to go back to if it fails; null if it stays the same
     * @param from the last generation that was there before it; less than {@code generation}
     */
    public record Rollout(int generation, @Nullable AppDefinition before, int from) {}
}
