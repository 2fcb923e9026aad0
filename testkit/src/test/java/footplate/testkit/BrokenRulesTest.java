package footplate.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import footplate.core.config.Settings;
import footplate.core.happen.Happening;
import footplate.core.keep.AppState;
import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.keep.Keep;
import footplate.core.keep.PlannedRoute;
import footplate.core.keep.PlannedRoute.PlannedTarget;
import footplate.core.keep.State;
import footplate.core.keep.Step;
import footplate.core.name.RunId;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Rules that are broken on purpose: a world notices each of them. */
class BrokenRulesTest {
    private static final SampleApp SHOP = SampleApp.named("shop").pool(2, 4);

    @Test
    void aTableWithAProcessThatIsNotReadyYetIsNoticed() {
        assertThatThrownBy(() -> restartUnderTraffic(effects(BrokenRulesTest::publishStarting)))
                .hasMessageContaining("traffic: the table has");
    }

    @Test
    void aProcessThatStaysInTheTableWhileItIsAskedToLeaveIsNoticed() {
        Rule broken = (before, event, now) -> {
            var step = Keep.step(before, event, now);
            boolean drains = step.effects().stream().anyMatch(Effect.Drain.class::isInstance);
            return drains ? without(step, e -> e instanceof Effect.Drain || e instanceof Effect.Publish) : step;
        };
        assertThatThrownBy(() -> restartUnderTraffic(broken)).hasMessageContaining("traffic: a request goes to");
    }

    @Test
    void aRestartThatStopsFirstIsNoticed() {
        Rule broken = (before, event, now) -> {
            if (!(event instanceof Event.Restart(var app, var _))) {
                return Keep.step(before, event, now);
            }
            var stop = Keep.step(before, new Event.Stop(app), now);
            var start = Keep.step(stop.state(), event, now);
            var effects = new ArrayList<>(start.effects());
            effects.addAll(without(stop, e -> e instanceof Effect.Save || e instanceof Effect.Publish)
                    .effects());
            return new Step(start.state(), effects);
        };
        assertThatThrownBy(() -> restartUnderTraffic(broken)).hasMessageContaining("capacity: shop falls from");
    }

    @Test
    void aStartOfAStoppedAppIsNoticed() {
        Rule broken = (before, event, now) -> {
            var step = Keep.step(before, event, now);
            if (!(event instanceof Event.Stop(var name))) {
                return step;
            }
            var app = Objects.requireNonNull(step.state().apps().get(name));
            var place = app.instances().getFirst();
            return with(step, new Effect.Start(app.definition(), place.id(), place.index(), new RunId(99)));
        };
        assertThatThrownBy(() -> served(broken).stop("shop")).hasMessageContaining("starts: shop is not wanted");
    }

    @Test
    void aPlaceTooManyIsNoticed() {
        Rule broken = (before, event, now) -> event instanceof Event.Restart
                ? new Step(
                        places(before, app -> twice(app.instances())),
                        List.of(new Effect.Save(places(before, app -> twice(app.instances())))))
                : Keep.step(before, event, now);
        assertThatThrownBy(() -> served(broken).restart("shop"))
                .hasMessageContaining("starts: shop has 4 places at a target of 2");
    }

    @Test
    void aStopThatIsForgottenIsNoticed() {
        Rule broken = (before, event, now) ->
                event instanceof Event.Stop ? new Step(before, List.of()) : Keep.step(before, event, now);
        assertThatThrownBy(() -> served(broken).stop("shop").settle())
                .hasMessageContaining("shop is to be stopped, and is not");
    }

    @Test
    void aHungStartThatNobodyEndsIsNoticed() {
        Rule deaf = (before, event, now) ->
                event instanceof Event.Wake ? new Step(before, List.of()) : Keep.step(before, event, now);
        assertThatThrownBy(() -> new World(new Random(1), deaf)
                        .define(SHOP.that(Conduct.HANGING))
                        .settle())
                .hasMessageContaining("clock: a wake changed nothing");
    }

    @Test
    void anExitThatIsNotHeardIsNoticed() {
        Rule deaf = (before, event, now) ->
                event instanceof Event.Exited ? new Step(before, List.of()) : Keep.step(before, event, now);
        assertThatThrownBy(() -> served(deaf).kill("shop").settle()).hasMessageContaining("has no process");
    }

    @Test
    void aProcessThatTheStateForgetsIsNoticed() {
        Rule forgetful = (before, event, now) -> {
            if (!(event instanceof Event.Delete)) {
                return Keep.step(before, event, now);
            }
            var empty = new State(new TreeMap<>(), before.nextInstance(), before.nextRun(), false, before.settings());
            return new Step(
                    empty, List.of(new Effect.Publish(List.of(), null, Settings.standard()), new Effect.Save(empty)));
        };
        assertThatThrownBy(() -> served(forgetful).delete("shop").settle())
                .hasMessageContaining("runs, and no ready instance has it");
    }

    @Test
    void aChangeOfWhichNobodyHearsTheEndIsNoticed() {
        var silent = effects(step -> without(step, e -> e instanceof Effect.Tell(Happening.Settled _)));
        assertThatThrownBy(() -> served(silent)).hasMessageContaining("has not told what became of change 1");
    }

