package footplate.daemon;

import footplate.api.client.HomeLayout;
import footplate.api.client.SocketPath;
import footplate.api.v1.ConfigureRequest;
import footplate.api.v1.PingInfo;
import footplate.api.v1.RequestInfo;
import footplate.api.v1.ServerCounts;
import footplate.api.v1.StartRequest;
import footplate.api.v1.UpgradeInfo;
import footplate.api.v1.UpgradeRequest;
import footplate.core.balance.Server;
import footplate.core.config.Entry.Binding;
import footplate.core.config.GivenMemory;
import footplate.core.config.Problem;
import footplate.core.config.Secret;
import footplate.core.config.Settings;
import footplate.core.happen.Happening;
import footplate.core.keep.Configured;
import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.keep.PlannedRoute;
import footplate.core.keep.State;
import footplate.core.limit.LimitWatch;
import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.pool.Load;
import footplate.core.route.Availability;
import footplate.core.route.LiveTable;
import footplate.core.route.Routing;
import footplate.core.route.StreamBinding;
import footplate.core.supervise.Phase;
import footplate.core.supervise.ProcessId;
import footplate.core.supervise.StartFailure;
import footplate.daemon.config.Definitions;
import footplate.daemon.config.Definitions.Startup;
import footplate.daemon.config.Refused;
import footplate.daemon.control.Commands;
import footplate.daemon.control.ControlServer;
import footplate.daemon.control.ControlServer.CallRefused;
import footplate.daemon.control.ReleaseNotes;
import footplate.daemon.control.Turnstile;
import footplate.daemon.deploy.Artifacts;
import footplate.daemon.deploy.Checks;
import footplate.daemon.deploy.ReleaseStore;
import footplate.daemon.discover.Discovery;
import footplate.daemon.health.UpstreamChecks;
import footplate.daemon.keep.AcceptedFiles;
import footplate.daemon.keep.AppTerms;
import footplate.daemon.keep.Keeper;
import footplate.daemon.keep.Listeners;
import footplate.daemon.keep.Previews;
import footplate.daemon.keep.Runs;
import footplate.daemon.keep.SharedFolder;
import footplate.daemon.keep.Shells;
import footplate.daemon.keep.StateFile;
import footplate.daemon.keep.Tables;
import footplate.daemon.keep.Tokens;
import footplate.daemon.limit.Limiter;
import footplate.daemon.limit.Uses;
import footplate.daemon.observe.HappeningStream;
import footplate.daemon.observe.Sampler;
import footplate.daemon.observe.Shortages;
import footplate.daemon.observe.Standings;
import footplate.daemon.os.Cgroups;
import footplate.daemon.os.FileSpace;
import footplate.daemon.os.Leash;
import footplate.daemon.os.Marker;
import footplate.daemon.os.Processes;
import footplate.daemon.output.LogFiles;
import footplate.daemon.output.LogRotation;
import footplate.daemon.output.LogSizeWatch;
import footplate.daemon.runtime.Detected;
import footplate.daemon.runtime.Detection;
import footplate.daemon.runtime.PreloadFile;
import footplate.daemon.upgrade.Drains;
import footplate.daemon.upgrade.Handover;
import footplate.daemon.upgrade.Successor;
import footplate.daemon.watch.ChangedFile;
import footplate.daemon.watch.RestartFiles;
import footplate.proxy.access.LogPlaces;
import footplate.proxy.flow.JvmMemory;
import footplate.proxy.rule.OperatorsMistake;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One Footplate: the Keeper, the shells around it, and the wires between them, all drawn here by hand. Both the
 * background daemon and a foreground run are one of these. Longer than 500 lines: it is where everything meets, so that
 * nothing has to meet elsewhere.
 */
final class Daemon implements Shells, Commands.Surroundings, AutoCloseable {
    private static final Duration LEASH_GRACE = Duration.ofSeconds(5);
    private static final Duration CLOSING_GRACE = Duration.ofSeconds(1);
    private static final long SAVE_LIMIT_SECONDS = 5;

