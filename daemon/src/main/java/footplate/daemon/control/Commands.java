package footplate.daemon.control;

import footplate.api.json.JsonBody;
import footplate.api.json.Malformed;
import footplate.api.v1.AppInfo;
import footplate.api.v1.Apps;
import footplate.api.v1.ConfigurationInfo;
import footplate.api.v1.ConfigureRequest;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Event;
import footplate.api.v1.LogsRequest;
import footplate.api.v1.OptionalTarget;
import footplate.api.v1.PingInfo;
import footplate.api.v1.Problem;
import footplate.api.v1.Request;
import footplate.api.v1.RequestInfo;
import footplate.api.v1.ScaleRequest;
import footplate.api.v1.ServerCounts;
import footplate.api.v1.ServerSettings;
import footplate.api.v1.SetRequest;
import footplate.api.v1.StartRequest;
import footplate.api.v1.TargetRequest;
import footplate.api.v1.UpgradeInfo;
import footplate.api.v1.UpgradeRequest;
import footplate.core.config.AppDefinition;
import footplate.core.config.Entry.Binding;
import footplate.core.config.GivenMemory;
import footplate.core.keep.AppState;
import footplate.core.keep.Event.Define;
import footplate.core.keep.Event.Delete;
import footplate.core.keep.Event.Restart;
import footplate.core.keep.Event.RestartInstance;
import footplate.core.keep.Event.Scale;
import footplate.core.keep.Event.Stop;
import footplate.core.keep.Event.StopInstance;
import footplate.core.keep.State;
import footplate.core.name.AppName;
import footplate.core.route.Routing;
import footplate.core.route.StreamBinding;
import footplate.daemon.config.Definitions;
import footplate.daemon.config.Definitions.Startup;
import footplate.daemon.config.Refused;
import footplate.daemon.control.ControlServer.CallRefused;
import footplate.daemon.deploy.Artifacts;
import footplate.daemon.deploy.ReleaseStore;
import footplate.daemon.keep.AcceptedFiles;
import footplate.daemon.keep.Keeper;
import footplate.daemon.keep.Listeners;
import footplate.daemon.keep.Tables;
import footplate.daemon.observe.HappeningStream;
import footplate.daemon.observe.Sampler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the calls of the control API. A call that changes something answers when the change is reached, or failed. Longer than 500
 * lines: a method for each call, most of them of a few lines.
 */
public final class Commands implements ControlServer.Calls {
    /** What the commands need of the daemon around them. */
    public interface Surroundings {
        /** What to start at a path, with notes on what may go wrong told to {@code notes}. */
        Startup detect(StartRequest request, Consumer<String> notes) throws Refused;

        /** Waits until what was decided so far is on disk; an empty text, or why it is not. */
        String awaitSaved() throws InterruptedException;

        /** Waits until nothing is left of the processes that have ended: no descendant, no socket. */
        void awaitCleaned() throws InterruptedException;

        /** A port at {@code address} where nobody listens now. */
        int freePort(String address) throws Refused;

        /** Addresses of these routes that are opened from now on take connections as the routes say. */
        void announce(Routing routing);

        /** What the process was given that serves. */
        GivenMemory memory();

        PingInfo ping();

        List<RequestInfo> requests();

        /** What the data plane has done and holds. */
        ServerCounts counts();

        /** Stops every app and waits until all are gone; the daemon leaves soon after. */
        void leave() throws InterruptedException;

        boolean leaving();

        /** Has another daemon take over; this one leaves when it has answered all that it has begun. */
        UpgradeInfo upgrade(UpgradeRequest request, Consumer<Event> events) throws Refused, InterruptedException;
    }

    private static final long TELL_EVERY_MILLIS = 20;

    private final Keeper keeper;
    private final HappeningStream stream;
    private final Listeners<Binding> listeners;
    private final Definitions definitions;
    private final Views views;
    private final Watching watching;
    private final Tuning tuning;
    private final Surroundings surroundings;
    private final @Nullable Deploys deploys;
    private final Configuring configuring;
    private final ReentrantLock defining = new ReentrantLock();

    /**
     * What keeps releases; a foreground run has none.
     *
     * @param accepted where configuration files are put by
     * @param mistakes told of exceptions that are our own mistakes
     */
    public record Kept(ReleaseStore store, Artifacts artifacts, AcceptedFiles accepted, Consumer<Throwable> mistakes) {}

    /** What the commands show the state by. */
    public record Shown(Tables tables, Sampler sampler, Path logs, InstantSource clock) {}

