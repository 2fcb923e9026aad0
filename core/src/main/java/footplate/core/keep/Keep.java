package footplate.core.keep;

import footplate.core.config.AppDefinition;
import footplate.core.config.Settings;
import footplate.core.happen.Happening;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.supervise.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Keeper's one rule: {@code State × Event × time → State', [Effect]}. Each event is noted first; then every app's
 * desired and observed state are compared ({@link Settling}), so that a lost effect is found by whatever happens next.
 */
public final class Keep {
    private Keep() {}

    /**
     * One step.
     *
     * @param now not before that of the step before
     */
    public static Step step(State before, Event event, Instant now) {
        return new Turn(before, now).take(event);
    }

    /**
     * Takes over what an earlier daemon left: its definitions, and those of its processes that still run.
     *
     * @param found what was written down, with only those instances whose processes still run
     */
    public static Step restore(State found, Instant now) {
        return new Turn(State.EMPTY, now).restore(found);
    }

    /** One step under way: the parts of the state as they change. */
    private static final class Turn {
        private final State before;
        private final Instant now;
        private final Map<AppName, AppDraft> apps = new TreeMap<>();
        private final List<Effect> effects = new ArrayList<>();
        private final Numbers numbers;
        private boolean leaving;
        private Settings settings;
        private @Nullable Configured configured;
        private boolean restored;

        Turn(State before, Instant now) {
            this.before = before;
            this.now = now;
            this.numbers = new Numbers(before.nextInstance(), before.nextRun());
            this.leaving = before.leaving();
            this.settings = before.settings();
            this.configured = before.configured();
            before.apps().forEach((name, app) -> apps.put(name, new AppDraft(app)));
        }

        Step take(Event event) {
            note(event);
            return end();
        }

        Step restore(State found) {
            restored = true;
            settings = found.settings();
            configured = found.configured();
            numbers.startAt(found.nextInstance(), found.nextRun());
            found.apps().forEach((name, app) -> {
                var draft = new AppDraft(app);
                draft.adopt(changing(draft), now, effects::add);
                apps.put(name, draft);
            });
            return end();
        }

        private void note(Event event) {
            switch (event) {
                case Event.Define(var definition) -> define(definition);
                case Event.Deploy deploy -> deploy(deploy);
                case Event.Promote(var name) -> app(name, app -> changing(app).promote());
                case Event.Abort(var name, var why) ->
                    app(name, app -> changing(app).abort(why));
                case Event.Pause(var name) -> app(name, app -> changing(app).pause(""));
                case Event.Resume(var name) -> app(name, app -> changing(app).resume());
                case Event.TakeBack(var name, var why) ->
                    app(name, app -> changing(app).takeBack(why));
                case Event.Checked checked ->
                    app(checked.app(), app -> changing(app).checked(checked));
                case Event.Restart restart ->
                    app(restart.app(), app -> app.restart(restart.why(), changing(app), effects::add));
                case Event.RestartInstance(var id) -> owner(id, app -> app.restartInstance(id, changing(app)));
                case Event.Replace(var run, var why) ->
                    runner(run, app -> app.replace(run, why, changing(app), effects::add));
                case Event.Stop(var name) -> app(name, app -> app.stop(effects::add));
                case Event.StopInstance(var id) -> owner(id, app -> app.stopInstance(id, effects::add));
                case Event.Delete(var name) -> app(name, AppDraft::delete);
                case Event.Scale scale -> app(scale.app(), app -> app.scale(scale.min(), scale.max(), changing(app)));
                case Event.Set(var setting, var value) ->
                    settings = value == null ? settings.without(setting) : settings.with(setting, value);
                case Event.Configure configure -> configure(configure);
                case Event.Found found -> {
                    if (configured != null) {
                        configured = configured.found(found.upstream(), found.server(), found.what(), found.places());
                    }
                }
                case Event.FreshProcesses fresh ->
                    app(fresh.app(), app -> app.freshProcesses(fresh.on(), effects::add));
                case Event.Spawned spawned -> runner(spawned.run(), app -> app.spawned(spawned));
                case Event.Ready ready -> runner(ready.run(), app -> app.ready(ready, now, effects::add));
                case Event.Exited exited ->
                    runner(exited.run(), app -> app.exited(exited, changing(app), now, effects::add));
                case Event.PartKilled(var run, long cap) -> runner(run, app -> partKilled(app, run, cap));
                case Event.Drained(var run) -> runner(run, app -> app.drained(run, now, effects::add));
                case Event.Busy(var name) -> app(name, app -> app.grow(now, effects::add));
                case Event.Observed(var uses) -> {
                    for (var use : uses) {
                        app(use.app(), app -> app.observe(use, now, effects::add));
                    }
                }
                case Event.Wake _ -> {}
                case Event.Leave _ -> leaving = true;
            }
        }

