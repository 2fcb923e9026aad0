package footplate.daemon.keep;

import footplate.core.config.AppDefinition;
import footplate.core.config.Launch;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.health.Condition;
import footplate.core.health.Health;
import footplate.core.keep.AppState;
import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.keep.State;
import footplate.core.name.RunId;
import footplate.core.supervise.Exit;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Journey;
import footplate.core.supervise.Phase;
import footplate.core.user.Account;
import footplate.core.user.RunsAs;
import footplate.daemon.os.Cgroups;
import footplate.daemon.os.Child;
import footplate.daemon.os.FreePort;
import footplate.daemon.os.Marker;
import footplate.daemon.os.NotifySocket;
import footplate.daemon.os.ProcessTree;
import footplate.daemon.os.Processes;
import footplate.daemon.os.Reach;
import footplate.daemon.os.Rights;
import footplate.daemon.os.Signal;
import footplate.daemon.os.SpawnFailure;
import footplate.daemon.os.SpawnRequest;
import footplate.daemon.output.LogFiles;
import footplate.daemon.runtime.AppChannel;
import footplate.daemon.runtime.LaunchPlan;
import footplate.daemon.runtime.Place;
import footplate.daemon.runtime.Planned;
import footplate.daemon.runtime.PortProbe;
import footplate.daemon.runtime.Report;
import footplate.daemon.runtime.RunToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shell around processes: starts them, hears when they are ready and when they end, asks them to leave and kills
 * them. Decides nothing. A start goes these ways:
 *
 * <ol>
 *   <li>prepare: address, log files, environment, program;
 *   <li>start the process;
 *   <li>load the runtime (Node: its preload has reported);
 *   <li>listen: the app takes connections at its address;
 *   <li>say ready, where the operator asked to wait for that;
 *   <li>pass the health check, where there is one.
 * </ol>
 *
 * <p>Longer than 500 lines: the steps of one start share what is known of it.
 */
public final class Runs implements AutoCloseable {
    private static final int UNSAVED_RUNS = 1_000;
    private static final Duration MESSAGE_TIME = Duration.ofSeconds(1);

    /** For what an app that did not come up has said last. */
    private static final Duration LAST_WORDS = Duration.ofMillis(250);

    private static final String OF_USER = "?user=";

    /** Where things of this daemon are. */
    public record Places(
            Path sockets,
            Path preload,
            LogFiles logs,
            AppTerms terms,
            Cgroups cgroups,
            @Nullable SharedFolder shared) {
        /**
         * Of a daemon whose apps run as itself.
         *
         * @param sockets its user's alone
         */
        public Places(Path sockets, Path preload, LogFiles logs) {
            this(sockets, preload, logs, AppTerms.here(true, Map.of()), Cgroups.ofForeground(), null);
        }
    }

    private final Processes processes;
    private final Tokens tokens;
    private final Places places;
    private final AppSockets sockets;
    private final Consumer<Event> keeper;
    private final AppChannel channel;
    private final Notices notices;
    // Names of other users whose processes may report.
    private final Set<String> guests = ConcurrentHashMap.newKeySet();
    private final HealthChecks health;
    private final Supplier<Settings> server;
    private final FreePort ports = new FreePort();
    private final Map<RunId, Run> runs = new ConcurrentHashMap<>();
    // Runs whose process has ended and whose remains are being cleaned up. Guards itself: the last one to end tells.
    private final Set<RunId> cleaning = new HashSet<>();
    private final Births births = new Births();
    private volatile boolean followed;

    /**
     * Opens the channel that apps report to.
     *
     * @param server settings for every app that chose none itself
     * @param keeper takes events; returns at once
     */
    public Runs(
            Processes processes,
            Tokens tokens,
            Places places,
            Path channelSocket,
            Supplier<Settings> server,
            Consumer<Event> keeper)
            throws IOException {
        this.processes = processes;
        this.tokens = tokens;
        this.places = places;
        this.sockets = new AppSockets(places.sockets());
        this.server = server;
        this.keeper = keeper;
        this.health = new HealthChecks(processes, homeMarker(), places.sockets(), keeper);
        if (places.shared() == null) {
            this.channel = AppChannel.open(channelSocket, this::hear);
        } else {
            this.channel = AppChannel.openToOthers(channelSocket, user -> guests.contains(user.getName()), this::hear);
        }
        this.notices = Notices.open(channelSocket.resolveSibling("notify.sock"), places.shared() != null, this::hear);
    }

