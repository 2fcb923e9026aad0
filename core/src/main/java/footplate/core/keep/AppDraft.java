package footplate.core.keep;

import footplate.core.config.AppDefinition;
import footplate.core.deploy.Rollout;
import footplate.core.deploy.RolloutPlan;
import footplate.core.happen.Happening;
import footplate.core.measure.Counts;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.supervise.Exit;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Journey;
import footplate.core.supervise.Phase;
import footplate.core.supervise.StartFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One app's state while a step changes it: what each event means for it. Nothing here starts or stops a process. */
final class AppDraft {
    AppDefinition definition;
    boolean wanted;
    boolean deleted;
    int target;
    int generation;
    boolean freshProcesses;

    @Nullable
    Rollout rollout;

    AppState.@Nullable Warm warm;

    // How requests ended on the two sides of a change; for this step only.
    @Nullable
    Counts counts;

    @Nullable
    StartFailure lastFailure;

    List<Instance> instances;
    final boolean hadInstances;

    AppDraft(AppState state) {
        definition = state.definition();
        wanted = state.wanted();
        deleted = state.deleted();
        target = state.target();
        generation = state.generation();
        freshProcesses = state.freshProcesses();
        rollout = state.rollout();
        warm = state.warm();
        lastFailure = state.lastFailure();
        instances = new ArrayList<>(state.instances());
        hadInstances = !instances.isEmpty();
    }

    /** An app that was not known before; what its first change is, is told next. */
    AppDraft(AppDefinition definition) {
        this.definition = definition;
        this.target = definition.pool().min();
        this.instances = new ArrayList<>();
        this.hadInstances = false;
    }

    AppState toState() {
        return new AppState(
                definition, wanted, deleted, target, generation, freshProcesses, rollout, warm, lastFailure, instances);
    }

    void redefine(AppDefinition next, Changing changing) {
        var before = deleted || !anyUp() ? null : definition;
        definition = next;
        deleted = false;
        wanted = true;
        changing.begin(before, RolloutPlan.PLAIN);
        replaceAll();
        target = Math.clamp(target, least(), next.pool().max());
    }

    /** A deploy under way brings new processes anyway. */
    void restart(String why, Changing changing, Consumer<Effect> effects) {
        if (deleted || changing.isDeploying()) {
            return;
        }
        if (wanted) {
            effects.accept(tell(new Happening.RestartBegins(definition.name(), why)));
        }
        wanted = true;
        changing.begin(null, RolloutPlan.PLAIN);
        replaceAll();
        target = Math.max(target, least());
    }

    /** Every place is to be filled anew. Those that serve do so until others are ready; the rest makes room at once. */
    void replaceAll() {
        each(Instance::wanted, i -> i.isUp() ? i.toReplace(true) : i.unwanted());
    }

    void restartInstance(InstanceId id, Changing changing) {
        if (changing.isDeploying()) {
            return;
        }
        changing.beginBesideWarm(null, RolloutPlan.PLAIN);
        each(i -> i.id().equals(id), i -> i.isUp() ? i.toReplace(true) : i.unwanted());
    }

    /**
     * One that is being replaced already, or is not up, needs nothing more; in the middle of a deploy its place is filled
     * anew without one beside it.
     */
    void replace(RunId run, String why, Changing changing, Consumer<Effect> effects) {
        for (var instance : List.copyOf(instances)) {
            boolean rolls = rollout != null && rollout.aside();
            if (instance.runs(run)
                    && instance.wanted()
                    && instance.isUp()
                    && !isWarm(instance)
                    && (rolls || !instance.replace())) {
                effects.accept(tell(new Happening.ReplacementBegins(definition.name(), instance.id(), why)));
                if (changing.isDeploying()) {
                    each(i -> i.id().equals(instance.id()), i -> rolls ? i.unwanted() : i.toReplace(true));
                } else {
                    restartInstance(instance.id(), changing);
                }
            }
        }
    }

    void stop(Consumer<Effect> effects) {
        wanted = false;
        var under = rollout;
        if (under != null && under.before() != null && under.plan().deploy() && !under.switched()) {
            // A release that has not taken over is not to be what the next start brings.
            definition = under.before();
            generation++;
        }
        rollout = null;
        warm = null;
        lastFailure = null;
        target = least();
        if (instances.isEmpty()) {
            effects.accept(tell(new Happening.AppStopped(definition.name())));
        }
    }

