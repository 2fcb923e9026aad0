package footplate.core.keep;

import footplate.core.happen.Happening;
import footplate.core.name.RunId;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.function.Consumer;

/**
 * Brings one app's observed state nearer to the desired one. Runs after every event, and does the same whatever the
 * event was:
 *
 * <ol>
 *   <li>what has passed its deadline is asked to leave, or killed;
 *   <li>a change moves on ({@link Changing}), and places are added and given up until each side has its number;
 *   <li>what is not wanted drains, and leaves;
 *   <li>at most one process is being started (Passenger spawns one at a time per app);
 *   <li>the app is gone: that is told.
 * </ol>
 */
final class Settling {
    /** A process tree that was killed and is still there is killed again after this long. */
    private static final Duration KILL_AGAIN = Duration.ofSeconds(1);

    private final AppDraft app;
    private final boolean leaving;
    private final Instant now;
    private final Numbers numbers;
    private final Changing changing;
    private final Consumer<Effect> effects;

    Settling(AppDraft app, boolean leaving, Instant now, Numbers numbers, Consumer<Effect> effects) {
        this.app = app;
        this.leaving = leaving;
        this.now = now;
        this.numbers = numbers;
        this.changing = new Changing(app, now, effects);
        this.effects = effects;
    }

    void settle() {
        passDeadlines();
        if (app.wanted && !leaving) {
            changing.proceed();
            fillPool();
            // Without processes to come a change may be complete already, and with the old ones gone, too.
            changing.proceed();
            fillPool();
        } else {
            app.each(Instance::wanted, Instance::unwanted);
        }
        dismissUnwanted();
        if (app.wanted && !leaving) {
            startNext();
        } else if (app.instances.isEmpty() && (app.hadInstances || app.deleted)) {
            tellIfGone();
        }
    }

    // 1.
    private void passDeadlines() {
        app.each(_ -> true, i -> switch (i.phase()) {
            case Phase.Starting p
            when !now.isBefore(p.deadline()) -> {
                effects.accept(new Effect.Ask(p.run(), app.definition, true));
                yield i.in(new Phase.Stopping(p.run(), p.process(), killTime(), false, p.crashes(), true));
            }
            case Phase.Draining p when !now.isBefore(p.deadline()) -> i.in(app.leave(p, now, effects));
            case Phase.Stopping p
            when !now.isBefore(p.killAt()) -> {
                if (!p.killed()) {
                    tell(new Happening.InstanceKilled(app.definition.name(), i.id()));
                }
                effects.accept(new Effect.Kill(p.run()));
                yield i.in(new Phase.Stopping(
                        p.run(), p.process(), now.plus(KILL_AGAIN), true, p.crashes(), p.startTimedOut()));
            }
            case Phase.Starting _, Phase.Draining _, Phase.Stopping _, Phase.Waiting _, Phase.Up _, Phase.Failed _ -> i;
        });
    }

    // 2.
    private void fillPool() {
        var rollout = app.rollout;
        boolean keepsOld = rollout != null && rollout.before() != null;
        // A place that is to be filled anew counts only while it serves.
        app.each(i -> AppDraft.isOld(i) && !i.isUp() && (!keepsOld || i.isFailed()), Instance::unwanted);
        if (rollout != null && rollout.isPaused()) {
            // Nothing moves, but what serves is kept up.
            int most = changing.sizes().all();
            while (app.count(_ -> true) > most) {
                giveUp(app.instances.stream()
                        .filter(i -> i.wanted() && !AppDraft.isWarm(i))
                        .max(Comparator.comparing((Instance i) -> !i.isUp()).thenComparing(Instance::id))
                        .orElseThrow());
            }
            removeProcessless();
            while (app.count(i -> !i.aside()) < app.target) {
                add(keepsOld, keepsOld ? rollout.from() : app.generation, false);
            }
            return;
        }
        var sizes = changing.sizes();
        while (app.count(Instance::replace) > sizes.old()) {
            giveUp(app.instances.stream()
                    .filter(AppDraft::isOld)
                    .min(Comparator.comparing(Instance::isUp)
                            .thenComparing((Instance i) -> !isTakenOver(i.index()))
                            .thenComparing(Instance::id))
                    .orElseThrow());
            sizes = changing.sizes();
        }
        while (app.count(i -> !i.replace()) > sizes.fresh()
                || (app.count(_ -> true) > sizes.all() && app.count(i -> !i.replace() && !i.isUp()) > 0)) {
            giveUp(app.instances.stream()
                    .filter(Instance::wanted)
                    .filter(i -> !i.replace())
                    .max(Comparator.comparing((Instance i) -> !i.isUp()).thenComparing(Instance::id))
                    .orElseThrow());
        }
        removeProcessless();
        while (sizes.keepsOld() && app.count(Instance::replace) < sizes.old()) {
            add(true, rollout == null ? app.generation : rollout.from(), false);
        }
        while (app.count(i -> !i.replace()) < sizes.fresh() && app.count(_ -> true) < sizes.all()) {
            add(false, app.generation, rollout != null && rollout.aside());
        }
    }