    public Commands(
            Keeper keeper,
            HappeningStream stream,
            Listeners<Binding> listeners,
            Listeners<StreamBinding> streams,
            Definitions definitions,
            Shown shown,
            Surroundings surroundings,
            @Nullable Kept kept) {
        this.keeper = keeper;
        this.stream = stream;
        this.listeners = listeners;
        this.definitions = definitions;
        this.views = new Views(shown.tables(), shown.sampler(), listeners, shown.clock());
        this.watching = new Watching(keeper, stream, new Logs(shown.logs()), surroundings);
        this.tuning = new Tuning(keeper, surroundings.memory());
        this.surroundings = surroundings;
        this.deploys = kept == null
                ? null
                : new Deploys(
                        kept.store(),
                        kept.artifacts(),
                        new RollingOut(
                                keeper,
                                stream,
                                listeners,
                                definitions,
                                surroundings,
                                views,
                                shown.tables(),
                                shown.clock(),
                                defining),
                        surroundings,
                        shown.clock(),
                        kept.mistakes());
        this.configuring = new Configuring(
                keeper,
                stream,
                listeners,
                streams,
                definitions,
                surroundings,
                views,
                kept == null ? null : kept.accepted(),
                deploys,
                defining);
    }

    @Override
    public JsonBody carryOut(Request request, String who, Consumer<Event> events)
            throws CallRefused, InterruptedException {
        try {
            var body = request.body();
            return switch (request.call()) {
                case PING -> surroundings.ping();
                case START -> start(StartRequest.read(body), who, events);
                case STOP -> stop(TargetRequest.read(body).target(), events);
                case RESTART -> restart(TargetRequest.read(body).target(), events);
                case DELETE -> delete(TargetRequest.read(body).target(), events);
                case SCALE -> scale(ScaleRequest.read(body), events);
                case DEPLOY, RELOAD, ROLLBACK, HISTORY, DIFF, PROMOTE, ABORT, PAUSE, RESUME -> {
                    refuseWhileLeaving();
                    yield deploys().carryOut(request, who, events);
                }
                case CONFIGURE -> configure(ConfigureRequest.read(body), who, events);
                case LIST -> new Apps(views.apps(keeper.state()));
                case UPSTREAMS -> views.upstreams(keeper.state());
                case DESCRIBE -> new Apps(infos(target(TargetRequest.read(body).target())));
                case SETTINGS -> tuning.settings();
                case SET -> set(SetRequest.read(body), events);
                case REQUESTS -> watching.requests(OptionalTarget.read(body).target());
                case COUNTS -> surroundings.counts();
                case LOGS -> watching.logs(LogsRequest.read(body), events);
                case KILL -> kill(events);
                case UPGRADE -> surroundings.upgrade(UpgradeRequest.read(body), events);
                case EVENTS -> watching.events(events);
            };
        } catch (Malformed malformed) {
            throw new CallRefused(ErrorAnswer.of(malformed));
        } catch (Refused refused) {
            throw new CallRefused(new ErrorAnswer(
                    refused.isNotFound() ? ErrorAnswer.NOT_FOUND : ErrorAnswer.REFUSED,
                    refused.problems().stream()
                            .map(p -> new Problem(p.where(), p.what(), p.mend()))
                            .toList(),
                    null));
        }
    }

    /** Puts a configuration file in force. */
    public ConfigurationInfo configure(ConfigureRequest request, String who, Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        refuseWhileLeaving();
        return configuring.configure(request, who, events);
    }

    /** Defines an app and starts it; what ran under its name before is replaced once the new processes are ready. */
    public Apps start(StartRequest request, String who, Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        refuseWhileLeaving();
        var known = meantByName(request);
        if (known != null) {
            return restart(known.value(), events);
        }
        var notes = new ArrayList<String>();
        var startup = surroundings.detect(request, notes::add);
        var asked = deploys == null ? request : Deploys.withEnvFile(request, startup.root());
        AppDefinition app;
        try (var changes = new Changes(keeper, stream, events)) {
            Listeners.Reservation reservation;
            State state;
            // Of two starts at once the second must see what the first defined: they may want the same name or port.
            defining.lockInterruptibly();
            try {
                app = definitions.define(
                        asked, startup, definedApps(), keeper.state().settings());
                Configuring.refuseIfOfFile(keeper.state(), app.name());
                app = new OwnPort(keeper, surroundings).of(app);
                reservation = listeners.reserve(app.entry().binding());
                if (deploys != null) {
                    app = deploys.started(request, app, who, notes::add);
                }
                try {
                    state = ask(new Define(app));
                    if (deploys != null) {
                        deploys.known(app);
                    }
                } catch (InterruptedException left) {
                    reservation.close();
                    throw left;
                }
            } finally {
                defining.unlock();
            }
            try (reservation) {
                for (var note : notes) {
                    events.accept(Events.notice(app.name().value(), note));
                }
                changes.awaitReached(app.name(), generation(state, app.name()));
            }
        }
        tellUnsaved(List.of(app.name()), events);
        return new Apps(infos(new Target.OfApps(List.of(app.name()))));
    }

