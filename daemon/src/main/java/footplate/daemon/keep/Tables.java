package footplate.daemon.keep;

import footplate.core.keep.Event;
import footplate.core.keep.PlannedRoute;
import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.pool.Load;
import footplate.core.route.AppRoute;
import footplate.core.route.Gate;
import footplate.core.route.LiveTable;
import footplate.core.route.PoolSignals;
import footplate.core.route.RoutingTable;
import footplate.core.route.Target;
import footplate.core.supervise.StartFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Joins the Keeper's planned routes with what outlives them: each app's gate, each run's load. Written by the Keeper's
 * thread; anybody may read.
 */
public final class Tables {
    private final LiveTable live;
    private final PoolSignals signals;
    private final Map<AppName, Gate> gates = new ConcurrentHashMap<>();
    private final Map<RunId, Target> targets = new ConcurrentHashMap<>();

    public Tables(LiveTable live, PoolSignals signals) {
        this.live = live;
        this.signals = signals;
    }

    /** Puts the planned routes in force. */
    public void publish(List<PlannedRoute> planned) {
        long now = System.nanoTime();
        var routes = new ArrayList<AppRoute>();
        for (var plan : planned) {
            routes.add(route(plan, now));
        }
        live.publish(new RoutingTable(routes), now);
        closeOthers(planned);
        gates.keySet()
                .removeIf(app ->
                        planned.stream().noneMatch(p -> p.definition().name().equals(app)));
    }

    private AppRoute route(PlannedRoute plan, long now) {
        var app = plan.definition();
        var ready = new ArrayList<Target>();
        for (var target : plan.targets()) {
            ready.add(targets.computeIfAbsent(
                    target.run(),
                    run -> new Target(
                            run,
                            target.instance(),
                            target.pid(),
                            target.address(),
                            new Load(app.pool().concurrency(), target.singleUse(), now))));
        }
        return new AppRoute(
                app.name(),
                app.entry(),
                ready,
                plan.availability(),
                gates.computeIfAbsent(app.name(), name -> new Gate(name, signals, now)),
                new AppRoute.Terms(
                        app.pool().concurrency() == 0,
                        plan.canGrow(),
                        app.pool().maxQueue(),
                        app.pool().queueTimeout(),
                        app.development(),
                        app.publicDirectory(),
                        plan.http()));
    }

    /** A process that left the table takes no further request, whatever table a request has read: it may have crashed. */
    private void closeOthers(List<PlannedRoute> planned) {
        var ready = new HashSet<RunId>();
        for (var plan : planned) {
            for (var target : plan.targets()) {
                ready.add(target.run());
            }
        }
        for (var target : targets.values()) {
            if (!ready.contains(target.run())) {
                target.load().close();
            }
        }
    }

    /** Closes a run's load; the signal that it is drained comes at once if it has nothing in hand. */
    public void drain(RunId run) {
        var target = targets.get(run);
        if (target == null || target.load().close()) {
            signals.drained(run);
        }
    }

    /** Answers everyone in the app's queue with the failure. */
    public void refuseWaiting(AppName app, StartFailure failure) {
        var gate = gates.get(app);
        if (gate != null) {
            gate.refuseAll(failure);
        }
    }

    public void forget(RunId run) {
        targets.remove(run);
    }

    /** What each app has in hand. */
    public List<Event.AppUse> observe() {
        long now = System.nanoTime();
        var uses = new ArrayList<Event.AppUse>();
        for (var route : live.current().apps().values()) {
            var runs = new ArrayList<Event.RunUse>();
            for (var target : route.targets()) {
                runs.add(new Event.RunUse(
                        target.run(),
                        target.load().underWay(),
                        Duration.ofNanos(now - target.load().lastUsedNanos())));
            }
            uses.add(new Event.AppUse(route.app(), route.gate().queued(), runs));
        }
        return uses;
    }

    /** The counters of a run; empty if it was never ready. */
    public Optional<Load> load(RunId run) {
        return Optional.ofNullable(targets.get(run)).map(Target::load);
    }

    /** How many requests wait for {@code app}. */
    public int queued(AppName app) {
        var gate = gates.get(app);
        return gate == null ? 0 : gate.queued();
    }
}
