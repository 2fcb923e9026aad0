package footplate.testkit;

import footplate.core.config.AppDefinition;
import footplate.core.keep.AppState;
import footplate.core.keep.Event;
import footplate.core.keep.State;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a world's operators have asked for, noted without a look at what the rule makes of it. */
final class Wishes {
    private final Map<AppName, Wish> wishes = new TreeMap<>();
    private final Map<AppName, Set<AppDefinition>> everDefined = new HashMap<>();

    /** One app as its operators want it; bounds and definition are those of the last call that named them. */
    static final class Wish {
        AppDefinition definition;
        boolean wanted = true;

        /** The generation that is to be told as settled or not; 0 if none is. */
        int pending;

        Wish(AppDefinition definition) {
            this.definition = definition;
        }
    }

    Map<AppName, Wish> all() {
        return wishes;
    }

    @Nullable
    Wish of(AppName app) {
        return wishes.get(app);
    }

    boolean wasDefined(AppDefinition definition) {
        return everDefined.getOrDefault(definition.name(), Set.of()).stream()
                .anyMatch(d -> d.launch().equals(definition.launch()));
    }

    void note(Event event, State before, State after) {
        switch (event) {
            case Event.Define(var definition) -> define(definition, after);
            case Event.Configure(var _, var apps, var gone, var _) -> {
                gone.forEach(wishes::remove);
                apps.forEach(app -> define(app, after));
            }
            case Event.Deploy(var definition, var _) -> deploy(definition, before, after);
            case Event.TakeBack(var app, var _) -> takeBack(app, before, after);
            case Event.Restart(var app, var _) -> {
                var wish = wishes.get(app);
                if (wish != null && !isDeploying(before, app)) {
                    wish.wanted = true;
                    changing(app, after);
                }
            }
            case Event.Stop(var app) -> stop(app, before, after);
            case Event.Delete(var app) -> wishes.remove(app);
            case Event.Scale(var app, int min, int max) -> {
                var wish = wishes.get(app);
                if (wish != null) {
                    wish.definition = wish.definition.sized(min, max);
                    if (wish.wanted && !isDeploying(before, app) && !endsTakingBack(app, before, after)) {
                        changing(app, after);
                    }
                }
            }
            case Event.RestartInstance(var id) -> {
                var owner = owner(before, id);
                if (owner != null && !isDeploying(before, owner.definition().name())) {
                    changing(owner.definition().name(), after);
                }
            }
            case Event.Replace(var run, var _) -> {
                var name = replaced(before, run);
                if (name != null && !isDeploying(before, name)) {
                    changing(name, after);
                }
            }
            case Event.StopInstance(var id) -> {
                var owner = owner(before, id);
                boolean aside =
                        owner != null && owner.instances().stream().anyMatch(i -> i.id().equals(id) && i.aside());
                if (owner != null && !aside) {
                    oneLess(owner.definition().name(), before, after);
                }
            }
            case Event.Set _,
                    Event.FreshProcesses _,
                    Event.Spawned _,
                    Event.Ready _,
                    Event.Exited _,
                    Event.PartKilled _,
                    Event.Drained _,
                    Event.Busy _,
                    Event.Observed _,
                    Event.Wake _,
                    Event.Promote _,
                    Event.Abort _,
                    Event.Pause _,
                    Event.Resume _,
                    Event.Checked _,
                    Event.Found _,
                    Event.Leave _ -> {}
        }
    }

    private void define(AppDefinition definition, State after) {
        wishes.put(definition.name(), new Wish(definition));
        everDefined.computeIfAbsent(definition.name(), _ -> new HashSet<>()).add(definition);
        changing(definition.name(), after);
    }

    /** A deploy does not cut in on another one. */
    private void deploy(AppDefinition definition, State before, State after) {
        if (isDeploying(before, definition.name())) {
            return;
        }
        wishes.put(definition.name(), new Wish(definition));
        everDefined.computeIfAbsent(definition.name(), _ -> new HashSet<>()).add(definition);
        changing(definition.name(), after);
    }

    /** Of old processes that are kept, and no change under way, there is a change back. */
    private void takeBack(AppName name, State before, State after) {
        var app = before.apps().get(name);
        var wish = wishes.get(name);
        if (app != null && wish != null && app.rollout() == null && app.warm() != null) {
            wish.definition = app.warm().definition();
            changing(name, after);
        }
    }

    static boolean isDeploying(State state, AppName name) {
        var app = state.apps().get(name);
        return app != null && app.rollout() != null && app.rollout().plan().deploy();
    }

    private void stopped(AppName app) {
        var wish = wishes.get(app);
        if (wish != null) {
            wish.wanted = false;
            wish.pending = 0;
        }
    }

    /** What is being deployed when its app is stopped has not come to serve. */
    private void stop(AppName app, State before, State after) {
        stopped(app);
        var wish = wishes.get(app);
        var left = after.apps().get(app);
        if (wish != null && left != null && isDeploying(before, app)) {
            wish.definition = left.definition();
        }
    }

    private void oneLess(AppName app, State before, State after) {
        var wish = wishes.get(app);
        if (wish == null) {
            return;
        }
        var pool = wish.definition.pool();
        if (pool.max() == 1) {
            stop(app, before, after);
        } else {
            wish.definition = wish.definition.sized(Math.max(0, pool.min() - 1), pool.max() - 1);
        }
    }

    /** Fewer processes may be as many as have come up already: then what was under way is told of as ended. */
    private static boolean endsTakingBack(AppName app, State before, State after) {
        var was = before.apps().get(app);
        var is = after.apps().get(app);
        return was != null
                && was.rollout() != null
                && was.rollout().back() != null
                && is != null
                && is.rollout() == null;
    }

    private void changing(AppName app, State after) {
        var wish = wishes.get(app);
        var state = after.apps().get(app);
        if (wish != null && state != null) {
            var back = state.rollout() == null ? null : state.rollout().back();
            wish.pending = back == null ? state.generation() : back.generation();
        }
    }

    /** The app of a run that serves and is not being replaced already; null if there is none. */
    private static @Nullable AppName replaced(State state, RunId run) {
        return state.apps().values().stream()
                .filter(app ->
                        app.instances().stream().anyMatch(i -> i.runs(run) && i.wanted() && i.isUp() && !i.replace()))
                .map(app -> app.definition().name())
                .findFirst()
                .orElse(null);
    }

    private static @Nullable AppState owner(State state, InstanceId id) {
        return state.apps().values().stream()
                .filter(app -> app.instances().stream().anyMatch(i -> i.wanted() && i.id().equals(id)))
                .findFirst()
                .orElse(null);
    }

    /** After a daemon died in the middle of a step, or with a save that failed, only what was saved is still asked for. */
    void startAgainFrom(State found) {
        wishes.clear();
        for (var app : found.apps().values()) {
            if (!app.deleted()) {
                var wish = new Wish(app.definition());
                wish.wanted = app.wanted();
                var rollout = app.rollout();
                var back = rollout == null ? null : rollout.back();
                wish.pending = back != null ? back.generation() : rollout == null ? 0 : rollout.generation();
                wishes.put(app.definition().name(), wish);
            }
        }
    }
}
