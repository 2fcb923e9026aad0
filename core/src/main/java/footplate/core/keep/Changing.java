package footplate.core.keep;

import footplate.core.config.AppDefinition;
import footplate.core.config.Settings;
import footplate.core.deploy.Course;
import footplate.core.deploy.Course.Move;
import footplate.core.deploy.Rollout;
import footplate.core.deploy.RolloutPlan;
import footplate.core.deploy.Stage;
import footplate.core.deploy.Strategy;
import footplate.core.happen.Happening;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Phase;
import footplate.core.supervise.StartFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A change of one app from its beginning to its end: {@link Course} says what comes next, and this does it. The old side
 * is what is to be replaced; the new side is the rest.
 */
final class Changing {
    private final AppDraft app;
    private final Instant now;
    private final Consumer<Effect> effects;

    Changing(AppDraft app, Instant now, Consumer<Effect> effects) {
        this.app = app;
        this.now = now;
        this.effects = effects;
    }

    /** A change takes the place of one that is not reached yet, and inherits what that one would go back to. */
    void begin(@Nullable AppDefinition before, RolloutPlan plan) {
        dropWarm();
        beginBesideWarm(before, plan);
    }

    /** The same, and old processes that are kept stay so: what runs stays the same. */
    void beginBesideWarm(@Nullable AppDefinition before, RolloutPlan plan) {
        app.generation++;
        var under = app.rollout;
        if (under != null && under.aside()) {
            // Its new processes have not taken over: they are of no use to what comes now.
            app.each(i -> i.wanted() && i.aside(), Instance::unwanted);
        }
        var next = under != null && under.before() != null && !under.switched()
                ? Rollout.begins(app.generation, under.before(), under.from(), plan, now)
                : Rollout.begins(app.generation, before, app.generation - 1, plan, now);
        var back = under == null || plan.deploy() ? null : under.back();
        // Whoever waits to hear that a release was taken back is to hear it.
        app.rollout = back == null ? next : next.takingBack(back);
    }

    /** A new release; a deploy that is under way is not cut in on. */
    void deploy(AppDefinition next, Settings server, boolean atOnce) {
        if (isDeploying()) {
            return;
        }
        boolean serves = app.wanted && !app.deleted && app.anyUp();
        var plan = RolloutPlan.of(server.with(next.settings()));
        if (atOnce) {
            plan = plan.atOnce();
        } else if (!serves || app.freshProcesses) {
            plan = plan.without(plan.strategy());
        }
        begin(serves ? app.definition : null, plan);
        app.definition = next;
        app.deleted = false;
        app.wanted = true;
        app.replaceAll();
        app.target = Math.clamp(app.target, app.least(), next.pool().max());
        tell(new Happening.DeployBegins(
                next.name(), app.generation, next.release(), plan.strategy().label()));
    }

    boolean isDeploying() {
        return app.rollout != null && app.rollout.plan().deploy();
    }

    void promote() {
        var rollout = app.rollout;
        if (rollout == null || rollout.switched()) {
            return;
        }
        switch (rollout.where()) {
            case Stage.Awaiting _ -> take(new Move.Switch());
            case Stage.Holding holding -> take(Course.afterCheck(rollout, holding.step(), now));
            case Stage.Checking checking -> take(Course.afterCheck(rollout, checking.step(), now));
            case Stage.Filling _, Stage.Monitoring _, Stage.Paused _ -> resume();
        }
    }

    void pause(String why) {
        var rollout = app.rollout;
        boolean news = rollout != null
                && (!rollout.isPaused()
                        || (!why.isEmpty()
                                && rollout.stage() instanceof Stage.Paused(var _, var before)
                                && before.isEmpty()));
        if (rollout != null && news && rollout.plan().deploy() && !rollout.switched()) {
            app.rollout = rollout.to(new Stage.Paused(resting(rollout.where()), why), now);
            tell(new Happening.DeployPaused(
                    app.definition.name(), rollout.generation(), why.isEmpty() ? "its operator asked" : why));
        }
    }

    void resume() {
        var rollout = app.rollout;
        if (rollout != null && rollout.isPaused()) {
            app.rollout = rollout.to(rollout.where(), now);
            step("the deploy goes on");
        }
    }

    /** A stage that can be entered again: a check is asked anew. */
    private Stage resting(Stage stage) {
        if (!(stage instanceof Stage.Checking(int step)) || app.rollout == null) {
            return stage;
        }
        return app.rollout.plan().strategy() instanceof Strategy.Canary
                ? new Stage.Holding(step, now, false)
                : new Stage.Filling(step);
    }