    /** Starts a process; returns at once. */
    public void start(Effect.Start start) {
        var run = new Run(start, healthOf(start.definition(), server.get()), marker(start.run()), System.nanoTime());
        runs.put(run.id, run);
        Thread.ofVirtual().name("start-" + run.id).start(() -> {
            try {
                start(run);
            } catch (SpawnFailure failure) {
                var problem = failure.problem();
                neverStarted(run, problem.where() + ": " + problem.what(), problem.mend());
            } catch (IOException | RuntimeException | Error failure) {
                neverStarted(
                        run,
                        "the start could not be prepared: " + failure.getMessage(),
                        "Mend what the message names (a full disk, missing permissions), then restart the app.");
            }
        });
    }

    private void start(Run run) throws SpawnFailure, IOException {
        // 1.
        var agreed = places.terms().of(run.definition, server.get());
        if (agreed.runsAs() instanceof RunsAs.Refused(var problem)) {
            neverStarted(run, problem.where() + ": " + problem.what(), problem.mend());
            return;
        }
        enter(run, agreed);
        var place = newPlace(run);
        var logs = places.logs().prepare(run.definition.name(), run.index);
        run.at(
                place,
                List.of(
                        new Run.Output(logs.out(), Files.size(logs.out())),
                        new Run.Output(logs.err(), Files.size(logs.err()))));
        LaunchPlan plan;
        switch (plan(run, place)) {
            case Planned.Refused(var problem) -> {
                neverStarted(run, problem.where() + ": " + problem.what(), problem.mend());
                return;
            }
            case Planned.Ready(var ready) -> plan = ready;
        }
        var who = run.rights().account();
        if (who != null) {
            SharedFolder.give(plan.directory(), who);
        }
        var closed = Reach.problem(
                run.rights(), plan.directory(), Path.of(plan.command().getFirst()), script(run.definition));
        if (closed != null) {
            neverStarted(run, closed.where() + ": " + closed.what(), closed.mend());
            return;
        }
        var environment = new HashMap<>(plan.environment());
        run.rights().enter(environment);
        run.marker.mark(environment);
        homeMarker().mark(environment);
        notices.mark(environment);
        channel.admit(new RunToken(run.marker.token()), run.id);
        run.reached(Journeys.PREPARE, System.nanoTime());
        // 2.
        if (run.isAsked()) {
            neverStarted(
                    run,
                    "it was asked to leave before its process was started: preparing the start took too long",
                    "Look whether the app's folder and " + logs.out().getParent()
                            + " answer (a network file system?), then restart the app.");
            return;
        }
        Child child;
        @Nullable Signal asked;
        if (!births.begin()) {
            return;
        }
        try {
            run.with(Capped.in(places.cgroups(), places.cgroups().make(nameOf(run), agreed.caps())));
            child = processes.spawn(new SpawnRequest(
                    plan.command(),
                    plan.directory(),
                    environment,
                    logs.out(),
                    logs.err(),
                    agreed.openFiles(),
                    run.rights(),
                    run.capped().doors()));
            asked = run.runsAs(child);
            run.reached(Journeys.SPAWN, System.nanoTime());
            keeper.accept(new Event.Spawned(run.id, child.id()));
        } finally {
            births.end();
        }
        if (asked != null) {
            ProcessTree.of(processes, run.marker, child.id()).stop(asked);
        }
        tellIfReady(run, run::becameKnown);
        watch(run, child);
        if (place instanceof Place.Loopback) {
            run.reached(Journeys.LOAD, System.nanoTime());
            run.probedBy(PortProbe.watch(place, () -> listening(run)));
        }
    }

    private Place newPlace(Run run) throws IOException {
        if (!LaunchPlan.usesSocket(run.definition.launch())) {
            return new Place.Loopback(ports.take());
        }
        var account = run.rights().account();
        var shared = places.shared();
        var folder = account == null || shared == null ? sockets : new AppSockets(shared.socketsOf(account));
        return new Place.Socket(folder.free(run.id).toString());
    }

