package footplate.testkit;

import footplate.core.deploy.Strategy;
import footplate.core.happen.Happening;
import footplate.core.keep.AppState;
import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.keep.PlannedRoute;
import footplate.core.keep.State;
import footplate.core.keep.Step;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.supervise.Phase;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must hold after every step, whatever happened before. Each violation names the promise that it breaks:
 *
 * <ol>
 *   <li>traffic: the table holds ready processes only;
 *   <li>capacity: it falls only by crashes and by what operators ask for;
 *   <li>starts: nothing is started that nobody wants, one at a time, and no more than the pool and one beside it;
 *   <li>order: table before drain, saved before started;
 *   <li>numbers: every place has the lowest index that is free;
 *   <li>tidings: each change is told as settled or not, once.
 * </ol>
 */
final class Promises {
    private final World world;
    private final Wishes wishes;
    private final Set<InstanceId> givenUp = new HashSet<>();

    Promises(World world, Wishes wishes) {
        this.world = world;
        this.wishes = wishes;
    }

    void check(State before, @Nullable Event event, Step step) {
        var after = step.state();
        traffic(after, step.effects());
        for (var app : after.apps().values()) {
            var was = before.apps().get(app.definition().name());
            if (was != null && event != null) {
                capacity(was, app, event, after.leaving());
            }
            poolSize(app, after.leaving());
            numbers(was, app, event != null);
        }
        starts(after, step.effects());
        order(before, after, step.effects());
        tidings(before, after, step.effects());
        if (event instanceof Event.Wake && after.equals(before) && isDue(after)) {
            throw broken("clock", "a wake changed nothing and is due again at once");
        }
    }

    boolean wasGivenUp(InstanceId instance) {
        return givenUp.contains(instance);
    }

    // 1.
    private void traffic(State after, List<Effect> effects) {
        for (var effect : effects) {
            if (!(effect instanceof Effect.Publish(var routes, var _, var _))) {
                continue;
            }
            for (var route : routes) {
                var app = after.apps().get(route.definition().name());
                if (app == null) {
                    throw broken("traffic", "a route of " + route.definition().name() + ", which is forgotten");
                }
                if (!route.targets().stream()
                        .map(t -> t.run())
                        .sorted()
                        .toList()
                        .equals(runs(route))) {
                    throw broken("traffic", "targets are not in the order of their start: " + runs(route));
                }
                if (route.beside() != null && !Set.copyOf(besideOf(route)).equals(Set.copyOf(upBeside(app)))) {
                    throw broken(
                            "traffic",
                            "a new release has " + besideOf(route) + ", and " + upBeside(app) + " are ready");
                }
                if (!Set.copyOf(runs(route)).equals(Set.copyOf(up(app)))) {
                    throw broken("traffic", "the table has " + runs(route) + " where " + up(app) + " are ready");
                }
            }
        }
    }

    private static List<RunId> runs(PlannedRoute route) {
        return route.targets().stream().map(PlannedRoute.PlannedTarget::run).toList();
    }

    private static List<RunId> besideOf(PlannedRoute route) {
        var beside = route.beside();
        return beside == null
                ? List.of()
                : beside.targets().stream().map(PlannedRoute.PlannedTarget::run).toList();
    }

    private static List<RunId> upBeside(AppState app) {
        return app.instances().stream()
                .filter(i -> i.wanted() && i.isUp() && i.aside() && !i.replace())
                .map(i -> i.phase().runOrNull())
                .toList();
    }

    private static List<RunId> up(AppState app) {
        return app.instances().stream()
                .filter(i -> i.wanted() && i.isUp() && !i.aside())
                .map(i -> i.phase().runOrNull())
                .toList();
    }

    // 2.
    private void capacity(AppState was, AppState app, Event event, boolean leaving) {
        if (leaving || !app.wanted() || app.freshProcesses() || was.freshProcesses()) {
            return;
        }
        int ready = up(app).size();
        int readyBefore = up(was).size();
        boolean crash = event instanceof Event.Exited(var run, var _, var _) && up(was).contains(run);
        boolean oneLess = event instanceof Event.StopInstance(var id)
                && was.instances().stream().anyMatch(i -> i.wanted() && i.id().equals(id));
        int givenUpBefore = (int) app.instances().stream()
                .filter(i -> i.wanted() && i.isFailed() && app.rollout() != null)
                .count();
        boolean replaced = event instanceof Event.Replace
                && app.rollout() != null
                && app.rollout().plan().deploy();
        int promised = Math.min(
                app.target() - givenUpBefore - unavailable(app), readyBefore - (crash || oneLess || replaced ? 1 : 0));
        if (ready < promised) {
            throw broken(
                    "capacity",
                    "%s falls from %d to %d ready processes at a target of %d"
                            .formatted(app.definition().name(), readyBefore, ready, app.target()));
        }
        if (app.target() < app.definition().pool().min()) {
            throw broken(
                    "capacity",
                    "%s has a target below its minimum"
                            .formatted(app.definition().name()));
        }
        if (event instanceof Event.Observed observed && ready < readyBefore && was.rollout() == null) {
            longestIdleFirst(was, app, observed);
        }
    }

