package footplate.testkit;

import footplate.core.config.AppDefinition;
import footplate.core.config.Settings;
import footplate.core.keep.Event;
import footplate.core.keep.PlannedRoute;
import footplate.core.measure.Counts;
import footplate.core.measure.Outcomes;
import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.pool.Load;
import footplate.core.route.AppRoute;
import footplate.core.route.Asking;
import footplate.core.route.Availability;
import footplate.core.route.Gate;
import footplate.core.route.LiveTable;
import footplate.core.route.PoolSignals;
import footplate.core.route.RoutingTable;
import footplate.core.route.Split;
import footplate.core.route.Target;
import footplate.core.supervise.StartFailure;
import footplate.testkit.Request.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data plane of a world: the real gates, loads and routing tables, and simulated requests that go through them. It
 * takes the Keeper's tables as the real one does: what leaves the table is closed, so that a request that read an older
 * table cannot reach it.
 */
final class Traffic implements PoolSignals {
    private static final int STALE_MILLIS = 10;

    private final World world;
    private final Map<AppName, Gate> gates = new HashMap<>();
    private final Map<AppName, Gate> besideGates = new HashMap<>();
    private final Map<AppName, SideCounts> counts = new HashMap<>();
    private final Map<Gate, Deque<Request>> queues = new HashMap<>();
    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    private final Set<Request> open = new LinkedHashSet<>();
    private final Map<RunId, Target> targets = new HashMap<>();
    private LiveTable table = new LiveTable();
    private long numbers;

    private record SideCounts(PlannedRoute.Counted stretch, Outcomes old, Outcomes fresh) {}

    Traffic(World world) {
        this.world = world;
    }

    // The Keeper's side.

    void publish(List<PlannedRoute> planned) {
        var routes = new ArrayList<AppRoute>();
        var besides = new ArrayList<AppRoute>();
        var present = new LinkedHashMap<RunId, Target>();
        for (var route : planned) {
            var name = route.definition().name();
            var gate = gates.computeIfAbsent(name, app -> new Gate(app, this, nanos()));
            count(route);
            var beside = route.beside();
            AppRoute.Canary canary = null;
            if (beside != null) {
                var own = besideGates.computeIfAbsent(name, app -> new Gate(app, this, nanos()));
                var places = places(beside.definition(), beside.targets(), present);
                var side = route(beside.definition(), places, new Availability.Serving(), own, false, null);
                besides.add(side);
                canary = places.isEmpty()
                        ? null
                        : new AppRoute.Canary(new Split(beside.permille(), beside.http()), side);
            }
            var places = places(route.definition(), route.targets(), present);
            routes.add(route(route.definition(), places, route.availability(), gate, route.canGrow(), canary));
        }
        table.publish(new RoutingTable(routes, besides, Set.of()), nanos());
        gates.keySet().retainAll(table.current().apps().keySet());
        besideGates.keySet().retainAll(table.current().besides().keySet());
        targets.forEach((run, target) -> {
            if (!present.containsKey(run)) {
                target.load().close();
            }
        });
        targets.putAll(present);
    }

    private void count(PlannedRoute route) {
        var name = route.definition().name();
        var stretch = route.counted();
        if (stretch == null) {
            counts.remove(name);
        } else {
            var known = counts.get(name);
            if (known == null || !known.stretch.equals(stretch)) {
                counts.put(name, new SideCounts(stretch, new Outcomes(), new Outcomes()));
            }
        }
    }

    private List<Target> places(
            AppDefinition definition, List<PlannedRoute.PlannedTarget> planned, Map<RunId, Target> present) {
        var places = new ArrayList<Target>();
        var counted = counts.get(definition.name());
        for (var target : planned) {
            var place = targets.get(target.run());
            if (place == null) {
                var load = new Load(definition.pool().concurrency(), target.singleUse(), nanos());
                place = new Target(target.run(), target.instance(), target.pid(), target.address(), load);
            } else if (place.load().isClosed()) {
                place.load().reopen();
            }
            place.load().countIn(counted == null ? null : target.fresh() ? counted.fresh : counted.old);
            places.add(place);
            present.put(target.run(), place);
        }
        return places;
    }

    private static AppRoute route(
            AppDefinition definition,
            List<Target> places,
            Availability availability,
            Gate gate,
            boolean canGrow,
            AppRoute.@Nullable Canary canary) {
        var pool = definition.pool();
        var terms = new AppRoute.Terms(
                pool.concurrency() == 0,
                canGrow,
                pool.maxQueue(),
                pool.queueTimeout(),
                definition.development(),
                definition.publicDirectory(),
                Settings.standard());
        return new AppRoute(definition.name(), definition.entry(), places, availability, gate, terms, canary, null);
    }

    /** Whether the run has nothing in hand already. */
    boolean drain(RunId run) {
        var target = targets.get(run);
        return target == null || target.load().close();
    }

    void refuse(AppName app, StartFailure failure) {
        var gate = gates.get(app);
        if (gate != null) {
            gate.refuseAll(failure);
        }
    }

    @Override
    public void busy(AppName app) {
        world.post(new Event.Busy(app));
    }

    @Override
    public void drained(RunId run) {
        world.post(new Event.Drained(run));
    }

    Event.Observed observed() {
        var uses = new ArrayList<Event.AppUse>();
        for (var route : table.current().apps().values()) {
            var runs = route.targets().stream()
                    .map(t -> new Event.RunUse(
                            t.run(),
                            t.load().underWay(),
                            Duration.ofNanos(nanos() - t.load().lastUsedNanos())))
                    .toList();
            var counted = counts.get(route.app());
            var sides = counted == null
                    ? null
                    : new Event.Sides(
                            counted.stretch.generation(),
                            counted.stretch.stretch(),
                            new Counts(counted.old.sample(), counted.fresh.sample(), List.of()));
            uses.add(new Event.AppUse(route.app(), route.gate().queued(), runs, sides));
        }
        return new Event.Observed(uses);
    }