    private void enter(Run run, AppTerms.Terms agreed) {
        if (agreed.runsAs() instanceof RunsAs.Other(var account, int group)) {
            run.with(new Rights(account, group, agreed.noNewPrivileges()));
            guests.add(account.name());
        } else {
            run.with(new Rights(null, 0, agreed.noNewPrivileges()));
        }
    }

    private static @Nullable Path script(AppDefinition app) {
        return app.launch() instanceof Launch.Node(var script, var _) ? Path.of(script) : null;
    }

    private Planned plan(Run run, Place place) {
        var app = run.definition;
        return LaunchPlan.of(
                app.launch(),
                Path.of(app.root()),
                app.environment(),
                app.environmentName(),
                new LaunchPlan.Instance(
                        run.index,
                        place,
                        app.entry().port(),
                        new RunToken(run.marker.token()),
                        channel.path(),
                        places.preload()));
    }

    private static Health healthOf(AppDefinition app, Settings server) {
        return Health.of(server.with(app.settings()));
    }

    private Marker marker(RunId run) {
        return new Marker(Marker.RUN, tokens.of(run));
    }

    private Marker homeMarker() {
        return new Marker(Marker.LEASH, tokens.ofHome());
    }

    /** For those who look at cgroups: the app's name, and the number of the run. */
    private static String nameOf(Run run) {
        return run.definition.name() + "-" + run.id;
    }

    private void watch(Run run, Child child) {
        run.capped().watch(cap -> keeper.accept(new Event.PartKilled(run.id, cap)));
        var _ = child.exit().whenComplete((exit, failure) -> {
            // Comes on the one thread that sees all exits: what takes time goes elsewhere.
            if (exit != null) {
                cleaningBegins(run.id);
                Thread.ofVirtual().name("end-" + run.id).start(() -> ended(run, exit));
            }
        });
    }

    private void hear(Report report) {
        var run = runs.get(report.run());
        if (run == null) {
            return;
        }
        switch (report) {
            case Report.Hello hello -> {
                if (hello.main()) {
                    run.reached(Journeys.LOAD, System.nanoTime());
                }
            }
            case Report.Listening _ -> listening(run);
            case Report.Ready _ -> saidReady(run);
            case Report.Failed failed -> run.failedWith(failed);
            case Report.AlsoListening also -> run.alsoListens(also.address());
            case Report.Closed _, Report.Message _, Report.Stats _ -> {}
        }
    }

    /** Says READY=1 by sd_notify(3): the run is the sender's by its marker, or by the session it is in. */
    private void hear(NotifySocket.Ready ready) {
        for (var run : runs.values()) {
            var child = run.child();
            if (ready.run().equals(run.marker.token())
                    || (child != null && child.id().pid() == ready.session())) {
                saidReady(run);
                return;
            }
        }
    }

    private void saidReady(Run run) {
        run.reached(Journeys.SAY_READY, System.nanoTime());
        tellIfReady(run, run::saidReady);
    }

    private void listening(Run run) {
        run.reached(Journeys.LISTEN, System.nanoTime());
        tellIfReady(run, run::listens);
    }

    private void passedHealth(Run run) {
        run.reached(Journeys.PASS_HEALTH, System.nanoTime());
        tellIfReady(run, run::isHealthy);
    }

    private static Place knownPlace(Run run) {
        var place = run.place();
        if (place == null) {
            throw new IllegalStateException("run " + run.id + " is ready without an address");
        }
        return place;
    }

    /** Under the run's lock, like its end: news of its readiness must not come after that of its end. */
    private void tellIfReady(Run run, BooleanSupplier becameReady) {
        synchronized (run) {
            if (becameReady.getAsBoolean()) {
                keeper.accept(new Event.Ready(
                        run.id, address(knownPlace(run), run.rights().account())));
            }
            if (run.wantsChecks()) {
                run.checkedBy(health.begin(run, knownPlace(run), Condition.STARTING, () -> passedHealth(run)));
            }
        }
    }

