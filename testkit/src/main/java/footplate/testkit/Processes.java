package footplate.testkit;

import footplate.core.config.AppDefinition;
import footplate.core.keep.Event;
import footplate.core.keep.State;
import footplate.core.name.RunId;
import footplate.core.supervise.Exit;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Journey;
import footplate.core.supervise.Phase;
import footplate.core.supervise.ProcessId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The processes of a world, which outlive its daemon, and the shell that starts and ends them. */
final class Processes {
    private static final Journey JOURNEY = new Journey(List.of(), List.of(), "it ended", "");

    private final World world;
    private final Map<RunId, SimulatedProcess> all = new TreeMap<>();
    private int pids = 100;

    Processes(World world) {
        this.world = world;
    }

    void start(RunId run, AppDefinition definition) {
        if (all.containsKey(run)) {
            throw world.broken("run " + run + " is started a second time");
        }
        var conduct = world.conductOf(definition);
        if (world.chance(conduct.failsToStart() / 4)) {
            world.post(new Event.Exited(run, new Exit.NeverStarted(), JOURNEY));
            return;
        }
        var process = new SimulatedProcess(run, definition, conduct, new ProcessId(pids++, world.millis()));
        all.put(run, process);
        process.spawnHeard = world.post(new Event.Spawned(run, process.id));
        if (world.chance(conduct.failsToStart())) {
            world.after(world.upTo(conduct.start()), () -> exit(process, new Exit.Code(1)));
        } else if (!world.chance(conduct.neverReady())) {
            world.after(
                    conduct.start().toMillis() / 2 + world.upTo(conduct.start().dividedBy(2)), () -> ready(process));
        }
    }

    private void ready(SimulatedProcess process) {
        if (!process.alive) {
            return;
        }
        process.ready = true;
        world.post(new Event.Ready(process.run, addressOf(process.run)), process.spawnHeard);
        long lives = process.conduct.lives().toMillis();
        if (lives > 0) {
            world.after(lives / 2 + world.upTo(process.conduct.lives().dividedBy(2)), () -> {
                if (!world.isCalm()) {
                    exit(process, new Exit.Code(1));
                }
            });
        }
    }

    static String addressOf(RunId run) {
        return "unix:/run/" + run;
    }

    void ask(RunId run) {
        var process = all.get(run);
        if (process == null || !process.alive) {
            world.post(new Event.Exited(run, new Exit.Unknown(), JOURNEY));
            return;
        }
        if (process.asked) {
            return;
        }
        process.asked = true;
        if (!world.chance(process.conduct.ignoresAsk())) {
            world.after(world.upTo(process.conduct.leave()), () -> exit(process, new Exit.Code(0)));
        }
    }

    void kill(RunId run) {
        var process = all.get(run);
        if (process == null || !process.alive) {
            world.post(new Event.Exited(run, new Exit.Unknown(), JOURNEY));
            return;
        }
        process.asked = true;
        world.after(world.random().nextInt(3), () -> exit(process, new Exit.Signalled(9)));
    }

    void exit(SimulatedProcess process, Exit exit) {
        if (!process.alive) {
            return;
        }
        process.alive = false;
        world.tell(process + " ends: " + exit.describe());
        world.traffic().crashed(process.run);
        world.post(new Event.Exited(process.run, exit, JOURNEY), process.spawnHeard);
    }

    /** What a new daemon finds: the state that was written down, with only those instances whose processes still run. */
    State survivorsOf(State saved) {
        var apps = new TreeMap<>(saved.apps());
        apps.replaceAll((_, app) ->
                app.with(app.instances().stream().flatMap(this::found).toList()));
        return new State(
                apps, saved.nextInstance(), saved.nextRun(), saved.leaving(), saved.settings(), saved.configured());
    }

    private Stream<Instance> found(Instance place) {
        var run = place.phase().runOrNull();
        var process = run == null ? null : all.get(run);
        if (process == null || !process.alive) {
            return Stream.empty();
        }
        // One that was written down before its PID was known is found by the mark it carries.
        return Stream.of(
                place.phase() instanceof Phase.Starting p
                        ? place.in(new Phase.Starting(p.run(), process.id, p.since(), p.deadline(), p.crashes()))
                        : place);
    }

    /** Processes that run, and that no instance of {@code state} has. */
    List<SimulatedProcess> orphansOf(State state) {
        return alive().filter(process -> state.apps().values().stream()
                        .flatMap(app -> app.instances().stream())
                        .noneMatch(place -> place.runs(process.run)))
                .toList();
    }

    /** As the daemon's sweep does when it starts: whatever carries our mark and is in no state is killed. */
    void sweep(SimulatedProcess process) {
        process.alive = false;
        all.remove(process.run);
    }

    /** Runs that were never written down: their numbers will be given again. */
    void forgetFrom(long run) {
        all.keySet().removeIf(known -> known.value() >= run);
    }

    @Nullable
    SimulatedProcess get(RunId run) {
        return all.get(run);
    }

    Stream<SimulatedProcess> all() {
        return all.values().stream();
    }

    Stream<SimulatedProcess> alive() {
        return all.values().stream().filter(p -> p.alive);
    }
}