        private void partKilled(AppDraft app, RunId run, long cap) {
            for (var instance : app.instances) {
                if (instance.runs(run)) {
                    effects.add(AppDraft.tell(new Happening.PartKilled(app.definition.name(), instance.id(), cap)));
                }
            }
        }

        private void define(AppDefinition definition) {
            var app = known(definition);
            app.redefine(definition, changing(app));
        }

        private void configure(Event.Configure next) {
            var file = next.configured();
            configured = file == null ? null : file.after(configured);
            settings = next.settings();
            next.gone().forEach(name -> app(name, AppDraft::delete));
            next.apps().forEach(this::define);
        }

        private void deploy(Event.Deploy deploy) {
            var app = known(deploy.definition());
            changing(app).deploy(deploy.definition(), settings, deploy.atOnce());
        }

        private AppDraft known(AppDefinition definition) {
            return apps.computeIfAbsent(definition.name(), _ -> new AppDraft(definition));
        }

        private Changing changing(AppDraft app) {
            return new Changing(app, now, effects::add);
        }

        private void app(AppName name, Consumer<AppDraft> deed) {
            var app = apps.get(name);
            if (app != null) {
                deed.accept(app);
            }
        }

        private void owner(InstanceId id, Consumer<AppDraft> deed) {
            for (var app : apps.values()) {
                if (app.instances.stream().anyMatch(i -> i.id().equals(id) && i.wanted())) {
                    deed.accept(app);
                    return;
                }
            }
        }

        /** News of a run that no instance has is old news. */
        private void runner(RunId run, Consumer<AppDraft> deed) {
            for (var app : apps.values()) {
                if (app.instances.stream().anyMatch(i -> i.runs(run))) {
                    deed.accept(app);
                    return;
                }
            }
        }

        private Step end() {
            // What leaves the table must leave it before it drains: those effects wait for the table's.
            var late = new ArrayList<Effect>();
            for (var app : apps.values()) {
                new Settling(app, leaving, now, numbers, late::add).settle();
            }
            var after = state();
            if (!settings.equals(before.settings())) {
                effects.add(new Effect.Apply(settings));
            }
            var routes = PlannedRoute.of(after);
            if (!routes.equals(PlannedRoute.of(before))
                    || configured != before.configured()
                    || (configured != null && !settings.equals(before.settings()))) {
                effects.add(new Effect.Publish(routes, configured, settings));
            }
            // On its way to the disk before the process is asked for: of what a dying daemon did not get written, the
            // next one
            // finds the processes by their marks.
            if (restored || !after.equals(before)) {
                effects.add(new Effect.Save(after));
            }
            effects.addAll(late);
            if (leaving && allGone(after) && !(before.leaving() && allGone(before))) {
                effects.add(new Effect.Left());
            }
            return new Step(after, effects);
        }

        private State state() {
            var states = new TreeMap<AppName, AppState>();
            for (var app : apps.values()) {
                if (app.deleted && app.instances.isEmpty()) {
                    continue;
                }
                states.put(app.definition.name(), app.toState());
            }
            return new State(states, numbers.nextInstance(), numbers.nextRun(), leaving, settings, configured);
        }

        private static boolean allGone(State state) {
            return state.apps().values().stream()
                    .flatMap(app -> app.instances().stream())
                    .noneMatch(instance -> instance.phase() instanceof Phase.Running);
        }
    }
}