    @Test
    void aChangeThatIsToldTwiceIsNoticed() {
        var twice = effects(step -> step.effects().stream()
                .filter(e -> e instanceof Effect.Tell(Happening.Settled _))
                .findFirst()
                .map(settled -> with(step, settled))
                .orElse(step));
        assertThatThrownBy(() -> served(twice)).hasMessageContaining("tidings: shop tells about change 1");
    }

    @Test
    void aStartThatIsNotWrittenDownFirstIsNoticed() {
        var late = effects(step -> step.effects().stream()
                .filter(Effect.Save.class::isInstance)
                .findFirst()
                .map(save -> with(without(step, Effect.Save.class::isInstance), save))
                .orElse(step));
        assertThatThrownBy(() -> served(late)).hasMessageContaining("order: run 1 is started before it is written");
    }

    @Test
    void anIndexAboveTheLowestFreeOneIsNoticed() {
        Rule broken = (before, event, now) -> {
            var step = Keep.step(before, event, now);
            var state = places(
                    step.state(),
                    app -> app.instances().stream()
                            .map(i -> new Instance(
                                    i.id(),
                                    i.id().value() + 1,
                                    i.generation(),
                                    i.wanted(),
                                    i.replace(),
                                    i.aside(),
                                    i.singleUse(),
                                    i.restarts(),
                                    i.phase()))
                            .toList());
            return new Step(state, step.effects());
        };
        assertThatThrownBy(() -> served(broken)).hasMessageContaining("numbers: a new place has index 1 while 0");
    }

    @Test
    void aNewDefinitionThatFailsAndStaysIsNoticed() {
        Rule broken = (before, event, now) -> {
            var step = Keep.step(before, event, now);
            boolean failed = step.effects().stream().anyMatch(e -> e instanceof Effect.Tell(Happening.NotSettled _));
            if (!failed) {
                return step;
            }
            var state = new TreeMap<>(step.state().apps());
            state.replaceAll((name, app) -> defined(app, SHOP.version("v2")));
            var kept = new State(
                    state,
                    step.state().nextInstance(),
                    step.state().nextRun(),
                    false,
                    step.state().settings());
            return new Step(
                    kept,
                    List.of(
                            new Effect.Save(kept),
                            step.effects().stream()
                                    .filter(e -> e instanceof Effect.Tell(Happening.NotSettled _))
                                    .findFirst()
                                    .orElseThrow()));
        };
        assertThatThrownBy(() -> served(broken)
                        .define(SHOP.version("v2").that(Conduct.BROKEN))
                        .settle())
                .hasMessageContaining("tidings: a new definition failed, and the old one is not back");
    }

    private static World served(Rule rule) {
        return new World(new Random(1), rule).define(SHOP).settle();
    }

    private static void restartUnderTraffic(Rule rule) {
        var world = new World(new Random(1), rule).define(SHOP).passes(Duration.ofSeconds(2));
        world.requests("shop", 200, Duration.ofSeconds(10)).passes(Duration.ofSeconds(1));
        world.restart("shop").passes(Duration.ofSeconds(9)).settle();
    }

    private static Rule effects(UnaryOperator<Step> change) {
        return (before, event, now) -> change.apply(Keep.step(before, event, now));
    }

    private static Step with(Step step, Effect more) {
        var effects = new ArrayList<>(step.effects());
        effects.add(more);
        return new Step(step.state(), effects);
    }

    private static Step without(Step step, Predicate<Effect> which) {
        return new Step(
                step.state(), step.effects().stream().filter(which.negate()).toList());
    }

    private static Step publishStarting(Step step) {
        var effects = new ArrayList<Effect>();
        for (var effect : step.effects()) {
            effects.add(
                    effect instanceof Effect.Publish(var routes, var configured, var settings)
                            ? new Effect.Publish(
                                    routes.stream()
                                            .map(r -> eager(step.state(), r))
                                            .toList(),
                                    configured,
                                    settings)
                            : effect);
        }
        return new Step(step.state(), effects);
    }

    private static PlannedRoute eager(State state, PlannedRoute route) {
        var targets = new ArrayList<>(route.targets());
        var app = Objects.requireNonNull(state.apps().get(route.definition().name()));
        for (var place : app.instances()) {
            if (place.phase() instanceof Phase.Starting starting) {
                targets.add(new PlannedTarget(starting.run(), place.id(), 2, "unix:/early", false, true));
            }
        }
        return new PlannedRoute(
                route.definition(), targets, route.availability(), route.canGrow(), route.http(), null, null);
    }

    private static List<Instance> twice(List<Instance> places) {
        var all = new ArrayList<>(places);
        int next = places.size();
        for (var place : places) {
            all.add(new Instance(place.id(), next++, place.generation(), true, false, false, false, 0, place.phase()));
        }
        return all;
    }

    private static State places(State state, Function<AppState, List<Instance>> change) {
        var apps = new TreeMap<>(state.apps());
        apps.replaceAll((name, app) -> app.with(change.apply(app)));
        return new State(apps, state.nextInstance(), state.nextRun(), state.leaving(), state.settings());
    }

    private static AppState defined(AppState app, SampleApp definition) {
        return new AppState(
                definition.definition(),
                app.wanted(),
                app.deleted(),
                app.target(),
                app.generation(),
                app.freshProcesses(),
                app.rollout(),
                app.warm(),
                app.lastFailure(),
                app.instances());
    }
}