    /** A change is done when it would outlive the daemon; if it would not, its operator must know. */
    private void tellUnsaved(List<AppName> apps, Consumer<Event> events) throws InterruptedException {
        var unsaved = surroundings.awaitSaved();
        if (!unsaved.isEmpty() && !apps.isEmpty()) {
            events.accept(Events.notice(apps.getFirst().value(), unsaved));
        }
    }

    /** The app that {@code footplate start NAME} means where there is no such folder; null if it means a folder. */
    private @Nullable AppName meantByName(StartRequest request) {
        var path = Path.of(request.path());
        var last = path.getFileName();
        if (last == null || request.command() != null || Files.exists(path)) {
            return null;
        }
        return keeper.state().apps().keySet().stream()
                .filter(name -> name.value().equals(last.toString()))
                .findFirst()
                .orElse(null);
    }

    private Apps stop(String text, Consumer<Event> events) throws Refused, CallRefused, InterruptedException {
        var target = target(text);
        try (var changes = new Changes(keeper, stream, events)) {
            switch (target) {
                case Target.OfInstance(var app, var instance) -> {
                    ask(new StopInstance(instance));
                    changes.awaitGone(app, instance);
                }
                case Target.OfApps(var apps) -> {
                    for (var app : apps) {
                        ask(new Stop(app));
                    }
                    for (var app : apps) {
                        changes.awaitStopped(app);
                    }
                }
            }
        }
        surroundings.awaitCleaned();
        tellUnsaved(target.names(), events);
        return new Apps(infos(target));
    }

    private Apps restart(String text, Consumer<Event> events) throws Refused, CallRefused, InterruptedException {
        refuseWhileLeaving();
        var target = target(text);
        try (var changes = new Changes(keeper, stream, events)) {
            switch (target) {
                case Target.OfInstance(var app, var instance) -> {
                    var state = ask(new RestartInstance(instance));
                    changes.awaitReached(app, generation(state, app));
                }
                case Target.OfApps(var apps) -> restart(apps, changes);
            }
        }
        tellUnsaved(target.names(), events);
        return new Apps(infos(target));
    }

    private void restart(List<AppName> apps, Changes changes) throws Refused, CallRefused, InterruptedException {
        var reservations = new ArrayList<Listeners.Reservation>();
        try {
            for (var app : apps) {
                var state = keeper.state().apps().get(app);
                if (state != null) {
                    reservations.add(
                            listeners.reserve(state.definition().entry().binding()));
                }
            }
            var generations = new ArrayList<Integer>();
            for (var app : apps) {
                generations.add(generation(ask(new Restart(app, "its operator asked")), app));
            }
            CallRefused failure = null;
            for (int i = 0; i < apps.size(); i++) {
                try {
                    changes.awaitReached(apps.get(i), generations.get(i));
                } catch (CallRefused failed) {
                    failure = failure == null ? failed : failure;
                }
            }
            if (failure != null) {
                throw failure;
            }
        } finally {
            reservations.forEach(Listeners.Reservation::close);
        }
    }

    private Apps delete(String text, Consumer<Event> events) throws Refused, CallRefused, InterruptedException {
        if (!(target(text) instanceof Target.OfApps(var apps))) {
            throw new Refused(
                    "instance " + text,
                    "an instance cannot be deleted, only an app",
                    "Write the app's name, or 'footplate stop " + text + "' for one instance fewer.");
        }
        var before = infos(new Target.OfApps(apps));
        try (var changes = new Changes(keeper, stream, events)) {
            for (var app : apps) {
                ask(new Delete(app));
            }
            for (var app : apps) {
                changes.awaitDeleted(app);
            }
        }
        forgetReleases(apps);
        surroundings.awaitCleaned();
        tellUnsaved(apps, events);
        return new Apps(before);
    }

