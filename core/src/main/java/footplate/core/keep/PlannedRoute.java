package footplate.core.keep;

import footplate.core.config.AppDefinition;
import footplate.core.config.Settings;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.route.Availability;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One app's line of the routing table, as a value: the shell joins it with the counters of the data plane.
 *
 * @param definition the app
 * @param targets its ready processes, the one started first before the others
 * @param availability whether requests can be answered
 * @param canGrow whether another process may be started
 * @param http how its requests are served: the server's settings, with the app's own in place of them
 */
public record PlannedRoute(
        AppDefinition definition,
        List<PlannedTarget> targets,
        Availability availability,
        boolean canGrow,
        Settings http) {
    public PlannedRoute {
        targets = List.copyOf(targets);
    }

    /** One ready process. */
    public record PlannedTarget(RunId run, InstanceId instance, int pid, String address, boolean singleUse) {}

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
        var targets = new ArrayList<PlannedTarget>();
        for (var instance : app.instances()) {
            if (instance.wanted() && instance.phase() instanceof Phase.Up up) {
                targets.add(new PlannedTarget(
                        up.run(), instance.id(), up.process().pid(), up.address(), instance.singleUse()));
            }
        }
        targets.sort(Comparator.comparing(PlannedTarget::run));
        boolean runs = app.wanted() && !state.leaving();
        return new PlannedRoute(
                app.definition(),
                targets,
                availability(app, runs),
                runs && app.target() < app.definition().pool().max(),
                state.settings().with(app.definition().settings()));
    }

    private static Availability availability(AppState app, boolean runs) {
        if (!runs) {
            return new Availability.Stopped();
        }
        var failure = app.lastFailure();
        boolean hopeless = !app.instances().isEmpty()
                && app.instances().stream().filter(Instance::wanted).allMatch(i -> i.phase() instanceof Phase.Failed)
                && app.instances().stream().anyMatch(Instance::wanted);
        return hopeless && failure != null ? new Availability.Failed(failure) : new Availability.Serving();
    }
}