    void stopInstance(InstanceId id, Consumer<Effect> effects) {
        if (instances.stream().anyMatch(i -> i.id().equals(id) && i.aside())) {
            // It is no place of the pool.
            each(i -> i.id().equals(id), Instance::unwanted);
            return;
        }
        if (definition.pool().max() == 1) {
            stop(effects);
            return;
        }
        each(i -> i.id().equals(id), Instance::unwanted);
        var pool = definition.pool();
        resize(definition -> {
            var bounds = definition.pool();
            return definition.sized(Math.max(0, bounds.min() - 1), Math.max(1, bounds.max() - 1));
        });
        target = Math.clamp(target - 1L, least(), pool.max() - 1);
    }

    void delete() {
        wanted = false;
        deleted = true;
        rollout = null;
        warm = null;
        target = least();
    }

    void scale(int min, int max, Changing changing) {
        resize(definition -> definition.sized(min, max));
        target = Math.clamp(target, least(), max);
        if (wanted && !changing.isDeploying()) {
            changing.beginBesideWarm(null, RolloutPlan.PLAIN);
            // Who asks for so many processes asks also for those that were given up.
            each(i -> i.wanted() && i.isFailed(), Instance::unwanted);
        }
    }

    /** Bounds that an operator sets hold also for the definition that a failed change goes back to. */
    private void resize(UnaryOperator<AppDefinition> sized) {
        definition = sized.apply(definition);
        var under = rollout;
        if (under != null && under.before() != null) {
            rollout = under.with(sized.apply(under.before()));
        }
    }

    void freshProcesses(boolean on, Consumer<Effect> effects) {
        if (freshProcesses == on) {
            return;
        }
        freshProcesses = on;
        generation++;
        // A kept process may hold old code: it answers what it has in hand, and nothing else.
        each(Instance::wanted, Instance::unwanted);
        target = least();
        effects.accept(tell(new Happening.FreshProcesses(definition.name(), on)));
    }

    /** Fewest processes now: with a process for each request there are none between requests. */
    int least() {
        return freshProcesses ? 0 : definition.pool().min();
    }

    void spawned(Event.Spawned event) {
        each(
                i -> i.runs(event.run()),
                i -> i.in(
                        switch (i.phase()) {
                            case Phase.Starting p ->
                                new Phase.Starting(p.run(), event.process(), p.since(), p.deadline(), p.crashes());
                            case Phase.Stopping p ->
                                new Phase.Stopping(
                                        p.run(),
                                        event.process(),
                                        p.killAt(),
                                        p.killed(),
                                        p.crashes(),
                                        p.startTimedOut());
                            case Phase.Up _, Phase.Draining _, Phase.Waiting _, Phase.Failed _ -> i.phase();
                        }));
    }

    void ready(Event.Ready event, Instant now, Consumer<Effect> effects) {
        each(i -> i.runs(event.run()), i -> {
            // One that is asked to leave already stays asked, ready or not.
            if (!(i.phase() instanceof Phase.Starting starting)) {
                return i;
            }
            var process = starting.process();
            if (process == null) {
                throw new IllegalStateException("run " + event.run() + " is ready before its process is known");
            }
            if (instances.stream().noneMatch(other -> other.wanted() && other.isFailed())) {
                lastFailure = null;
            }
            effects.accept(tell(new Happening.InstanceReady(
                    definition.name(),
                    i.id(),
                    process.pid(),
                    event.address(),
                    Duration.between(starting.since(), now))));
            return i.in(new Phase.Up(starting.run(), process, event.address(), now, starting.crashes()));
        });
    }

    void exited(Event.Exited event, Changing changing, Instant now, Consumer<Effect> effects) {
        var instance =
                instances.stream().filter(i -> i.runs(event.run())).findFirst().orElseThrow();
        boolean failedStart = switch (instance.phase()) {
            case Phase.Starting _ -> true;
            case Phase.Stopping stopping -> stopping.startTimedOut() && instance.wanted();
            case Phase.Up _, Phase.Draining _, Phase.Waiting _, Phase.Failed _ -> false;
        };
        if (failedStart) {
            startFailed(instance, event, changing, now, effects);
        } else if (instance.wanted() && instance.phase() instanceof Phase.Up up && !instance.singleUse()) {
            crashed(instance, up, event.exit(), changing, now, effects);
        } else {
            if (instance.wanted()) {
                // A single-use process that ends by itself has had its request: the next request brings another.
                target = Math.max(least(), target - 1);
            }
            instances.remove(instance);
            effects.accept(tell(new Happening.InstanceStopped(definition.name(), instance.id(), event.exit())));
        }
    }