    private void add(boolean old, int generation, boolean aside) {
        app.instances.add(new Instance(
                numbers.instance(),
                lowestFreeIndex(old),
                generation,
                true,
                old,
                aside,
                app.freshProcesses,
                0,
                new Phase.Waiting(now, 0)));
    }

    /** Whether a new process serves by this number: the old one that has it too goes first. */
    private boolean isTakenOver(int index) {
        return app.count(i -> i.isUp() && !i.replace() && i.index() == index) > 0;
    }

    private void removeProcessless() {
        app.instances.removeIf(i -> !i.wanted() && !(i.phase() instanceof Phase.Running));
    }

    private void giveUp(Instance instance) {
        app.each(i -> i.id().equals(instance.id()), Instance::unwanted);
    }

    /**
     * The number of a new place. It takes over the number of one that it replaces, as PM2's reload does: an app whose
     * instance 0 alone runs its timers must have an instance 0 after a restart, too.
     */
    private int lowestFreeIndex(boolean old) {
        int index = 0;
        while (true) {
            int candidate = index;
            if (app.instances.stream().noneMatch(i -> i.index() == candidate && i.replace() == old)) {
                return candidate;
            }
            index++;
        }
    }

    // 3.
    private void dismissUnwanted() {
        removeProcessless();
        app.each(i -> !i.wanted(), i -> switch (i.phase()) {
            case Phase.Starting p -> {
                effects.accept(new Effect.Ask(p.run(), app.definition, false));
                yield i.in(new Phase.Stopping(p.run(), p.process(), killTime(), false, p.crashes(), false));
            }
            case Phase.Up p -> {
                tell(new Happening.InstanceDraining(app.definition.name(), i.id()));
                effects.accept(new Effect.Drain(p.run()));
                yield i.in(new Phase.Draining(
                        p.run(), p.process(), now.plus(app.definition.stop().drainTimeout())));
            }
            case Phase.Draining _, Phase.Stopping _, Phase.Waiting _, Phase.Failed _ -> i;
        });
    }

    // 4.
    private void startNext() {
        if (app.instances.stream().anyMatch(i -> i.phase() instanceof Phase.Starting)) {
            return;
        }
        app.instances.stream()
                .filter(i -> i.phase() instanceof Phase.Waiting(var until, var _) && !now.isBefore(until))
                .min(Comparator.comparing(Instance::id))
                .ifPresent(next -> {
                    RunId run = numbers.run();
                    var definition = app.definitionOf(next);
                    app.each(i -> i.id().equals(next.id()), i -> i.starting(run, now, definition.startTimeout()));
                    int restarts = app.instances.stream()
                            .filter(i -> i.runs(run))
                            .findFirst()
                            .orElseThrow()
                            .restarts();
                    tell(new Happening.InstanceStarting(app.definition.name(), next.id(), next.index(), restarts));
                    effects.accept(new Effect.Start(definition, next.id(), next.index(), run));
                });
    }

    private void tellIfGone() {
        if (leaving && app.wanted) {
            return;
        }
        var name = app.definition.name();
        tell(app.deleted ? new Happening.AppDeleted(name) : new Happening.AppStopped(name));
    }

    private Instant killTime() {
        return now.plus(app.definition.stop().killTimeout());
    }

    private void tell(Happening happening) {
        effects.accept(new Effect.Tell(happening));
    }
}