    /**
     * What kind of daemon it is.
     *
     * @param layout its home
     * @param foreground its apps end with it, and nothing of it is kept
     * @param server how requests are served until somebody says otherwise
     * @param accessLogs where those of its apps go; null: each app's into a file beside its output
     * @param version of Footplate
     * @param origin where it comes from
     * @param log takes lines for the operator
     */
    record Kind(
            HomeLayout layout,
            boolean foreground,
            Settings server,
            @Nullable LogPlaces accessLogs,
            String version,
            Origin origin,
            Consumer<String> log) {}

    private final Kind kind;
    private final InstantSource clock = Keeper.steadyClock();
    private final long startedNanos = System.nanoTime();
    private final HappeningStream stream = new HappeningStream();
    private final CountDownLatch left = new CountDownLatch(1);
    private final DataPlane dataPlane;
    private final Keeper keeper;
    private final Drains drains;
    private final Tables tables;
    private final Listeners<Binding> listeners;
    private final Listeners<StreamBinding> streams;
    private final Runs runs;
    private final LogSizeWatch logSizes;
    private final LogFiles logFiles;
    private final Discovery discovery;
    private final UpstreamChecks upstreamChecks;
    private final Standings standings = new Standings();
    private final @Nullable Leash leash;
    private final @Nullable StateFile stateFile;
    private final Commands commands;
    private final Checks checks;
    private final Turnstile turnstile;
    private final @Nullable Incumbency incumbency;
    private final Sampler sampler;
    private final @Nullable ReleaseStore releases;
    private volatile Set<Binding> bindings = Set.of();
    private volatile Set<StreamBinding> streamBindings = Set.of();
    private volatile boolean leaving;
    private @Nullable RestartFiles restartFiles;
    private @Nullable ChangedFile changedFile;
    private @Nullable Shortages shortages;
    private @Nullable Limiter limiter;
    private @Nullable ControlServer control;
    private @Nullable ReleaseNotes releaseNotes;

    /** Builds everything; nothing runs yet but idle threads. */
    Daemon(Kind kind, DataPlane.Maker maker) throws IOException {
        this.kind = kind;
        var layout = kind.layout();
        var table = new LiveTable();
        keeper = new Keeper(clock, this::mistake);
        drains = new Drains(keeper);
        discovery = new Discovery(
                (question, changed, tell) -> dataPlane().watch(question, changed, tell),
                (spot, server, places) -> keeper.post(new Event.Found(spot.upstream(), spot.server(), server, places)),
                kind.log());
        upstreamChecks = new UpstreamChecks(this::mistake);
        logFiles = new LogFiles(layout.home());
        var accessLogs = kind.accessLogs() == null ? LogPlaces.files(this::watchedAccessLog) : kind.accessLogs();
        var origin = kind.origin();
        dataPlane = maker.make(
                new DataPlane.Start(
                        kind.server(),
                        layout.temporary(),
                        this::mistake,
                        accessLogs,
                        origin.sockets(),
                        origin.services()),
                table);
        if (!dataPlane.note().isEmpty()) {
            kind.log().accept(dataPlane.note());
        }
        listeners = new Listeners<>(dataPlane, kind.log());
        streams = new Listeners<>(dataPlane.streams(), kind.log());
        var tokens = kind.foreground() ? Tokens.forOnce() : Tokens.of(layout.home());
        tables = new Tables(table, drains, new Secret(tokens.ofCookies()));
        leash = kind.foreground() ? Leash.hold(new Marker(Marker.LEASH, tokens.ofHome()), LEASH_GRACE) : null;
        var processes = Processes.forThisMachine();
        var sockets = layout.controlSocket().resolveSibling("");
        var terms = AppTerms.here(kind.foreground(), System.getenv());
        var shared = terms.switches() ? SharedFolder.of(layout.home()) : null;
        runs = new Runs(
                processes,
                tokens,
                new Runs.Places(
                        sockets,
                        shared == null ? PreloadFile.in(layout.home()) : shared.preload(),
                        logFiles,
                        terms,
                        kind.foreground()
                                ? Cgroups.ofForeground()
                                : Cgroups.of(SocketPath.shortFolder(layout.home())
                                        .getFileName()
                                        .toString()),
                        shared),
                (shared == null ? sockets : shared.path()).resolve("apps.sock"),
                () -> keeper.state().settings(),
                keeper::post);
        logSizes = new LogSizeWatch(
                LogRotation.usual(new FileSpace()::releaseHead),
                (file, failure) ->
                        kind.log().accept("the log %s cannot be rotated: %s".formatted(file, failure.getMessage())));
        if (!kind.foreground()) {
            logSizes.add(layout.daemonLog());
        }
        stateFile = kind.foreground() ? null : new StateFile(layout.stateFile(), kind.log());
        sampler = new Sampler(this::processes);
        checks = new Checks(processes, tokens.ofHome(), keeper::post);
        releases = kind.foreground()
                ? null
                : new ReleaseStore(
                        shared == null ? layout.releases() : SharedFolder.releases(layout.home()),
                        shared != null,
                        clock,
                        kind.log());
        commands = new Commands(
                keeper,
                stream,
                listeners,
                streams,
                new Definitions(kind.foreground(), Runtime.getRuntime().availableProcessors()),
                new Commands.Shown(tables, sampler, layout.logs(), clock),
                this,
                releases == null
                        ? null
                        : new Commands.Kept(
                                releases,
                                new Artifacts(processes, layout.home(), tokens.ofHome()),
                                new AcceptedFiles(layout.home()),
                                this::mistake));
        turnstile = new Turnstile(commands);
        incumbency = stateFile == null
                ? null
                : new Incumbency(
                        layout,
                        new Incumbency.Parts(
                                keeper,
                                runs,
                                tables,
                                drains,
                                dataPlane,
                                logSizes,
                                stateFile,
                                turnstile,
                                new OurDoors()),
                        origin.lock(),
                        left::countDown,
                        kind.log());
    }

