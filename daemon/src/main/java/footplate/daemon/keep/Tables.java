package footplate.daemon.keep;

import footplate.core.balance.Server;
import footplate.core.config.AppDefinition;
import footplate.core.config.Entry;
import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.keep.PlannedRoute;
import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.pool.Load;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Gate;
import footplate.core.route.LiveTable;
import footplate.core.route.PoolSignals;
import footplate.core.route.Routing;
import footplate.core.route.RoutingTable;
import footplate.core.route.Split;
import footplate.core.route.Target;
import footplate.core.route.Upstreams;
import footplate.core.supervise.StartFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Joins the Keeper's planned routes with what outlives them: each app's gate, each run's load. Written by the Keeper's
 * thread; anybody may read.
 */
public final class Tables {
    /** Stands for those who answer where a route leads to no pool; no app has the name. */
    private static final AppName NOBODY = new AppName("routes");

    private static final Entry NOWHERE = new Entry("127.0.0.1", 0, List.of());

    private final LiveTable live;
    private final PoolSignals signals;
    private final Map<AppName, Gate> gates = new ConcurrentHashMap<>();
    private final Map<AppName, Gate> besideGates = new ConcurrentHashMap<>();
    private final Map<AppName, SideCounts> counts = new ConcurrentHashMap<>();
    private final Map<RunId, Target> targets = new ConcurrentHashMap<>();
    private final Fleets fleets;
    private final Upstreams upstreams;
    private final Gate nobody = new Gate(NOBODY, PoolSignals.NONE, 0);

    /** @param secret what cookies that name a server are signed with; the same after a restart */
    public Tables(LiveTable live, PoolSignals signals, Secret secret) {
        this.live = live;
        this.signals = signals;
        this.fleets = new Fleets(secret);
        this.upstreams = new Upstreams(PoolSignals.NONE, secret);
    }

    /** Puts the planned routes in force, with those of a configuration file. */
    public void publish(Effect.Publish table) {
        var planned = table.routes();
        var configured = table.configured();
        long now = System.nanoTime();
        var routes = new ArrayList<AppRoute>();
        var besides = new ArrayList<AppRoute>();
        var shown = new HashSet<AppName>();
        for (var plan : planned) {
            var name = plan.definition().name();
            count(plan);
            var beside = plan.beside();
            if (beside == null) {
                routes.add(route(plan, null, now));
                continue;
            }
            var own = beside(beside, now);
            besides.add(own);
            if (!beside.http().text(Setting.PREVIEW).isEmpty()) {
                shown.add(name);
            }
            routes.add(route(
                    plan,
                    beside.targets().isEmpty()
                            ? null
                            : new AppRoute.Canary(new Split(beside.permille(), beside.http()), own),
                    now));
        }
        var servers = configured == null
                ? List.<AppRoute>of()
                : upstreams.routes(configured.upstreams(), table.settings(), now);
        live.publish(
                new RoutingTable(
                        routes,
                        besides,
                        shown,
                        configured == null ? Routing.NONE : configured.routing(),
                        servers,
                        nobody(table.settings())),
                now);
        fleets.keepOnly(gates.keySet(), besideGates.keySet());
        closeOthers(planned);
        gates.keySet()
                .removeIf(app ->
                        planned.stream().noneMatch(p -> p.definition().name().equals(app)));
        besideGates
                .keySet()
                .removeIf(app -> besides.stream().noneMatch(route -> route.app().equals(app)));
    }

    /** Who answers for routes that lead to no pool. */
    private AppRoute nobody(Settings settings) {
        return new AppRoute(
                NOBODY,
                NOWHERE,
                List.of(),
                new Availability.FilesOnly(),
                nobody,
                new AppRoute.Terms(true, false, 0, Duration.ZERO, false, "", settings));
    }

    /** How many requests wait for an upstream. */
    public int waiting(AppName upstream) {
        for (var route : live.current().upstreams()) {
            if (route.app().equals(upstream)) {
                return route.gate().queued();
            }
        }
        return 0;
    }

