package footplate.core.keep;

import footplate.core.config.AppDefinition;
import footplate.core.config.Entry;
import footplate.core.config.Launch;
import footplate.core.config.PoolSettings;
import footplate.core.config.Settings;
import footplate.core.config.StopSettings;
import footplate.core.config.StopSettings.StopSignal;
import footplate.core.happen.Happening;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.supervise.Exit;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Journey;
import footplate.core.supervise.Phase;
import footplate.core.supervise.ProcessId;
import footplate.core.supervise.RestartRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The rule, step by step, with a clock that the test moves: what tests of {@link Keep} are written with. */
final class Keeper {
    static final AppName SHOP = new AppName("shop");
    private static final Journey ENDED = new Journey(List.of(), List.of(), "it ended", "");

    State state = State.EMPTY;
    Instant now = Instant.EPOCH;
    List<Effect> effects = List.of();

    static AppDefinition shop(int min, int max) {
        return shop("v1", min, max);
    }

    /** Start timeout 90 s, kill timeout 2 s, drain timeout 30 s, idle timeout 300 s. */
    static AppDefinition shop(String version, int min, int max) {
        return shop(version, min, max, RestartRule.USUAL);
    }

    /** Its first crash is its last. */
    static AppDefinition givingUpAtOnce(String version, int min, int max) {
        var usual = RestartRule.USUAL;
        return shop(version, min, max, new RestartRule(usual.backoff(), usual.stableAfter(), 1));
    }

    private static AppDefinition shop(String version, int min, int max, RestartRule rule) {
        return new AppDefinition(
                SHOP,
                "/apps/shop",
                new Launch.Command(version),
                new Entry("127.0.0.1", 3000, List.of()),
                "production",
                Map.of(),
                new PoolSettings(min, max, 0, 100, Duration.ofSeconds(60), Duration.ofSeconds(300)),
                rule,
                Duration.ofSeconds(90),
                false,
                new StopSettings(StopSignal.INT, Duration.ofSeconds(2), Duration.ofSeconds(30)),
                "",
                Settings.standard(),
                0);
    }

    /** A shop whose processes, as many as {@code min}, are all ready. */
    static Keeper serving(int min, int max) {
        var keeper = new Keeper().hears(new Event.Define(shop(min, max)));
        for (int run = 1; run <= min; run++) {
            keeper.comesUp(run);
        }
        return keeper;
    }

    Keeper hears(Event event) {
        var step = Keep.step(state, event, now);
        state = step.state();
        effects = step.effects();
        return this;
    }

    Keeper restart() {
        return hears(new Event.Restart(SHOP, "asked for"));
    }

    Keeper stop() {
        return hears(new Event.Stop(SHOP));
    }

    Keeper spawned(long run) {
        return hears(new Event.Spawned(new RunId(run), new ProcessId(100 + (int) run, run)));
    }

    Keeper ready(long run) {
        return hears(new Event.Ready(new RunId(run), "unix:/run/" + run));
    }

    Keeper comesUp(long run) {
        return spawned(run).ready(run);
    }

    Keeper exits(long run) {
        return hears(new Event.Exited(new RunId(run), new Exit.Code(1), ENDED));
    }

    Keeper drained(long run) {
        return hears(new Event.Drained(new RunId(run)));
    }

    Keeper busy() {
        return hears(new Event.Busy(SHOP));
    }

    /** The data plane's look: run 1 idle for the first time, run 2 for the second, and so on; nothing waits. */
    Keeper idle(Duration... times) {
        var runs = new ArrayList<Event.RunUse>();
        for (var time : times) {
            runs.add(new Event.RunUse(new RunId(runs.size() + 1L), 0, time));
        }
        return hears(new Event.Observed(List.of(new Event.AppUse(SHOP, 0, runs))));
    }

    /** Time passes, and the clock says so. */
    Keeper after(Duration time) {
        now = now.plus(time);
        return hears(new Event.Wake());
    }

    /** A daemon that starts after this one, and finds the processes of these runs. */
    Keeper restoredWith(long... runs) {
        var app = app();
        var found = app.instances().stream()
                .filter(i -> i.phase() instanceof Phase.Running r
                        && Arrays.stream(runs).anyMatch(run -> run == r.run().value()))
                .map(Keeper::asWritten)
                .toList();
        var left = app.with(found);
        var step = Keep.restore(
                new State(Map.of(SHOP, left), state.nextInstance(), state.nextRun(), state.leaving(), state.settings()),
                now);
        state = step.state();
        effects = step.effects();
        return this;
    }

    /** Of a process that takes no more requests the next daemon knows only that it is to go. */
    private static Instance asWritten(Instance instance) {
        return instance.phase() instanceof Phase.Draining draining
                ? instance.in(new Phase.Stopping(draining.run(), draining.process(), Instant.EPOCH, false, 0, false))
                : instance;
    }

    AppState app() {
        return Objects.requireNonNull(state.apps().get(SHOP));
    }

    Instance instance(int id) {
        return app().instances().stream()
                .filter(i -> i.id().equals(new InstanceId(id)))
                .findFirst()
                .orElseThrow();
    }

    /** The runs that requests go to, in their order in the table. */
    List<Long> serving() {
        return PlannedRoute.of(state).stream()
                .flatMap(route -> route.targets().stream())
                .map(target -> target.run().value())
                .toList();
    }

    <E extends Effect> List<E> effects(Class<E> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    List<Long> started() {
        return effects(Effect.Start.class).stream().map(e -> e.run().value()).toList();
    }

    List<Long> asked() {
        return effects(Effect.Ask.class).stream().map(e -> e.run().value()).toList();
    }

    List<Long> killed() {
        return effects(Effect.Kill.class).stream().map(e -> e.run().value()).toList();
    }

    List<Long> draining() {
        return effects(Effect.Drain.class).stream().map(e -> e.run().value()).toList();
    }

    Stream<Happening> told() {
        return effects(Effect.Tell.class).stream().map(Effect.Tell::happening);
    }

    <H extends Happening> List<H> told(Class<H> kind) {
        return told().filter(kind::isInstance).map(kind::cast).toList();
    }
}
