package footplate.core.keep;

import footplate.core.config.Settings;
import footplate.core.name.AppName;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Phase;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything the Keeper knows. It changes by {@link Keep#step} only.
 *
 * @param apps every app, by name
 * @param nextInstance the next instance's number
 * @param nextRun the next run's number
 * @param leaving the daemon is on its way out
 * @param settings what was chosen for the server, and for every app that chose nothing else
 * @param configured the configuration file in force; null if none is
 */
public record State(
        Map<AppName, AppState> apps,
        int nextInstance,
        long nextRun,
        boolean leaving,
        Settings settings,
        @Nullable Configured configured) {
    public static final State EMPTY = new State(Map.of(), 0, 1, false, Settings.standard());

    /** One without a configuration file. */
    public State(Map<AppName, AppState> apps, int nextInstance, long nextRun, boolean leaving, Settings settings) {
        this(apps, nextInstance, nextRun, leaving, settings, null);
    }

    public State {
        apps = Collections.unmodifiableMap(new TreeMap<>(apps));
    }

    /** The same with other settings. */
    public State with(Settings other) {
        return new State(apps, nextInstance, nextRun, leaving, other, configured);
    }

    /** When something is due by the clock alone; empty if nothing is. */
    public Optional<Instant> wakeAt() {
        Instant first = Instant.MAX;
        for (var app : apps.values()) {
            boolean starting = app.instances().stream().anyMatch(i -> i.phase() instanceof Phase.Starting);
            for (var instance : app.instances()) {
                first = earlier(first, due(instance, starting));
            }
            if (app.rollout() != null && !leaving) {
                first = earlier(first, app.rollout().wakeAt());
            }
            if (app.warm() != null && !leaving) {
                first = earlier(first, app.warm().until());
            }
        }
        return first.equals(Instant.MAX) ? Optional.empty() : Optional.of(first);
    }

    private static Instant earlier(Instant one, @Nullable Instant other) {
        return other != null && other.isBefore(one) ? other : one;
    }

    private static Instant due(Instance instance, boolean starting) {
        return switch (instance.phase()) {
            case Phase.Waiting waiting -> starting ? Instant.MAX : waiting.until();
            case Phase.Starting phase -> phase.deadline();
            case Phase.Draining phase -> phase.deadline();
            case Phase.Stopping phase -> phase.killAt();
            case Phase.Up _, Phase.Failed _ -> Instant.MAX;
        };
    }
}