    /** The daemon is another one: what only its predecessor waited for is begun again. */
    void adopted() {
        var rollout = app.rollout;
        if (rollout != null) {
            // What was counted of a canary's requests is gone: its step begins again.
            app.rollout = rollout.to(
                    rollout.stage() instanceof Stage.Holding holding
                            ? new Stage.Holding(holding.step(), now, false)
                            : resting(rollout.stage()),
                    now);
        }
        if (rollout != null && !rollout.plan().strategy().aside()) {
            app.each(i -> i.wanted() && !i.replace(), i -> i.aside(false));
        }
        if (app.warm != null && app.instances.stream().noneMatch(AppDraft::isWarm)) {
            app.warm = null;
        }
    }

    void checked(Event.Checked answer) {
        var rollout = app.rollout;
        if (rollout == null
                || rollout.generation() != answer.generation()
                || !(rollout.stage() instanceof Stage.Checking(int step))
                || step != answer.step()) {
            return;
        }
        if (answer.passed()) {
            take(Course.afterCheck(rollout, step, now));
        } else {
            fail("its check failed: " + answer.why(), null, true);
        }
    }

    void abort(String why) {
        if (isDeploying()) {
            fail(why, null, false);
        }
    }

    /** The release before takes over again, if its processes are still there or the switch is being watched. */
    void takeBack(String why) {
        var rollout = app.rollout;
        var kept = app.warm;
        if (rollout != null && rollout.switched()) {
            fail(why, null, false);
        } else if (rollout == null && kept != null) {
            app.generation++;
            app.rollout = Rollout.begins(app.generation, null, app.generation - 1, RolloutPlan.PLAIN, now);
            app.each(
                    Instance::wanted,
                    i -> AppDraft.isWarm(i) ? i.toReplace(false).aside(false) : i.withdrawn());
            app.definition = kept.definition();
            app.warm = null;
            app.target =
                    Math.clamp(app.target, app.least(), kept.definition().pool().max());
        }
    }

    /** Makes every move that can be made now. */
    void proceed() {
        dropWarmWhenDue();
        for (var rollout = app.rollout; rollout != null; rollout = app.rollout) {
            var move = Course.next(rollout, view(), app.counts, now);
            if (move instanceof Move.Stay(var same)) {
                app.rollout = same;
                return;
            }
            // What was counted was counted before this.
            app.counts = null;
            take(move);
        }
    }

    private void take(Move move) {
        switch (move) {
            case Move.Stay(var same) -> app.rollout = same;
            case Move.To(var next, var told) -> {
                app.rollout = next;
                step(told);
            }
            case Move.Switch _ -> switchOver();
            case Move.Ask(var next, int step) -> {
                app.rollout = next;
                effects.accept(new Effect.Check(
                        app.definition, next.generation(), step, next.plan().check()));
            }
            case Move.Done _ -> done();
            case Move.Fail(var why) -> fail(why, null, true);
        }
    }

    private void step(String what) {
        var rollout = app.rollout;
        if (rollout != null) {
            tell(new Happening.DeployStep(app.definition.name(), rollout.generation(), rollout.permille(), what));
        }
    }

    private void switchOver() {
        var rollout = app.rollout;
        if (rollout == null) {
            return;
        }
        if (rollout.aside() && view().up() < sizes().fresh()) {
            // One of them has ended since all were ready: the switch is made when it is there again.
            app.rollout = rollout.promoted(now);
            return;
        }
        app.each(i -> i.wanted() && !i.replace(), i -> i.aside(false));
        if (rollout.plan().strategy() instanceof Strategy.BlueGreen(var _, var keepOld) && keepOld.isPositive()) {
            var before = rollout.before();
            app.each(i -> i.wanted() && i.replace(), i -> i.isUp() ? i.aside(true) : i.unwanted());
            if (app.instances.stream().anyMatch(AppDraft::isWarm)) {
                app.warm =
                        new AppState.Warm(before == null ? app.definition : before, rollout.from(), now.plus(keepOld));
            }
        }
        var watched = rollout.plan().monitor();
        app.rollout = rollout.to(new Stage.Monitoring(now.plus(watched)), now);
        tell(new Happening.Switched(app.definition.name(), rollout.generation(), app.definition.release(), watched));
    }

    private void done() {
        var rollout = app.rollout;
        if (rollout == null) {
            return;
        }
        int ready = app.count(i -> i.isUp() && !i.aside());
        var back = rollout.back();
        tell(
                back == null
                        ? new Happening.Settled(app.definition.name(), rollout.generation(), ready)
                        : new Happening.RolledBack(app.definition.name(), back.generation(), ready, back.why()));
        app.rollout = null;
    }