    // The clients' side.

    /** A request comes in; the table is read now, and used a moment later. */
    void request(AppName app) {
        var request = new Request(this, numbers++);
        open.add(request);
        var route = table.current().apps().get(app);
        if (route == null) {
            end(request, Outcome.NO_SUCH_APP);
            return;
        }
        var canary = route.canary();
        boolean fresh = canary != null
                && !canary.route().targets().isEmpty()
                && canary.split()
                        .of(new Client(world.random().nextInt(Split.PLACES)))
                        .fresh();
        var side = canary != null && fresh ? canary.route() : route;
        world.after(world.random().nextInt(STALE_MILLIS), () -> admit(request, side));
    }

    /** A client that keeps no cookie, and asks for no side. */
    private record Client(int anyPlace) implements Split.Asked {
        @Override
        public @Nullable String header(String name) {
            return null;
        }

        @Override
        public @Nullable String cookie(String name) {
            return null;
        }
    }

    /** Its side is gone: the app's own processes answer, unless the app is gone, too. */
    void stopped(Request request) {
        queue(request).remove(request);
        admitElsewhere(request);
    }

    private void admitElsewhere(Request request) {
        var gate = request.gate;
        var own = gate == null ? null : table.current().apps().get(gate.app());
        if (own == null || own.gate() == gate) {
            end(request, Outcome.STOPPED);
        } else {
            admit(request, own);
        }
    }

    private void admit(Request request, AppRoute route) {
        if (request.outcome != null) {
            return;
        }
        var gate = route.gate();
        request.gate = gate;
        var target = gate.claim(route, Asking.NOTHING, nanos());
        if (target != null) {
            serve(request, target);
            return;
        }
        var queue = queues.computeIfAbsent(gate, _ -> new ArrayDeque<>());
        queue.addLast(request);
        var admission = gate.queue(request, nanos());
        switch (admission) {
            case QUEUED -> waitFor(request, gate, route.queueTimeout());
            case QUEUE_FULL -> ended(request, Outcome.QUEUE_FULL);
            case STOPPED -> stopped(request);
            case FAILED -> ended(request, Outcome.START_FAILED);
        }
    }

    private void waitFor(Request request, Gate gate, Duration timeout) {
        boolean impatient = world.random().nextInt(50) == 0;
        long patience = impatient ? world.random().nextInt(500) : timeout.toMillis();
        world.after(patience, () -> {
            if (request.outcome == null && request.target == null && gate.leave(request)) {
                ended(request, impatient ? Outcome.CLIENT_LEFT : Outcome.WAITED_TOO_LONG);
            }
        });
    }

    void granted(Request request, Target target) {
        var first = queue(request).peekFirst();
        if (first != request) {
            throw world.broken(request + " gets a place before " + first + ", which has waited longer");
        }
        queue(request).removeFirst();
        serve(request, target);
    }

    private void serve(Request request, Target target) {
        if (request.target != null || request.outcome != null) {
            throw world.broken(request + " gets a second place, or one after its end");
        }
        request.target = target;
        boolean alive = world.claimed(target);
        var process = world.processes().get(target.run());
        var counted = target.load().outcomes();
        long service = alive && process != null
                ? world.upTo(process.conduct.service())
                : world.random().nextInt(2);
        boolean error = !alive || (process != null && world.chance(process.conduct.errors()));
        world.after(service, () -> {
            if (request.outcome == null && counted != null) {
                counted.record(service * 1_000_000, error);
            }
            finish(request, alive ? Outcome.ANSWERED : Outcome.CRASHED);
        });
    }

    /** Its process is gone: what it had in hand is lost. */
    void crashed(RunId run) {
        for (var request : List.copyOf(open)) {
            if (request.target != null && request.target.run().equals(run)) {
                finish(request, Outcome.CRASHED);
            }
        }
    }

    private void finish(Request request, Outcome outcome) {
        if (request.outcome != null) {
            return; // its process, or the daemon, ended first
        }
        end(request, outcome);
        var gate = request.gate;
        var target = request.target;
        if (gate == null || target == null) {
            throw new IllegalStateException(request + " has no place to give back");
        }
        gate.release(target, nanos());
    }

    /** A queued request ends without a place. */
    void ended(Request request, Outcome outcome) {
        queue(request).remove(request);
        end(request, outcome);
    }

    private void end(Request request, Outcome outcome) {
        if (request.outcome != null) {
            throw world.broken(request + " ends a second time: " + request.outcome + ", then " + outcome);
        }
        request.outcome = outcome;
        open.remove(request);
        outcomes.merge(outcome, 1, Integer::sum);
    }

    private Deque<Request> queue(Request request) {
        var gate = request.gate;
        var queue = gate == null ? null : queues.get(gate);
        if (queue == null) {
            throw new IllegalStateException(request + " stands in no queue");
        }
        return queue;
    }

    /** Every connection ends with the daemon. */
    void daemonDied() {
        for (var request : List.copyOf(open)) {
            end(request, Outcome.DAEMON_DIED);
        }
        gates.clear();
        besideGates.clear();
        counts.clear();
        queues.clear();
        targets.clear();
        table = new LiveTable();
    }

    int open() {
        return open.size();
    }

    int queued() {
        return Stream.concat(gates.values().stream(), besideGates.values().stream())
                .mapToInt(Gate::queued)
                .sum();
    }

    int count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0);
    }

    long asked() {
        return numbers;
    }

    private long nanos() {
        return world.millis() * 1_000_000L;
    }
}
