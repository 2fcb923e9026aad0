package footplate.testkit;

import footplate.core.config.AppDefinition;
import footplate.core.config.Launch;
import footplate.core.deploy.Stage;
import footplate.core.keep.AppState;
import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.keep.Keep;
import footplate.core.keep.State;
import footplate.core.keep.Step;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.route.Target;
import footplate.core.supervise.Exit;
import footplate.core.supervise.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A small world around the Keeper's rule: processes, requests, clock and operators, simulated from one seed in virtual
 * time, through the real gates and routing tables. After every step it checks {@link Promises}, and {@link #settle} that
 * what was asked for is reached once nothing disturbs it any more.
 *
 * <pre>{@code
 * var world = new World(random);
 * world.define(SampleApp.named("shop").pool(2, 4));
 * world.passes(Duration.ofSeconds(2)).kill("shop");
 * world.settle();
 * }</pre>
 *
 * <p>Longer than 500 lines: all of what may happen to one state.
 */
public final class World {
    private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Random random;
    private final Rule rule;
    private final Timeline timeline = new Timeline();
    private final Story story = new Story();
    private final Wishes wishes = new Wishes();
    private final Promises promises = new Promises(this, wishes);
    private final Processes processes = new Processes(this);
    private final Traffic traffic = new Traffic(this);
    private final Ending ending = new Ending(this, wishes, promises, processes, traffic);
    private final Map<String, Conduct> conducts = new HashMap<>();
    private final Map<RunId, Long> carriedOut = new HashMap<>();
    private final Set<RunId> drained = new HashSet<>();

    private Faults faults = Faults.NONE;
    private boolean calm;
    private State state = State.EMPTY;
    private State saved = State.EMPTY;
    private boolean saveFailed;
    private boolean cutShort;
    private boolean alive = true;
    private boolean left;
    private int life;
    private int wake;
    private int effectsUntilDeath = -1;
    private int steps;

    /** A world that lives by the Keeper's rule. */
    public World(Random random) {
        this(random, Keep::step);
    }

    public World(Random random, Rule rule) {
        this.random = random;
        this.rule = rule;
        observe();
    }

    // Time.

    /** Lets time pass. */
    public World passes(Duration time) {
        timeline.runUntil(timeline.now() + time.toMillis());
        return this;
    }

    /** Does something when {@code millis} have passed. */
    public void after(long millis, Runnable deed) {
        timeline.at(timeline.now() + millis, deed);
    }

    public World suffers(Faults these) {
        faults = these;
        return this;
    }

    // Operators.

    public World define(SampleApp app) {
        conducts.put(app.name() + " " + app.version(), app.conduct());
        return asks(new Event.Define(app.definition()));
    }

    /** A configuration file has these apps, new or changed, and no more those. */
    public World configure(List<SampleApp> apps, List<String> gone) {
        apps.forEach(app -> conducts.put(app.name() + " " + app.version(), app.conduct()));
        return asks(new Event.Configure(
                null,
                apps.stream().map(SampleApp::definition).toList(),
                gone.stream().map(AppName::new).toList(),
                state.settings()));
    }

    /** A new release, by the strategy of its settings. */
    public World deploy(SampleApp app) {
        conducts.put(app.name() + " " + app.version(), app.conduct());
        return asks(new Event.Deploy(app.definition(), false));
    }

    public World promote(String app) {
        return asks(new Event.Promote(new AppName(app)));
    }

    public World abort(String app) {
        return asks(new Event.Abort(new AppName(app), "its operator asked"));
    }

    public World pause(String app) {
        return asks(new Event.Pause(new AppName(app)));
    }

    public World resume(String app) {
        return asks(new Event.Resume(new AppName(app)));
    }

    public World takeBack(String app) {
        return asks(new Event.TakeBack(new AppName(app), "its operator asked"));
    }

    public World restart(String app) {
        return asks(new Event.Restart(new AppName(app), "asked for"));
    }

    public World stop(String app) {
        return asks(new Event.Stop(new AppName(app)));
    }

    public World delete(String app) {
        return asks(new Event.Delete(new AppName(app)));
    }

    public World scale(String app, int min, int max) {
        return asks(new Event.Scale(new AppName(app), min, max));
    }

    public World freshProcesses(String app, boolean on) {
        return asks(new Event.FreshProcesses(new AppName(app), on));
    }

    public World restartInstance(InstanceId id) {
        return asks(new Event.RestartInstance(id));
    }

    /** One of an app's ready processes does not do well, and its watcher wants another in its place. */
    public World replaceOne(String app) {
        var known = state.apps().get(new AppName(app));
        var runs = known == null
                ? List.<RunId>of()
                : known.instances().stream()
                        .filter(Instance::isUp)
                        .map(i -> i.phase().runOrNull())
                        .toList();
        return runs.isEmpty()
                ? this
                : asks(new Event.Replace(runs.get(random.nextInt(runs.size())), "does not do well"));
    }

    public World stopInstance(InstanceId id) {
        return asks(new Event.StopInstance(id));
    }

    public World leave() {
        return asks(new Event.Leave());
    }

    /** An operator's call; with no daemon there it comes to nothing. */
    private World asks(Event event) {
        if (alive) {
            hear(event);
        }
        return this;
    }

    // Mishaps.

    /** {@code kill -9} of one of an app's processes, if it has one. */
    public World kill(String app) {
        var candidates = processes.alive().filter(p -> p.isOf(app)).toList();
        if (!candidates.isEmpty()) {
            processes.exit(candidates.get(random.nextInt(candidates.size())), new Exit.Signalled(9));
        }
        return this;
    }

    /** {@code kill -9} of the daemon: its processes live on. */
    public World daemonDies() {
        if (alive) {
            tell("the daemon dies");
            alive = false;
            life++;
            effectsUntilDeath = -1;
            traffic.daemonDied();
            carriedOut.clear();
            drained.clear();
        }
        return this;
    }

    /** The daemon dies in the middle of a later step, when it has carried out {@code effects} more. */
    public World daemonDiesAfter(int effects) {
        effectsUntilDeath = effects;
        return this;
    }

    /** A new daemon takes over what the last one left. */
    public World daemonStarts() {
        if (alive) {
            return this;
        }
        if (!cutShort && !saveFailed && !saved.equals(state)) {
            throw broken("the daemon died between two steps, and its last state was not saved");
        }
        var found = processes.survivorsOf(saved);
        for (var orphan : processes.orphansOf(found)) {
            if (!saveFailed) {
                throw broken(orphan + " is an orphan: the saved state does not know it");
            }
            processes.sweep(orphan);
        }
        if (saveFailed) {
            processes.forgetFrom(found.nextRun());
        }
        if (cutShort || saveFailed) {
            wishes.startAgainFrom(found);
        }
        tell("a daemon starts");
        alive = true;
        left = false;
        cutShort = false;
        saveFailed = false;
        state = State.EMPTY;
        var step = Keep.restore(found, instant());
        promises.check(State.EMPTY, null, step);
        take(step);
        observe();
        return this;
    }

    // Clients.

    /** One request for an app. */
    public World request(String app) {
        if (alive) {
            traffic.request(new AppName(app));
        }
        return this;
    }

    /** Requests at random moments, so many a second on average, from now on for {@code time}. */
    public World requests(String app, int perSecond, Duration time) {
        for (long i = perSecond * time.toMillis() / 1_000; i > 0; i--) {
            after(upTo(time), () -> request(app));
        }
        return this;
    }

    // The end.

    /** Nothing disturbs the world any more: what was asked for is to be reached, in bounded time. */
    public World settle() {
        calm = true;
        faults = Faults.NONE;
        effectsUntilDeath = -1;
        long until = timeline.now() + PATIENCE.toMillis();
        passes(Duration.ofMillis(100));
        if (!alive && !left) {
            daemonStarts();
        }
        var missing = ending.missing();
        while (!missing.isEmpty() && timeline.now() < until) {
            operatorsDecide();
            passes(Duration.ofMillis(500));
            missing = ending.missing();
        }
        if (!missing.isEmpty()) {
            throw broken("the desired state is not reached: " + String.join("; ", missing));
        }
        return this;
    }

    /** A deploy that waits for its operator does not wait for ever. */
    private void operatorsDecide() {
        for (var app : List.copyOf(state.apps().values())) {
            var rollout = app.rollout();
            if (rollout != null && (rollout.isPaused() || rollout.stage() instanceof Stage.Awaiting)) {
                var name = app.definition().name();
                asks(random.nextBoolean() ? new Event.Promote(name) : new Event.Abort(name, "its operator asked"));
            }
        }
    }

    // What tests look at.

    public State state() {
        return state;
    }

    /**
     * One app, as the daemon sees it.
     *
     * @throws IllegalArgumentException if it knows no such app
     */
    public AppState app(String name) {
        var app = state.apps().get(new AppName(name));
        if (app == null) {
            throw new IllegalArgumentException("no app " + name);
        }
        return app;
    }

    /** How many processes of an app are ready for requests. */
    public int ready(String app) {
        var known = state.apps().get(new AppName(app));
        return known == null
                ? 0
                : (int) known.instances().stream()
                        .filter(i -> i.wanted() && i.isUp() && !i.aside())
                        .count();
    }

    /** How many processes of an app exist, whatever the daemon knows. */
    public int alive(String app) {
        return (int) processes.alive().filter(p -> p.isOf(app)).count();
    }

    /** How many processes an app has ever had. */
    public int started(String app) {
        return (int) processes.all().filter(p -> p.isOf(app)).count();
    }

    /** How many requests ended with an answer. */
    public int answered() {
        return traffic.count(Request.Outcome.ANSWERED);
    }

    /** How many clients did not want to wait in the queue: of those who have to, one in fifty. */
    public int clientsLeft() {
        return traffic.count(Request.Outcome.CLIENT_LEFT);
    }

    /** How many requests there were. */
    public long asked() {
        return traffic.asked();
    }

    /** How many steps the rule has made. */
    public int steps() {
        return steps;
    }

    /** The wanted instances, by number. */
    public List<InstanceId> instances() {
        return state.apps().values().stream()
                .flatMap(app -> app.instances().stream())
                .filter(Instance::wanted)
                .map(Instance::id)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    public boolean hasLeft() {
        return left;
    }

    // The daemon.

    private void hear(Event event) {
        story.add(timeline.now(), event);
        steps++;
        var step = rule.step(state, event, instant());
        if (event instanceof Event.Exited(var run, var _, var _)) {
            drained.add(run);
        }
        wishes.note(event, state, step.state());
        promises.check(state, event, step);
        take(step);
    }

    private void take(Step step) {
        state = step.state();
        int mine = life;
        for (var effect : step.effects()) {
            if (effectsUntilDeath >= 0 && effectsUntilDeath-- == 0) {
                cutShort = true;
                daemonDies();
            }
            if (mine != life) {
                return;
            }
            story.add(timeline.now(), effect);
            carryOut(effect);
        }
        state.wakeAt().ifPresent(this::wakeAt);
    }

    private void wakeAt(Instant due) {
        int mine = ++wake;
        int born = life;
        long late = upTo(faults.delay());
        timeline.at(Duration.between(BEGIN, due).toMillis() + late, () -> {
            if (alive && born == life && mine == wake) {
                hear(new Event.Wake());
            }
        });
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Start start -> onRun(start.run(), () -> processes.start(start.run(), start.definition()));
            case Effect.Ask ask -> onRun(ask.run(), () -> processes.ask(ask.run()));
            case Effect.Kill(var run) -> onRun(run, () -> processes.kill(run));
            case Effect.Drain(var run) -> {
                drained.add(run);
                if (!chance(faults.lost()) && traffic.drain(run)) {
                    post(new Event.Drained(run));
                }
            }
            case Effect.Publish(var routes, var _, var _) -> traffic.publish(routes);
            case Effect.RefuseWaiting(var app, var failure) -> traffic.refuse(app, failure);
            case Effect.Save(var written) -> {
                saveFailed = chance(faults.unsaved());
                if (!saveFailed) {
                    saved = written;
                }
            }
            case Effect.Check(var definition, int generation, int step, var _) ->
                post(new Event.Checked(definition.name(), generation, step, !chance(0.2), "it said no"));
            case Effect.Tell _, Effect.Apply _ -> {}
            case Effect.Left _ -> leaves();
        }
    }

    private void leaves() {
        if (processes.alive().findAny().isPresent()) {
            throw broken("the daemon leaves, and leaves processes behind");
        }
        left = true;
        daemonDies();
    }

    /** The deeds on one run are done in their order. */
    private void onRun(RunId run, Runnable deed) {
        if (chance(faults.lost())) {
            return;
        }
        int mine = life;
        long at = Math.max(timeline.now() + upTo(faults.delay()), carriedOut.getOrDefault(run, 0L));
        carriedOut.put(run, at);
        timeline.at(at, () -> {
            if (mine == life) {
                deed.run();
            }
        });
    }

    private void observe() {
        int mine = life;
        after(1_000, () -> {
            if (alive && mine == life) {
                post(traffic.observed());
                observe();
            }
        });
    }

    // What the parts of a world use.

    /** Puts an event into the daemon's mailbox; tells when it will be heard. */
    long post(Event event) {
        return post(event, 0);
    }

    long post(Event event, long notBefore) {
        long at = Math.max(timeline.now() + upTo(faults.delay()), notBefore);
        int mine = life;
        if (alive) {
            timeline.at(at, () -> {
                if (alive && mine == life) {
                    hear(event);
                }
            });
        }
        return at;
    }

    /** A request got a place; whether its process is there to answer it. */
    boolean claimed(Target target) {
        var process = processes.get(target.run());
        if (process == null || !process.ready || drained.contains(target.run())) {
            throw broken(
                    "traffic: a request goes to run " + target.run() + ", which is not ready, or was asked to leave");
        }
        if (process.alive && process.asked) {
            throw broken("traffic: a request goes to " + process + ", which was asked to leave");
        }
        return process.alive;
    }

    Conduct conductOf(AppDefinition definition) {
        var version = definition.launch() instanceof Launch.Command(var line) ? line : "";
        return conducts.getOrDefault(definition.name() + " " + version, Conduct.GOOD);
    }

    Processes processes() {
        return processes;
    }

    Traffic traffic() {
        return traffic;
    }

    boolean isCalm() {
        return calm;
    }

    Random random() {
        return random;
    }

    boolean chance(double share) {
        return share > 0 && random.nextDouble() < share;
    }

    long upTo(Duration longest) {
        return random.nextLong(longest.toMillis() + 1);
    }

    long millis() {
        return timeline.now();
    }

    Instant instant() {
        return BEGIN.plusMillis(timeline.now());
    }

    void tell(String what) {
        story.add(timeline.now(), what);
    }

    AssertionError broken(String promise) {
        return story.broken(timeline.now(), promise);
    }
}