    /** How many processes fewer than its target an app may have, by the strategy of the change under way. */
    private static int unavailable(AppState app) {
        var rollout = app.rollout();
        return switch (rollout == null ? null : rollout.plan().strategy()) {
            case Strategy.Rolling(var _, var unavailable) -> unavailable.downOf(app.target());
            case Strategy.Recreate _ -> app.target();
            case Strategy.BlueGreen _, Strategy.Canary _ -> 0;
            case null -> 0;
        };
    }

    private void longestIdleFirst(AppState was, AppState app, Event.Observed observed) {
        var name = app.definition().name();
        var gone = new HashSet<>(up(was));
        up(app).forEach(gone::remove);
        for (var use : observed.apps()) {
            if (!use.app().equals(name)) {
                continue;
            }
            var longest = use.runs().stream()
                    .filter(r -> up(was).contains(r.run()) && r.underWay() == 0)
                    .map(Event.RunUse::idleFor)
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
            for (var run : use.runs()) {
                boolean tooEarly =
                        run.idleFor().compareTo(app.definition().pool().idleTimeout()) < 0;
                if (gone.contains(run.run()) && (tooEarly || run.idleFor().compareTo(longest) < 0)) {
                    throw broken("capacity", "run " + run.run() + " shrinks away, and is not the one idle longest");
                }
            }
        }
    }

    // 3.
    private void starts(State after, List<Effect> effects) {
        for (var effect : effects) {
            if (!(effect instanceof Effect.Start start)) {
                continue;
            }
            var app = after.apps().get(start.definition().name());
            if (app == null || !app.wanted() || app.deleted() || after.leaving()) {
                throw broken("starts", start.definition().name() + " is not wanted, and is started");
            }
            var place = app.instances().stream()
                    .filter(i -> i.runs(start.run()))
                    .findFirst()
                    .orElse(null);
            if (place == null
                    || !place.wanted()
                    || !(place.phase() instanceof Phase.Starting)
                    || place.index() != start.index()) {
                throw broken("starts", "run " + start.run() + " is started for no place that wants it");
            }
            if (!start.definition().equals(app.definitionOf(place))) {
                throw broken("starts", start.definition().name() + " is started by a definition not in force");
            }
        }
    }

    private void poolSize(AppState app, boolean leaving) {
        var name = app.definition().name();
        long starting = app.instances().stream()
                .filter(i -> i.phase() instanceof Phase.Starting)
                .count();
        if (starting > 1) {
            throw broken("starts", name + " has " + starting + " starts at a time");
        }
        long places = app.instances().stream()
                .filter(i -> i.wanted() && !(i.replace() && i.aside()))
                .count();
        if (!app.wanted() || leaving) {
            if (places > 0) {
                throw broken("starts", name + " is not wanted, and has " + places + " wanted places");
            }
            return;
        }
        boolean replacing = app.instances().stream().anyMatch(i -> i.wanted() && i.replace() && !i.aside());
        boolean changing =
                replacing || (app.rollout() != null && app.rollout().plan().deploy());
        if (changing ? places > app.target() + surge(app) : places != app.target()) {
            throw broken("starts", name + " has " + places + " places at a target of " + app.target());
        }
        if (app.target() > app.definition().pool().max()) {
            throw broken("starts", name + " has a target above its maximum");
        }
    }

    private static int surge(AppState app) {
        var rollout = app.rollout();
        return switch (rollout == null ? null : rollout.plan().strategy()) {
            case Strategy.Rolling(var surge, var _) -> Math.max(1, surge.upOf(app.target()));
            case Strategy.Recreate _ -> 0;
            case Strategy.BlueGreen _, Strategy.Canary _ -> Math.max(1, app.target());
            case null -> 1;
        };
    }