    private void crashed(
            Instance instance, Phase.Up up, Exit exit, Changing changing, Instant now, Consumer<Effect> effects) {
        var next = instance.crashed(now, definition.restart());
        boolean stays = !instance.replace() || isKept(instance);
        var wait = stays ? waitOf(next, now) : Duration.ZERO;
        effects.accept(tell(new Happening.InstanceCrashed(
                definition.name(), instance.id(), up.process().pid(), exit, Duration.between(up.since(), now), wait)));
        if (!stays || (instance.replace() && next.isFailed())) {
            // A place that was to be filled anew is simply free now.
            put(instance, instance.unwanted().in(new Phase.Waiting(now, 0)));
            return;
        }
        put(instance, next);
        if (instance.replace()) {
            return;
        }
        if (next.phase() instanceof Phase.Failed failed) {
            var failure = failure(instance, up.run(), now, exit, endedTooOften(failed.crashes(), exit));
            lastFailure = failure;
            changing.fail(failure.journey().problem(), failure, true);
            tellIfGivenUp(next, effects);
        } else {
            changing.crashed();
        }
    }

    /** Whether an old process that ends is started again: a new definition is to find all of the old side there. */
    private boolean isKept(Instance instance) {
        return isOld(instance) && rollout != null && rollout.before() != null;
    }

    private static Duration waitOf(Instance instance, Instant now) {
        return instance.phase() instanceof Phase.Waiting(var until, var _)
                ? Duration.between(now, until)
                : Duration.ZERO;
    }

    private void tellIfGivenUp(Instance instance, Consumer<Effect> effects) {
        if (instance.phase() instanceof Phase.Failed failed && instances.contains(instance)) {
            effects.accept(tell(new Happening.GivenUp(definition.name(), instance.id(), failed.crashes())));
        }
    }

    private static Journey endedTooOften(int crashes, Exit exit) {
        return new Journey(
                List.of(),
                List.of(),
                "the app became ready and ended soon after, " + crashes + " times in a row; the last time: "
                        + exit.describe(),
                exit instanceof Exit.OutOfMemory
                        ? "Find what holds so much, or give it more (max-memory-hard), and restart the app."
                        : "Read its log for the reason, mend it, and restart the app.");
    }

    private void startFailed(
            Instance instance, Event.Exited event, Changing changing, Instant now, Consumer<Effect> effects) {
        var failure = failure(instance, event.run(), now, event.exit(), event.journey());
        var next = instance.crashed(now, definition.restart());
        effects.accept(tell(new Happening.StartFailed(definition.name(), failure, waitOf(next, now))));
        if (instance.replace()) {
            // The old side's: it says nothing of the change.
            put(instance, next.isFailed() ? next.unwanted() : next);
            return;
        }
        if (!next.aside()) {
            lastFailure = failure;
        }
        if (!next.aside() && !anyUp()) {
            effects.accept(new Effect.RefuseWaiting(definition.name(), failure));
        }
        put(instance, next);
        changing.fail(failure.journey().problem(), failure, true);
        if (instances.contains(next) && target > least() && !next.aside()) {
            instances.remove(next);
            target--;
        }
        tellIfGivenUp(next, effects);
    }

    private StartFailure failure(Instance instance, RunId run, Instant now, Exit exit, Journey journey) {
        return new StartFailure(
                definition.name() + "-" + instance.id() + "-" + run,
                definition.name(),
                instance.id(),
                now,
                exit,
                journey);
    }

    void drained(RunId run, Instant now, Consumer<Effect> effects) {
        each(i -> i.runs(run), i -> {
            if (i.singleUse() && i.isUp() && i.wanted()) {
                target = Math.max(least(), target - 1);
                return i.unwanted();
            }
            if (i.phase() instanceof Phase.Draining draining) {
                return i.in(leave(draining, now, effects));
            }
            return i;
        });
    }

    /** Asks a process that has no request left to leave. */
    Phase leave(Phase.Draining draining, Instant now, Consumer<Effect> effects) {
        effects.accept(new Effect.Ask(draining.run(), definition, false));
        return new Phase.Stopping(
                draining.run(), draining.process(), now.plus(definition.stop().killTimeout()), false, 0, false);
    }