    /** What an upgrade opens and shuts. */
    private final class OurDoors implements Incumbency.Doors {
        @Override
        public void rest() {
            if (restartFiles != null) {
                restartFiles.close();
            }
            if (changedFile != null) {
                changedFile.close();
            }
            // Nobody waits for those that are left: who waits keeps an upgrade waiting.
            commands.breakOff();
            if (limiter != null) {
                limiter.close();
            }
        }

        @Override
        public void reopen() throws IOException {
            leave();
            openDoors();
        }

        @Override
        public void leave() throws IOException {
            if (control != null) {
                control.leave();
            }
        }
    }

    /** Takes over what {@code found} tells of, and begins to work. */
    void start(State found) throws IOException {
        logFiles.prepareFolder();
        var takeover = kind.origin().takeover();
        if (takeover != null) {
            takeover.follows(drains);
        }
        if (releases != null) {
            releases.sweep();
        }
        var known = found.with(memory().within(found.settings(), this::leftOut));
        shortages = Shortages.watch(dataPlane::counts, kind.log(), this::mistake);
        keeper.start(this, runs.adopt(takeover == null ? known : takeover.adapt(known, clock.instant())));
        noteReleases();
        openDoors();
        if (takeover != null) {
            takeover.serves(this::drain);
        }
        kind.origin().services().ready();
    }

    @Override
    public GivenMemory memory() {
        return JvmMemory.given();
    }

    /** It was set when the JVM was given more. */
    private void leftOut(Problem setting) {
        kind.log().accept("%s; it has its default".formatted(setting));
    }

    private void noteReleases() {
        if (releases != null) {
            releaseNotes = new ReleaseNotes(keeper, stream, releases, this, this::mistake);
        }
    }

    private void openDoors() throws IOException {
        restartFiles = new RestartFiles(this::watchedApps, new RestartFiles.Listener() {
            @Override
            public void restart(String app) {
                keeper.post(new Event.Restart(new AppName(app), "tmp/restart.txt was touched"));
            }

            @Override
            public void freshProcesses(String app, boolean on) {
                keeper.post(new Event.FreshProcesses(new AppName(app), on));
            }
        });
        changedFile = ChangedFile.watch(this::watchedFile, this::fileChanged);
        limiter = Limiter.start(
                () -> Uses.of(
                        keeper.state(),
                        run -> tables.load(run).map(Load::processed).orElse(0L)),
                this::limited,
                this::mistake);
        control = new ControlServer(kind.layout().controlSocket(), turnstile, this::mistake);
    }