    /** A server of an upstream, and where it is. */
    public record At(Server server, String address) {}

    /** The servers of each upstream in the table, in their order. */
    public Map<AppName, List<At>> servers() {
        var servers = new TreeMap<AppName, List<At>>();
        for (var route : live.current().upstreams()) {
            var at = new ArrayList<At>();
            var balancing = route.balancing();
            for (var target : route.targets()) {
                var server = balancing == null ? null : balancing.server(target);
                if (server != null) {
                    at.add(new At(server, target.address()));
                }
            }
            servers.put(route.app(), at);
        }
        return servers;
    }

    private void count(PlannedRoute plan) {
        var name = plan.definition().name();
        var counted = plan.counted();
        if (counted == null) {
            counts.remove(name);
        } else {
            counts.compute(name, (_, known) -> SideCounts.next(known, counted));
        }
    }

    private AppRoute route(PlannedRoute plan, AppRoute.@Nullable Canary canary, long now) {
        var app = plan.definition();
        var targets = targets(app, plan.targets(), now);
        return new AppRoute(
                app.name(),
                app.entry(),
                targets,
                plan.availability(),
                gates.computeIfAbsent(app.name(), name -> new Gate(name, signals, now)),
                terms(app, plan.canGrow(), plan.http()),
                canary,
                fleets.balancing(app.name(), false, targets, plan.http(), now));
    }

    /** The route of a new release: at its preview address, if it has one. */
    private AppRoute beside(PlannedRoute.Beside beside, long now) {
        var app = beside.definition();
        var targets = targets(app, beside.targets(), now);
        return new AppRoute(
                app.name(),
                Previews.entry(app.entry(), beside.http()),
                targets,
                // Whoever comes when its last process has just ended is for the app's own.
                beside.targets().isEmpty()
                                && beside.http().text(Setting.PREVIEW).isEmpty()
                        ? new Availability.Stopped()
                        : new Availability.Serving(),
                besideGates.computeIfAbsent(app.name(), name -> new Gate(name, signals, now)),
                terms(app, false, beside.http()),
                null,
                fleets.balancing(app.name(), true, targets, beside.http(), now));
    }

    private static AppRoute.Terms terms(AppDefinition app, boolean canGrow, Settings http) {
        return new AppRoute.Terms(
                app.pool().concurrency() == 0,
                canGrow,
                app.pool().maxQueue(),
                app.pool().queueTimeout(),
                app.development(),
                app.publicDirectory(),
                http);
    }

    private List<Target> targets(AppDefinition app, List<PlannedRoute.PlannedTarget> planned, long now) {
        var ready = new ArrayList<Target>();
        for (var target : planned) {
            var known = targets.computeIfAbsent(
                    target.run(),
                    run -> new Target(
                            run,
                            target.instance(),
                            target.pid(),
                            target.address(),
                            new Load(app.pool().concurrency(), target.singleUse(), now)));
            var counted = counts.get(app.name());
            known.load().countIn(counted == null ? null : counted.of(target.fresh()));
            if (known.load().isClosed()) {
                // It was set aside, and is back.
                known.load().reopen();
            }
            ready.add(known);
        }
        return ready;
    }

    /** A process that left the table takes no further request, whatever table a request has read: it may have crashed. */
    private void closeOthers(List<PlannedRoute> planned) {
        var ready = new HashSet<RunId>();
        for (var plan : planned) {
            for (var target : plan.targets()) {
                ready.add(target.run());
            }
            if (plan.beside() != null) {
                for (var target : plan.beside().targets()) {
                    ready.add(target.run());
                }
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
            var counted = counts.get(route.app());
            uses.add(new Event.AppUse(
                    route.app(), route.gate().queued(), runs, counted == null ? null : counted.secondOver()));
        }
        return uses;
    }

    /** How the requests of an app end on the two sides of a change; null if that is not counted. */
    public Event.@Nullable Sides sides(AppName app) {
        var counted = counts.get(app);
        return counted == null ? null : counted.sides();
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