    // 4.
    private void order(State before, State after, List<Effect> effects) {
        boolean published = effects.stream().noneMatch(Effect.Publish.class::isInstance);
        boolean saved = after.equals(before);
        for (var effect : effects) {
            switch (effect) {
                case Effect.Publish _ -> published = true;
                case Effect.Save(var state) -> {
                    saved = true;
                    if (!state.equals(after)) {
                        throw broken("order", "what is saved is not what is");
                    }
                }
                case Effect.Drain(var run) -> {
                    if (!published) {
                        throw broken("order", "run " + run + " drains before it has left the table");
                    }
                }
                case Effect.Start(var _, var _, var _, var run) -> {
                    if (!saved) {
                        throw broken("order", "run " + run + " is started before it is written down");
                    }
                }
                case Effect.Ask _,
                        Effect.Kill _,
                        Effect.RefuseWaiting _,
                        Effect.Tell _,
                        Effect.Apply _,
                        Effect.Check _,
                        Effect.Left _ -> {}
            }
        }
        if (!saved) {
            throw broken("order", "a change is not saved");
        }
    }

    // 5.
    private void numbers(@Nullable AppState was, AppState app, boolean stepped) {
        var used = new HashMap<Boolean, Set<Integer>>();
        var places = new HashSet<String>();
        for (var instance : app.instances()) {
            // Each side has numbers of its own: a new process takes over an old one's.
            used.computeIfAbsent(instance.replace(), _ -> new HashSet<>()).add(instance.index());
            // After a change that failed half-way an old process and a new one may have the same number.
            if (instance.wanted()
                    && !instance.replace()
                    && !places.add(instance.generation() + "/" + instance.index())) {
                throw broken("numbers", "two places have index " + instance.index());
            }
        }
        for (var instance : app.instances()) {
            boolean isNew =
                    stepped && (was == null || was.instances().stream().noneMatch(i -> i.id().equals(instance.id())));
            for (int lower = 0; isNew && lower < instance.index(); lower++) {
                if (!used.getOrDefault(instance.replace(), Set.of()).contains(lower)) {
                    throw broken(
                            "numbers", "a new place has index " + instance.index() + " while " + lower + " is free");
                }
            }
        }
    }

    // 6.
    private void tidings(State before, State after, List<Effect> effects) {
        for (var effect : effects) {
            if (!(effect instanceof Effect.Tell(var happening))) {
                continue;
            }
            switch (happening) {
                case Happening.Settled(var app, int generation, int _) -> told(app, generation);
                case Happening.NotSettled(var app, int generation, var _, var _, boolean _) -> {
                    told(app, generation);
                    oldServe(before.apps().get(app), after.apps().get(app));
                }
                case Happening.RollbackBegins(var app, int _, var _) ->
                    definedAs(after.apps().get(app));
                case Happening.RolledBack(var app, int generation, int _, var _) -> told(app, generation);
                case Happening.GivenUp(var _, var instance, int _) -> givenUp.add(instance);
                default -> {}
            }
        }
    }

    /** A release that had taken over is taken back: what was there before is asked for again. */
    private void definedAs(@Nullable AppState app) {
        var wish = app == null ? null : wishes.of(app.definition().name());
        if (app == null || wish == null) {
            return;
        }
        if (!wishes.wasDefined(app.definition())) {
            throw broken("tidings", "a release is taken back, and what takes over was never asked for");
        }
        wish.definition = app.definition();
    }

    private void told(AppName app, int generation) {
        var wish = wishes.of(app);
        if (wish == null || wish.pending != generation) {
            throw broken("tidings", app + " tells about change " + generation + ", which nobody waits for");
        }
        wish.pending = 0;
    }

    private void oldServe(@Nullable AppState was, @Nullable AppState app) {
        var wish = app == null ? null : wishes.of(app.definition().name());
        if (was == null || app == null || wish == null) {
            return;
        }
        for (var old : was.instances()) {
            if (!old.wanted() || !old.replace() || !old.isUp()) {
                continue;
            }
            var now = app.instances().stream()
                    .filter(i -> i.id().equals(old.id()))
                    .findFirst()
                    .orElse(null);
            if ((now == null || !now.wanted() || !now.isUp()) && up(app).size() < app.target()) {
                throw broken("tidings", "a change failed, and took instance " + old.id() + " along");
            }
        }
        var rollout = was.rollout();
        if (rollout != null && rollout.before() != null) {
            if (!rollout.before().equals(app.definition()) || !wishes.wasDefined(app.definition())) {
                throw broken("tidings", "a new definition failed, and the old one is not back");
            }
            wish.definition = app.definition();
        }
    }

    private boolean isDue(State state) {
        return state.wakeAt().map(at -> !at.isAfter(world.instant())).orElse(false);
    }

    private AssertionError broken(String promise, String how) {
        return world.broken(promise + ": " + how);
    }
}
