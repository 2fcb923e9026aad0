package footplate.core.keep;

import footplate.core.config.AppDefinition;
import footplate.core.config.Settings;
import footplate.core.deploy.Rollout;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.route.Availability;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One app's line of the routing table, as a value: the shell joins it with the counters of the data plane.
 *
 * @param definition the app
 * @param targets its ready processes, the one started first before the others
 * @param availability whether requests can be answered
 * @param canGrow whether another process may be started
 * @param http how its requests are served: the server's settings, with the app's own in place of them
 * @param beside a new release before its switch; null if there is none
 * @param counted which stretch of a change the outcomes of requests are counted for; null if they are not
 */
public record PlannedRoute(
        AppDefinition definition,
        List<PlannedTarget> targets,
        Availability availability,
        boolean canGrow,
        Settings http,
        @Nullable Beside beside,
        @Nullable Counted counted) {
    public PlannedRoute {
        targets = List.copyOf(targets);
    }

    /**
     * One ready process.
     *
     * @param fresh whether it is of the new side of a change
     */
    public record PlannedTarget(
            RunId run, InstanceId instance, int pid, String address, boolean singleUse, boolean fresh) {}

    /**
     * A new release whose processes do not serve the app's requests, or only a share of them.
     *
     * @param permille the share, in thousandths
     */
    public record Beside(AppDefinition definition, List<PlannedTarget> targets, int permille, Settings http) {
        public Beside {
            targets = List.copyOf(targets);
        }
    }

    /**
     * A stretch of a change.
     *
     * @param stretch {@link footplate.core.deploy.Rollout#stretch}
     */
    public record Counted(int generation, int stretch) {}

    /** The routes of every app that is not being deleted. */
    static List<PlannedRoute> of(State state) {
        var routes = new ArrayList<PlannedRoute>();
        for (var app : state.apps().values()) {
            if (!app.deleted()) {
                routes.add(of(app, state));
            }
        }
        return routes;
    }

    private static PlannedRoute of(AppState app, State state) {
        boolean runs = app.wanted() && !state.leaving();
        var rollout = app.rollout();
        var definition = app.serving();
        return new PlannedRoute(
                definition,
                targets(app, i -> !i.aside()),
                availability(app, runs),
                runs && app.target() < app.definition().pool().max(),
                state.settings().with(definition.settings()),
                rollout != null && rollout.aside() ? beside(app, rollout, state) : null,
                rollout != null && rollout.plan().deploy()
                        ? new Counted(rollout.generation(), rollout.stretch())
                        : null);
    }

    private static Beside beside(AppState app, Rollout rollout, State state) {
        return new Beside(
                app.definition(),
                targets(app, i -> i.aside() && !i.replace()),
                rollout.permille(),
                state.settings().with(app.definition().settings()));
    }

    private static List<PlannedTarget> targets(AppState app, Predicate<Instance> which) {
        var targets = new ArrayList<PlannedTarget>();
        for (var instance : app.instances()) {
            if (instance.wanted() && which.test(instance) && instance.phase() instanceof Phase.Up up) {
                targets.add(new PlannedTarget(
                        up.run(),
                        instance.id(),
                        up.process().pid(),
                        up.address(),
                        instance.singleUse(),
                        !instance.replace()));
            }
        }
        targets.sort(Comparator.comparing(PlannedTarget::run));
        return targets;
    }

    private static Availability availability(AppState app, boolean runs) {
        if (!runs) {
            return new Availability.Stopped();
        }
        var failure = app.lastFailure();
        var serving =
                app.instances().stream().filter(i -> i.wanted() && !i.aside()).toList();
        boolean hopeless = !serving.isEmpty() && serving.stream().allMatch(Instance::isFailed);
        return hopeless && failure != null ? new Availability.Failed(failure) : new Availability.Serving();
    }
}