    /**
     * What was asked for is not reached, or does not do well. Those that served before serve on, or again; a definition
     * that did not come up gives way to the one before.
     *
     * @param failure the start that failed; null if it was something else
     * @param mayPause whether the operator is to decide where the plan says so
     */
    void fail(String why, @Nullable StartFailure failure, boolean mayPause) {
        var change = app.rollout;
        if (change == null) {
            return;
        }
        if (mayPause && change.plan().pauses() && !change.switched() && app.anyUp()) {
            pause(why);
            app.each(i -> i.wanted() && !i.replace() && !i.isUp(), Instance::unwanted);
            return;
        }
        boolean oldKept = app.anyReplaced() || (app.warm != null && !isBesideWarm(change));
        var back = change.before();
        boolean takesBack = change.switched() && (back != null || app.warm != null);
        tell(
                takesBack
                        ? new Happening.RollbackBegins(app.definition.name(), change.generation(), why)
                        : new Happening.NotSettled(
                                app.definition.name(),
                                change.back() == null
                                        ? change.generation()
                                        : change.back().generation(),
                                why,
                                failure,
                                oldKept));
        int release = app.definition.release();
        goBack(change, oldKept);
        if (takesBack) {
            app.rollout = Rollout.begins(app.generation, null, app.generation - 1, RolloutPlan.PLAIN, now)
                    .takingBack(new Rollout.Back(change.generation(), release, why));
        }
    }

    /** Whether it replaces processes of the release that runs, while those of the one before are kept. */
    private boolean isBesideWarm(Rollout change) {
        return app.warm != null && change.before() == null && !change.switched();
    }

    private void goBack(Rollout change, boolean oldKept) {
        boolean warmStays = isBesideWarm(change);
        app.rollout = null;
        app.warm = warmStays ? app.warm : null;
        var back = change.before();
        app.each(Instance::wanted, i -> {
            if (i.isWithdrawn() || (warmStays && AppDraft.isWarm(i))) {
                return i;
            }
            if (i.generation() <= change.from()) {
                return i.toReplace(false).aside(false);
            }
            if (i.aside()) {
                return i.unwanted();
            }
            if (!i.isUp()) {
                return oldKept || back != null ? i.unwanted() : i;
            }
            if (back != null) {
                return i.withdrawn();
            }
            // One that did not do well may have a successor already, with its number: it serves until there are enough.
            return i.replace() && hasSuccessor(i) ? i : i.toReplace(false);
        });
        if (back != null) {
            app.definition = back;
            app.generation++;
            app.target = Math.clamp(app.target, app.least(), back.pool().max());
        }
    }

    private boolean hasSuccessor(Instance replaced) {
        return app.count(i -> i.wanted()
                        && !i.replace()
                        && i.isUp()
                        && i.generation() == replaced.generation()
                        && i.index() == replaced.index())
                > 0;
    }

    /** A new process ended by itself: some may, by accident, but not one after the other. */
    void crashed() {
        var rollout = app.rollout;
        if (rollout == null || !rollout.plan().deploy()) {
            return;
        }
        var more = rollout.crashed();
        app.rollout = more;
        int places = app.count(i -> !i.replace());
        if (more.crashes() > Math.max(1, places)) {
            fail("its processes ended by themselves " + more.crashes() + " times", null, true);
        }
    }

    private void dropWarmWhenDue() {
        if (app.warm != null && !now.isBefore(app.warm.until())) {
            dropWarm();
        }
    }

    private void dropWarm() {
        app.each(AppDraft::isWarm, Instance::unwanted);
        app.warm = null;
    }

    /** The sizes of the two sides; without a change there is one only. */
    Course.Sizes sizes() {
        if (app.rollout != null) {
            return Course.sizes(app.rollout, view());
        }
        // What is left of a change that failed serves until there is better.
        int old = Math.max(0, app.target - app.count(i -> !i.replace() && i.isUp()));
        return new Course.Sizes(old, false, app.target, app.target + (app.anyReplaced() ? 1 : 0));
    }

    private Course.View view() {
        var minReady = app.rollout == null ? Duration.ZERO : app.rollout.plan().minReady();
        var unsettled = app.instances.stream()
                .filter(i -> i.wanted() && !i.replace())
                .filter(i -> i.phase() instanceof Phase.Up up
                        && now.isBefore(up.since().plus(minReady)))
                .map(i -> i.phase() instanceof Phase.Up up ? up.since() : now)
                .toList();
        int up = app.count(i -> !i.replace() && i.isUp());
        return new Course.View(
                app.target,
                givenUpBefore(),
                up,
                up - unsettled.size(),
                app.count(AppDraft::isOld),
                (int) app.instances.stream()
                        .filter(i -> isOfOldGeneration(i) && i.phase() instanceof Phase.Running)
                        .count(),
                unsettled.stream().min(Comparator.naturalOrder()).orElse(null));
    }

    private boolean isOfOldGeneration(Instance instance) {
        return app.rollout != null && instance.generation() <= app.rollout.from();
    }

    /** Places that were given up before the change under way: no new process will stand in for them. */
    int givenUpBefore() {
        var rollout = app.rollout;
        return rollout == null ? 0 : app.count(i -> i.isFailed() && i.generation() <= rollout.from());
    }

    private void tell(Happening happening) {
        effects.accept(new Effect.Tell(happening));
    }
}
