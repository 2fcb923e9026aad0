package footplate.daemon.keep;

import footplate.core.config.HealthCheck;
import footplate.core.config.Launch;
import footplate.core.health.Condition;
import footplate.core.health.Observation;
import footplate.core.keep.Event;
import footplate.daemon.health.Checks;
import footplate.daemon.health.Probe;
import footplate.daemon.health.SocketProbe;
import footplate.daemon.os.Marker;
import footplate.daemon.os.ProcessTree;
import footplate.daemon.os.Processes;
import footplate.daemon.runtime.LaunchPlan;
import footplate.daemon.runtime.Place;
import footplate.daemon.runtime.Planned;
import footplate.daemon.runtime.RunToken;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Has the health of runs checked as their settings say.
 *
 * @param home marks processes of this home
 * @param folder for what commands print
 * @param keeper takes events; returns at once
 */
record HealthChecks(Processes processes, Marker home, Path folder, Consumer<Event> keeper) {
    /**
     * Begins to ask a run that listens at {@code place}.
     *
     * @param ready called when it has passed for the first time; not if it serves already
     */
    Checks begin(Run run, Place place, Condition from, Runnable ready) {
        return Checks.begin(
                "health-" + run.id, run.health, probe(run, place), run.startedNanos, from, new Patient(run, ready));
    }

    /** What follows for one run. */
    private final class Patient implements Checks.Listener {
        private final Run run;
        private final Runnable ready;

        Patient(Run run, Runnable ready) {
            this.run = run;
            this.ready = ready;
        }

        @Override
        public void ready() {
            ready.run();
        }

        @Override
        public void ill(String why) {
            keeper.accept(new Event.Replace(
                    run.id,
                    "it failed its health check (%s) %d times in a row: %s"
                            .formatted(run.health.check().describe(), run.health.threshold(), why)));
        }

        @Override
        public void startFailed() {
            run.foundIll();
            stopThenKill(run);
        }

        @Override
        public void notYet(String why) {
            run.checkFailed(why);
        }
    }

    /** Ends a start that nobody has asked to end: the Keeper learns of it by the exit. */
    private void stopThenKill(Run run) {
        var child = run.child();
        if (child == null) {
            return;
        }
        var tree = ProcessTree.of(processes, run.marker, child.id());
        tree.stop(Run.signalOf(run.definition));
        var _ = child.exit()
                .copy()
                .orTimeout(run.definition.stop().killTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((exit, late) -> {
                    if (exit == null) {
                        Thread.ofVirtual().name("kill-" + run.id).start(tree::kill);
                    }
                });
    }

    private Probe probe(Run run, Place place) {
        return switch (run.health.check()) {
            case HealthCheck.Off _ -> throw new IllegalStateException("the health of run " + run.id + " is not asked");
            case HealthCheck.Tcp _ -> SocketProbe.tcp(place.address());
            case HealthCheck.Http(var target) -> SocketProbe.http(place.address(), hostOf(run), target);
            case HealthCheck.Exec(var line) -> command(run, place, line);
        };
    }

    private static String hostOf(Run run) {
        var hosts = run.definition.entry().hosts();
        return hosts.isEmpty() ? "localhost" : hosts.getFirst().toString();
    }

    /** A command in the app's own surroundings, but for what makes a Node process report as the app. */
    private Probe command(Run run, Place place, String line) {
        var app = run.definition;
        var planned = LaunchPlan.of(
                new Launch.Command(line),
                Path.of(app.root()),
                app.environment(),
                app.environmentName(),
                new LaunchPlan.Instance(
                        run.index, place, app.entry().port(), new RunToken(run.marker.token()), folder, folder));
        return switch (planned) {
            case Planned.Refused(var problem) -> _ -> new Observation.Failed(problem.where() + ": " + problem.what());
            case Planned.Ready(var plan) -> {
                var environment = new HashMap<>(plan.environment());
                run.rights().enter(environment);
                if (place instanceof Place.Socket(var path)) {
                    environment.put("FOOTPLATE_SOCKET", path);
                }
                // By this name it is swept away if we are killed meanwhile.
                yield new CommandProbe(
                        processes,
                        new LaunchPlan(plan.command(), plan.directory(), environment),
                        home,
                        folder.resolve("r" + run.id + ".s.health"),
                        run.rights());
            }
        };
    }
}