    private DataPlane dataPlane() {
        return dataPlane;
    }

    Commands commands() {
        return commands;
    }

    HappeningStream stream() {
        return stream;
    }

    LogFiles logFiles() {
        return logFiles;
    }

    State state() {
        return keeper.state();
    }

    private Map<String, RestartFiles.App> watchedApps() {
        var watched = new HashMap<String, RestartFiles.App>();
        keeper.state().apps().forEach((name, app) -> {
            if (app.wanted()) {
                var since = app.instances().stream()
                        .map(i -> startOf(i.phase()))
                        .min(Comparator.naturalOrder())
                        .orElse(Instant.MAX);
                watched.put(name.value(), new RestartFiles.App(app.definition().root(), since));
            }
        });
        return watched;
    }

    /** The configuration file in force, if it is to be read again when it changes. */
    private @Nullable Path watchedFile() {
        var configured = keeper.state().configured();
        return configured == null || !configured.configuration().reloads() ? null : Path.of(configured.file());
    }

    /** What it needs of an environment is this daemon's own, and what was there when it was put in force. */
    private void fileChanged() {
        var configured = keeper.state().configured();
        if (configured == null || leaving) {
            return;
        }
        var environment = new HashMap<>(System.getenv());
        environment.putAll(configured.variables());
        try {
            var info = commands.configure(new ConfigureRequest(null, false, false, environment), "its change", _ -> {});
            kind.log()
                    .accept(info.file() + " has changed, and is in force as it is now: "
                            + (info.changes().isEmpty()
                                    ? "nothing is other than before"
                                    : String.join("; ", info.changes())));
        } catch (Refused refused) {
            refused.problems()
                    .forEach(problem ->
                            kind.log().accept(configured.file() + " has changed, and is not taken: " + problem));
        } catch (CallRefused refused) {
            kind.log().accept(configured.file() + " has changed: " + refused.getMessage());
        } catch (RuntimeException | Error mistake) {
            mistake(mistake);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private static Instant startOf(Phase phase) {
        return switch (phase) {
            case Phase.Starting starting -> starting.since();
            case Phase.Up up -> up.since();
            case Phase.Draining _, Phase.Stopping _, Phase.Waiting _, Phase.Failed _ -> Instant.MAX;
        };
    }

    private Collection<ProcessId> processes() {
        var processes = new HashSet<ProcessId>();
        for (var app : keeper.state().apps().values()) {
            for (var instance : app.instances()) {
                if (instance.phase() instanceof Phase.Running running) {
                    var process = running.processOrNull();
                    if (process != null) {
                        processes.add(process);
                    }
                }
            }
        }
        return processes;
    }

    private void limited(LimitWatch.Verdict verdict) {
        keeper.post(
                switch (verdict) {
                    case LimitWatch.Verdict.Replace(var run, var why) -> new Event.Replace(run, why);
                    case LimitWatch.Verdict.Restart(var app, var why) -> new Event.Restart(app, why);
                });
    }

    /** Our own mistakes are told in full and do not end the daemon; an app's in a sentence. */
    private void mistake(Throwable mistake) {
        if (mistake instanceof OperatorsMistake) {
            kind.log().accept(String.valueOf(mistake.getMessage()));
            return;
        }
        var trace = new StringWriter();
        mistake.printStackTrace(new PrintWriter(trace));
        kind.log().accept("a mistake of Footplate's own, please report it: " + trace);
    }

    // What the Keeper wants done.

    @Override
    public void start(Effect.Start start) {
        var logs = logFiles.of(start.definition().name(), start.index());
        logSizes.add(logs.out());
        logSizes.add(logs.err());
        runs.start(start);
    }

    @Override
    public void ask(Effect.Ask ask) {
        if (tables.load(ask.run()).map(Load::underWay).orElse(0) == 0) {
            runs.ask(ask);
            return;
        }
        // Its time to answer is over. WebSockets are closed in order, as long as there is an app to hear it.
        var _ = dataPlane
                .closeWebSockets(ask.run())
                .whenCompleteAsync(
                        (_, _) -> runs.ask(ask), task -> Thread.ofVirtual().start(task));
    }

    @Override
    public void kill(RunId run) {
        runs.kill(run);
    }

    @Override
    public void drain(RunId run) {
        drains.drain(run, tables::drain);
    }

    @Override
    public void apply(Settings settings) {
        kind.log().accept("settings: " + settings);
        dataPlane.apply(settings);
    }

    /** Whoever opens an access log has its size watched by that. */
    private Path watchedAccessLog(@Nullable AppName app) {
        var file = logFiles.access(app);
        logSizes.add(file);
        return file;
    }

    @Override
    public void publish(Effect.Publish published) {
        var routes = published.routes();
        var wanted = new HashSet<Binding>();
        for (var route : routes) {
            if (!(route.availability() instanceof Availability.Stopped) && !isRouted(published, route)) {
                wanted.add(route.definition().entry().binding());
            }
            var beside = route.beside();
            if (beside != null) {
                wanted.add(Previews.entry(beside.definition().entry(), beside.http())
                        .binding());
            }
        }
        var configured = published.configured();
        if (configured != null) {
            wanted.addAll(configured.routing().listens().keySet());
        }
        bindings = wanted;
        dataPlane.announced(announced(configured == null ? Routing.NONE : configured.routing()), true);
        // The table first: in the queue of a socket that was taken over, connections may wait already.
        tables.publish(published);
        drains.published(routes);
        streamBindings =
                configured == null ? Set.of() : configured.routing().streams().keySet();
        listeners.open(wanted);
        streams.open(streamBindings);
        listeners.closeOthers(wanted);
        streams.closeOthers(streamBindings);
        discovery.follow(configured);
        upstreamChecks.follow(checked(configured));
    }

    private static Set<Binding> announced(Routing routing) {
        var announced = new HashSet<Binding>();
        routing.listens().forEach((binding, listen) -> {
            if (listen.proxyProtocol()) {
                announced.add(binding);
            }
        });
        return announced;
    }

    @Override
    public void announce(Routing routing) {
        dataPlane.announced(announced(routing), false);
    }

    private List<UpstreamChecks.Checked> checked(@Nullable Configured configured) {
        var checked = new ArrayList<UpstreamChecks.Checked>();
        if (configured != null) {
            tables.servers().forEach((upstream, servers) -> {
                var group = configured.routing().groups().get(upstream);
                var terms = group == null ? null : group.health();
                if (terms != null) {
                    servers.forEach(
                            at -> checked.add(new UpstreamChecks.Checked(upstream, terms, at.server(), at.address())));
                }
            });
        }
        return checked;
    }

    /** Whether its requests come by a configuration file's routes, on the addresses of that. */
    private static boolean isRouted(Effect.Publish published, PlannedRoute route) {
        var configured = published.configured();
        return configured != null
                && configured.routing().apps().contains(route.definition().name());
    }

    @Override
    public void refuseWaiting(AppName app, StartFailure failure) {
        tables.refuseWaiting(app, failure);
    }

    @Override
    public void save(State state) {
        if (stateFile != null) {
            stateFile.save(state);
        }
    }

    @Override
    public void tell(Happening happening) {
        stream.tell(new HappeningStream.Told(clock.instant(), happening));
    }

    @Override
    public void check(Effect.Check check) {
        checks.ask(check);
    }

    @Override
    public void left() {
        left.countDown();
    }

    @Override
    public void forget(RunId run) {
        tables.forget(run);
    }

    @Override
    public List<Event.AppUse> observe() {
        // An address that was taken may be free by now.
        listeners.open(bindings);
        streams.open(streamBindings);
        kind.origin().services().alive();
        var servers = new TreeMap<AppName, List<Server>>();
        tables.servers()
                .forEach((upstream, at) ->
                        servers.put(upstream, at.stream().map(Tables.At::server).toList()));
        standings.look(servers).forEach(this::tell);
        return tables.observe();
    }

    // What commands ask of the daemon.

    @Override
    public Startup detect(StartRequest request, Consumer<String> notes) throws Refused {
        var command = request.command() == null ? "" : request.command();
        var path = request.env().getOrDefault("PATH", "");
        return switch (Detection.of(Path.of(request.path()), command, path)) {
            case Detected.Refused(var problems) -> throw new Refused(problems);
            case Detected.App(var root, var launch, var warnings) -> {
                warnings.forEach(warning -> notes.accept(warning.toString()));
                yield new Startup(root, launch);
            }
        };
    }

    @Override
    public String awaitSaved() throws InterruptedException {
        if (stateFile == null) {
            return "";
        }
        try {
            stateFile.written().get(SAVE_LIMIT_SECONDS, TimeUnit.SECONDS);
            return "";
        } catch (ExecutionException | TimeoutException failure) {
            return "it is done, but could not be written to "
                    + kind.layout().stateFile()
                    + ": a restart of the daemon would not know it. Make room on the disk; it is tried again by itself.";
        }
    }

    @Override
    public void awaitCleaned() throws InterruptedException {
        runs.awaitCleaned();
    }

    @Override
    public int freePort(String address) throws Refused {
        try (var probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
            return probe.getLocalPort();
        } catch (IOException failure) {
            throw new Refused(
                    "address " + address,
                    "no port can be opened there: " + failure.getMessage(),
                    "Write an address that 'ip address' shows, or 127.0.0.1, or 0.0.0.0 for all of them.");
        }
    }

    @Override
    public PingInfo ping() {
        return new PingInfo(
                kind.version(),
                ProcessHandle.current().pid(),
                kind.layout().home().toString(),
                (System.nanoTime() - startedNanos) / 1_000_000,
                kind.foreground());
    }

    @Override
    public List<RequestInfo> requests() {
        return dataPlane.requests();
    }

    @Override
    public ServerCounts counts() {
        return dataPlane.counts();
    }

    @Override
    public void leave() throws InterruptedException {
        leaving = true;
        kind.origin().services().stopping();
        commands.breakOff();
        keeper.post(new Event.Leave());
        left.await();
        runs.awaitCleaned();
    }

    @Override
    public boolean leaving() {
        return leaving;
    }

    @Override
    public UpgradeInfo upgrade(UpgradeRequest request, Consumer<footplate.api.v1.Event> events)
            throws Refused, InterruptedException {
        var incumbent = incumbency;
        if (incumbent == null || leaving) {
            throw new Refused(
                    "upgrade",
                    incumbent == null ? "a foreground run cannot be upgraded" : "this daemon is about to leave",
                    "Start it again with the new build.");
        }
        var handover = new Handover(
                kind.layout(),
                incumbent,
                step -> events.accept(new footplate.api.v1.Event("upgrade", null, null, step, Map.of())));
        var info = OwnThread.call("upgrade", () -> handover.to(request.launcher()));
        if (leaving) {
            // Somebody told this one to leave in the middle of it, and meant the daemon.
            ProcessHandle.of(info.pid()).ifPresent(ProcessHandle::destroy);
            left.countDown();
        }
        return info;
    }

    /** The daemon that has followed this one; null if none has. */
    @Nullable
    Successor successor() {
        return incumbency == null ? null : incumbency.successor();
    }

    /** Ends what this daemon still has in hand, the next one being there. */
    void endNow() {
        left.countDown();
    }

    /** Waits until somebody has had it leave, and every process is gone. */
    void awaitLeft() throws InterruptedException {
        left.await();
        runs.awaitCleaned();
    }

    /** Ends what {@link #leave} has left: listeners, files and threads. Processes that still run, run on. */
    @Override
    public void close() throws IOException {
        if (control != null) {
            control.close();
        }
        if (restartFiles != null) {
            restartFiles.close();
        }
        if (changedFile != null) {
            changedFile.close();
        }
        if (releaseNotes != null) {
            releaseNotes.close();
        }
        if (limiter != null) {
            limiter.close();
        }
        drains.end();
        discovery.close();
        upstreamChecks.close();
        if (shortages != null) {
            shortages.close();
        }
        dataPlane.close(CLOSING_GRACE);
        keeper.stop();
        sampler.close();
        logSizes.close();
        runs.close();
        if (stateFile != null) {
            stateFile.close();
        }
        // If we end with apps still there, the leash is to end them.
        if (leash != null && left.getCount() == 0) {
            leash.close();
        }
        // Nobody is to wait for a daemon that is no more: its start may have failed while a signal had it leave.
        left.countDown();
    }
}