    private void forgetReleases(List<AppName> apps) throws InterruptedException {
        defining.lockInterruptibly();
        try {
            for (var app : apps) {
                // Somebody may have started another one of this name since.
                if (deploys != null && !keeper.state().apps().containsKey(app)) {
                    deploys.forget(app);
                }
            }
        } finally {
            defining.unlock();
        }
    }

    private Deploys deploys() throws Refused {
        if (deploys == null) {
            throw Refused.notFound(
                    "releases", "a foreground run keeps none", "'footplate start' serves the app in the background.");
        }
        return deploys;
    }

    /** Breaks off deploys that have changed nothing yet: the daemon leaves. */
    public void breakOff() {
        if (deploys != null) {
            deploys.breakOff();
        }
    }

    private Apps scale(ScaleRequest request, Consumer<Event> events) throws Refused, CallRefused, InterruptedException {
        refuseWhileLeaving();
        if (!(target(request.app()) instanceof Target.OfApps(var apps)) || apps.size() != 1) {
            throw new Refused("scale " + request.app(), "this names no single app", "Write one app's name.");
        }
        var app = apps.getFirst();
        var state = state(app);
        int wanted = request.to() != null ? request.to() : state.target() + (request.by() == null ? 0 : request.by());
        if (wanted < 1 || wanted > StartRequest.MOST_INSTANCES) {
            throw new Refused(
                    "scale " + app,
                    "an app has 1 to " + StartRequest.MOST_INSTANCES + " instances, not " + wanted,
                    "Use 'footplate stop " + app + "' to have none.");
        }
        try (var changes = new Changes(keeper, stream, events)) {
            var after = ask(new Scale(app, wanted, wanted));
            if (state(app).wanted()) {
                changes.awaitReached(app, generation(after, app));
            }
        }
        tellUnsaved(apps, events);
        return new Apps(infos(new Target.OfApps(apps)));
    }

    private ServerSettings set(SetRequest request, Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        refuseWhileLeaving();
        var set = tuning.set(request, events);
        var unsaved = surroundings.awaitSaved();
        if (!unsaved.isEmpty()) {
            events.accept(Events.notice(request.name(), unsaved));
        }
        return set;
    }

    private Apps kill(Consumer<Event> events) throws InterruptedException {
        var before = views.apps(keeper.state());
        var over = new AtomicBoolean();
        var telling = Thread.ofVirtual().name("kill-events").start(() -> tellUntil(over, events));
        try {
            surroundings.leave();
        } finally {
            // Not by an interrupt: one that meets a write closes the channel, and with it the way of the answer.
            over.set(true);
        }
        telling.join();
        return new Apps(before);
    }

    private void tellUntil(AtomicBoolean over, Consumer<Event> events) {
        try (var subscription = stream.subscribe()) {
            while (true) {
                boolean last = over.get();
                var told = subscription.next(last ? 0 : TELL_EVERY_MILLIS);
                if (told != null) {
                    events.accept(Events.of(told.happening()));
                } else if (last) {
                    return;
                }
            }
        } catch (InterruptedException | ControlServer.Gone gone) {
            // nobody listens any more
        }
    }

    private void refuseWhileLeaving() throws CallRefused {
        if (surroundings.leaving()) {
            throw new CallRefused(ErrorAnswer.of(
                    ErrorAnswer.STOPPING,
                    new Problem("footplate", "this daemon is about to leave", "Try again in a moment.")));
        }
    }

    private State ask(footplate.core.keep.Event event) throws InterruptedException {
        try {
            return keeper.ask(event).get();
        } catch (ExecutionException never) {
            throw new IllegalStateException("the Keeper answers every event", never);
        }
    }

    private static int generation(State state, AppName app) {
        var found = state.apps().get(app);
        return found == null ? 0 : found.generation();
    }

    private List<AppDefinition> definedApps() {
        return keeper.state().apps().values().stream()
                .filter(app -> !app.deleted())
                .map(AppState::definition)
                .toList();
    }

    private AppState state(AppName app) throws Refused {
        var state = keeper.state().apps().get(app);
        if (state == null) {
            throw Target.noSuch(app.value(), keeper.state());
        }
        return state;
    }

    private Target target(String text) throws Refused {
        return Target.of(text, keeper.state());
    }

    private List<AppInfo> infos(Target target) {
        var state = keeper.state();
        return target.names().stream()
                .map(name -> state.apps().get(name))
                .filter(app -> app != null)
                .map(views::app)
                .toList();
    }
}