    /** With whose socket it must be, where that is somebody else's: who may write to its folder could put another there. */
    private static String address(Place place, @Nullable Account user) {
        return switch (place) {
            case Place.Socket(var path) -> "unix:" + path + (user == null ? "" : OF_USER + user.id());
            case Place.Loopback(var port) -> "127.0.0.1:" + port;
        };
    }

    private static Place placeOf(String address) {
        return address.startsWith("unix:")
                ? new Place.Socket(address.substring("unix:".length()).replaceFirst("\\?user=[0-9]+$", ""))
                : new Place.Loopback(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }

    private void neverStarted(Run run, String problem, String cure) {
        if (run.end()) {
            var steps = Journeys.steps(run);
            try {
                // There is a process if it came and then could not be watched.
                killTree(run);
            } finally {
                keeper.accept(new Event.Exited(
                        run.id, new Exit.NeverStarted(), new Journey(steps, List.of(), problem, cure)));
                drop(run);
            }
        }
    }

    /** The process is gone: the Keeper hears it first, then what the process left behind is cleaned up. */
    private void ended(Run run, Exit how) {
        try {
            if (run.end()) {
                var exit = run.capped().ended(how);
                hearOut(run);
                keeper.accept(new Event.Exited(run.id, exit, Journeys.of(run, exit)));
                try {
                    killTree(run);
                } finally {
                    drop(run);
                }
            }
        } finally {
            cleaningEnds(run.id);
        }
    }

    /** Why a start failed an app may have told in the instant before its end. */
    private void hearOut(Run run) {
        if (!run.wasToldReady() && run.place() instanceof Place.Socket) {
            try {
                channel.hearOut(run.id, LAST_WORDS);
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void killTree(Run run) {
        var child = run.child();
        if (child != null) {
            ProcessTree.of(processes, run.marker, child.id()).kill();
            run.capped().kill(processes);
        }
    }

    private void drop(Run run) {
        runs.remove(run.id);
        run.capped().remove();
        channel.dismiss(run.id);
        switch (run.place()) {
            case Place.Socket(var path) -> AppSockets.sweep(Path.of(path));
            case Place.Loopback(var port) -> ports.giveBack(port);
            case null -> {}
        }
    }

    /** Asks the whole tree of a run to leave, as Ctrl-C on a terminal would; or its app by a message, where it was told so. */
    public void ask(Effect.Ask ask) {
        var run = runs.get(ask.run());
        if (run == null) {
            gone(ask.run());
            return;
        }
        if (ask.startTimedOut()) {
            run.timedOut();
        }
        run.endChecks();
        var signal = Run.signalOf(ask.definition());
        var child = run.askedBy(signal);
        boolean byMessage = server.get().with(ask.definition().settings()).on(Setting.SHUTDOWN_WITH_MESSAGE);
        if (child != null) {
            Thread.ofVirtual().name("ask-" + run.id).start(() -> {
                if (!byMessage || !channel.shutDown(run.id, MESSAGE_TIME)) {
                    ProcessTree.of(processes, run.marker, child.id()).stop(signal);
                }
            });
        }
    }

    /** Nothing is known of that run: the Keeper hears that it is over, in case it has not. */
    private void gone(RunId run) {
        keeper.accept(new Event.Exited(run, new Exit.Unknown(), new Journey(List.of(), List.of(), "", "")));
    }

    /** Kills the whole tree of a run. */
    public void kill(RunId id) {
        var run = runs.get(id);
        if (run == null) {
            gone(id);
            return;
        }
        Thread.ofVirtual().name("kill-" + id).start(() -> killTree(run));
    }

    /**
     * Takes over the processes that an earlier daemon of this home has left, and ends those that it had started without
     * writing them down.
     *
     * @return the state with only those instances whose processes still run
     */
    public State adopt(State found) {
        var apps = new TreeMap<>(found.apps());
        apps.replaceAll((_, app) -> adopt(app, found.settings()));
        Orphans.end(processes, homeMarker(), runs.values());
        sweepSockets();
        places.cgroups()
                .sweep(runs.values().stream()
                        .flatMap(run -> run.capped().cgroup().stream())
                        .toList());
        runs.values().forEach(this::goOnChecking);
        // The last numbers may have been handed out without being written down, and a number is also a process's mark.
        long nextRun = found.equals(State.EMPTY) ? found.nextRun() : found.nextRun() + UNSAVED_RUNS;
        return new State(apps, found.nextInstance(), nextRun, false, found.settings(), found.configured());
    }

    private void goOnChecking(Run run) {
        var place = run.place();
        if (place != null && run.wantsChecks()) {
            run.checkedBy(health.begin(run, place, Condition.SERVING, () -> {}));
        }
    }

    private void sweepSockets() {
        sockets.sweepAllBut(runs.keySet());
        var shared = places.shared();
        if (shared != null) {
            try {
                for (var folder : shared.sockets()) {
                    new AppSockets(folder).sweepAllBut(runs.keySet());
                }
            } catch (IOException leftBehind) {
                // Sockets nobody listens on: the next daemon's start sweeps them.
            }
        }
    }

    private AppState adopt(AppState app, Settings server) {
        var alive = new ArrayList<Instance>();
        for (var instance : app.instances()) {
            if (instance.phase() instanceof Phase.Running running && adopt(app, instance, running, server)) {
                alive.add(instance);
            }
        }
        return app.with(alive);
    }

    private boolean adopt(AppState app, Instance instance, Phase.Running running, Settings server) {
        var id = running.processOrNull();
        var marker = marker(running.run());
        var child =
                id == null || marker.isMissingOn(id) ? null : processes.find(id).orElse(null);
        if (child == null) {
            return false;
        }
        var definition = app.definitionOf(instance);
        var start = new Effect.Start(definition, instance.id(), instance.index(), running.run());
        var run = new Run(start, healthOf(definition, server), marker, System.nanoTime());
        run.runsAs(child);
        if (running instanceof Phase.Up up) {
            var place = placeOf(up.address());
            if (place instanceof Place.Loopback(var port)) {
                ports.keep(port);
            }
            run.at(place, List.of());
        }
        run.wasReady();
        enter(run, places.terms().of(app.definition(), server));
        run.with(Capped.in(places.cgroups(), places.cgroups().of(child.id().pid())));
        runs.put(run.id, run);
        channel.admit(new RunToken(run.marker.token()), run.id);
        watch(run, child);
        return true;
    }

    /** Starts no process from now on; what is to be started waits for {@link #thaw}, or is never. */
    public void freeze() {
        births.freeze();
    }

    /**
     * Goes on where it was frozen; on the thread that froze it. A daemon that was to take over has failed: what it may have
     * started is ended, and the channel for apps is this one's again.
     */
    public void thaw(boolean wasTaken) throws IOException {
        try {
            if (wasTaken) {
                Orphans.end(processes, homeMarker(), runs.values());
                channel.reopen();
                notices.reopen();
            }
        } finally {
            births.thaw();
        }
    }

    /** The processes are another daemon's from now on: of those that are our children, we still take the exit. */
    public void handOver() throws IOException {
        births.endForEver();
        letGo();
        followed = true;
        notices.leave();
        channel.leave();
    }

    private void letGo() {
        for (var run : runs.values()) {
            run.endChecks();
            run.capped().leave();
        }
    }

    /** Waits until nothing is left of the processes that have ended: no descendant, no socket. */
    public void awaitCleaned() throws InterruptedException {
        synchronized (cleaning) {
            // Those that end meanwhile are not waited for: somewhere an app may crash all the time.
            var ended = Set.copyOf(cleaning);
            while (!Collections.disjoint(cleaning, ended)) {
                cleaning.wait();
            }
        }
    }

    private void cleaningBegins(RunId run) {
        synchronized (cleaning) {
            cleaning.add(run);
        }
    }

    private void cleaningEnds(RunId run) {
        synchronized (cleaning) {
            cleaning.remove(run);
            cleaning.notifyAll();
        }
    }

    /** Lets go of every process: those that run, run on. */
    @Override
    public void close() throws IOException {
        letGo();
        if (!followed) {
            places.cgroups().close(processes);
        }
        notices.close();
        channel.close();
        processes.close();
    }
}