    void grow(Instant now, Consumer<Effect> effects) {
        if (!wanted
                || (rollout != null && !rollout.aside() && anyReplaced())
                || target >= definition.pool().max()) {
            return;
        }
        boolean serves = anyUp();
        boolean onItsWay = instances.stream().anyMatch(i -> i.wanted() && !i.isUp() && !(serves && i.isFailed()));
        if (onItsWay || (serves && failedLately(now))) {
            return;
        }
        target++;
        if (target > 1 && !freshProcesses) {
            effects.accept(tell(new Happening.PoolGrew(definition.name(), target)));
        }
    }

    /** A pool that serves is not grown again and again by processes that do not start. */
    private boolean failedLately(Instant now) {
        return lastFailure != null
                && now.isBefore(
                        lastFailure.at().plus(definition.restart().backoff().ceiling()));
    }

    void observe(Event.AppUse use, Instant now, Consumer<Effect> effects) {
        var sides = use.sides();
        if (sides != null
                && rollout != null
                && sides.generation() == rollout.generation()
                && sides.stretch() == rollout.stretch()) {
            counts = sides.counts();
        }
        if (use.queued() > 0) {
            grow(now, effects);
            return;
        }
        if (target <= least() || rollout != null || anyReplaced()) {
            return;
        }
        var patience =
                freshProcesses ? Duration.ofSeconds(1) : definition.pool().idleTimeout();
        use.runs().stream()
                .filter(run -> run.underWay() == 0 && run.idleFor().compareTo(patience) >= 0)
                .filter(run -> instances.stream().anyMatch(i -> i.runs(run.run()) && i.isUp() && i.wanted()))
                .max(Comparator.comparing(Event.RunUse::idleFor))
                .ifPresent(longestIdle -> shrink(longestIdle.run(), effects));
    }

    private void shrink(RunId run, Consumer<Effect> effects) {
        target--;
        if (instances.stream().anyMatch(i -> i.wanted() && !i.isUp())) {
            // A place that does not serve goes before one that does.
            return;
        }
        each(i -> i.runs(run), i -> {
            if (!freshProcesses) {
                effects.accept(tell(new Happening.PoolShrank(definition.name(), i.id(), target)));
            }
            return i.unwanted();
        });
    }

    /**
     * Keeps the processes that serve, and asks the others to leave: nobody knows how far they had come. A change under
     * way goes on.
     */
    void adopt(Changing changing, Instant now, Consumer<Effect> effects) {
        each(_ -> true, i -> switch (i.phase()) {
            case Phase.Up up
            when i.wanted() && wanted && !i.singleUse() -> {
                effects.accept(tell(new Happening.InstanceAdopted(
                        definition.name(), i.id(), up.process().pid())));
                yield i;
            }
            case Phase.Draining _ -> i.unwanted(); // its daemon upgrades, and still answers what it has in hand
            case Phase.Running running -> {
                effects.accept(new Effect.Ask(running.run(), definition, false));
                yield i.unwanted()
                        .in(new Phase.Stopping(
                                running.run(),
                                running.processOrNull(),
                                now.plus(definition.stop().killTimeout()),
                                false,
                                0,
                                false));
            }
            case Phase.Waiting _, Phase.Failed _ -> i.unwanted();
        });
        changing.adopted();
        target = freshProcesses
                ? 0
                : Math.clamp(target, definition.pool().min(), definition.pool().max());
    }

    boolean anyUp() {
        return instances.stream().anyMatch(i -> i.wanted() && i.isUp() && !i.aside());
    }

    boolean anyReplaced() {
        return instances.stream().anyMatch(AppDraft::isOld);
    }

    /** Of the old side, and serving. */
    static boolean isOld(Instance instance) {
        return instance.wanted() && instance.replace() && !instance.aside();
    }

    /** Of the old side, and kept after the switch in case it is taken back. */
    static boolean isWarm(Instance instance) {
        return instance.wanted() && instance.replace() && instance.aside();
    }

    /** How many of the wanted places, those that are only kept left out. */
    int count(Predicate<Instance> which) {
        return (int) instances.stream()
                .filter(i -> i.wanted() && !isWarm(i) && which.test(i))
                .count();
    }

    /** What an instance runs: on the old side of a change the definition before it. */
    AppDefinition definitionOf(Instance instance) {
        return AppState.definitionOf(instance, definition, rollout, warm);
    }

    void each(Predicate<Instance> which, UnaryOperator<Instance> change) {
        instances.replaceAll(i -> which.test(i) ? change.apply(i) : i);
    }

    private void put(Instance before, Instance after) {
        instances.set(instances.indexOf(before), after);
    }

    static Effect tell(Happening happening) {
        return new Effect.Tell(happening);
    }
}
