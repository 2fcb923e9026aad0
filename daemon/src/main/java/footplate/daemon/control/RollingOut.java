package footplate.daemon.control;

import footplate.api.json.JsonBody;
import footplate.api.v1.Apps;
import footplate.api.v1.Call;
import footplate.api.v1.Deployed;
import footplate.api.v1.Event;
import footplate.api.v1.StartRequest;
import footplate.core.config.AppDefinition;
import footplate.core.config.Entry.Binding;
import footplate.core.config.Problem;
import footplate.core.config.Settings;
import footplate.core.config.file.App;
import footplate.core.keep.AppState;
import footplate.core.keep.Event.Abort;
import footplate.core.keep.Event.Deploy;
import footplate.core.keep.Event.Pause;
import footplate.core.keep.Event.Promote;
import footplate.core.keep.Event.Restart;
import footplate.core.keep.Event.Resume;
import footplate.core.keep.Event.TakeBack;
import footplate.core.keep.State;
import footplate.core.name.AppName;
import footplate.daemon.config.Definitions;
import footplate.daemon.config.FileApps;
import footplate.daemon.config.Refused;
import footplate.daemon.control.ControlServer.CallRefused;
import footplate.daemon.keep.Keeper;
import footplate.daemon.keep.Listeners;
import footplate.daemon.keep.Tables;
import footplate.daemon.observe.HappeningStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands a definition to the Keeper, and waits until it serves, or another one does. */
final class RollingOut {
    private final Keeper keeper;
    private final HappeningStream stream;
    private final Listeners<Binding> listeners;
    private final Definitions definitions;
    private final Commands.Surroundings surroundings;
    private final Views views;
    private final Tables tables;
    private final InstantSource clock;

    // Guards what is defined, together with the commands that start apps: see there.
    private final ReentrantLock defining;

    /** Makes the definition; called where no other app can be defined meanwhile. */
    interface Making {
        AppDefinition make(Definitions definitions, List<AppDefinition> others) throws Refused;
    }

    RollingOut(
            Keeper keeper,
            HappeningStream stream,
            Listeners<Binding> listeners,
            Definitions definitions,
            Commands.Surroundings surroundings,
            Views views,
            Tables tables,
            InstantSource clock,
            ReentrantLock defining) {
        this.keeper = keeper;
        this.stream = stream;
        this.listeners = listeners;
        this.definitions = definitions;
        this.surroundings = surroundings;
        this.views = views;
        this.tables = tables;
        this.clock = clock;
        this.defining = defining;
    }

    /**
     * Rolls a definition out.
     *
     * @param atOnce by the plain way: back to what is known
     * @param known called when the Keeper knows of it
     * @throws Refused if it cannot be; then nothing has changed
     * @throws CallRefused if it did not come to serve
     */
    JsonBody rollOut(AppName app, boolean atOnce, Making making, Runnable known, Instant began, Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        try (var changes = new Changes(keeper, stream, only(app, events))) {
            Listeners.Reservation reservation;
            State state;
            AppDefinition definition;
            defining.lockInterruptibly();
            try {
                definition = making.make(definitions, othersThan(app));
                reservation = listeners.reserve(definition.entry().binding());
                try {
                    state = ask(new Deploy(definition, atOnce));
                    known.run();
                    refuseUnlessTaken(state, definition);
                } catch (InterruptedException | CallRefused left) {
                    reservation.close();
                    throw left;
                }
            } finally {
                defining.unlock();
            }
            try (reservation;
                    var _ = new Standing(keeper, tables, clock, app, events)) {
                changes.awaitReached(app, generation(state, app));
            }
        }
        return deployed(app, began, events);
    }

    /** New processes for the release that runs. */
    JsonBody restart(AppName app, Instant began, Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        try (var changes = new Changes(keeper, stream, only(app, events));
                var _ = listeners.reserve(definition(app).entry().binding());
                var _ = new Standing(keeper, tables, clock, app, events)) {
            var state = ask(new Restart(app, "its operator asked"));
            changes.awaitReached(app, generation(state, app));
        }
        return deployed(app, began, events);
    }

    /** What the configuration file has built for an app's releases; null if nothing. */
    @Nullable
    String buildOf(AppName app) {
        return ofFile(app).map(App::build).filter(build -> !build.isEmpty()).orElse(null);
    }

    /** The environment of a call that takes the place of an app's: what the configuration file says of it stays. */
    Map<String, String> underFile(AppName app, Map<String, String> call) throws Refused {
        var environment = new HashMap<>(call);
        var said = ofFile(app);
        if (said.isPresent()) {
            var problems = new ArrayList<Problem>();
            environment.putAll(FileApps.variables(said.get(), problems));
            if (!problems.isEmpty()) {
                throw new Refused(problems);
            }
        }
        return environment;
    }

    private Optional<App> ofFile(AppName app) {
        var configured = keeper.state().configured();
        return configured == null
                ? Optional.empty()
                : configured.configuration().apps().stream()
                        .filter(each -> each.name().equals(app.value()))
                        .findFirst();
    }

    /** The same on a port of its own, where it asked for any. */
    AppDefinition onPort(AppDefinition app) throws Refused {
        return new OwnPort(keeper, surroundings).of(app);
    }

    /** The Keeper takes no deploy where one is under way. */
    private static void refuseUnlessTaken(State state, AppDefinition definition) throws CallRefused {
        var app = state.apps().get(definition.name());
        if (app == null || app.definition().release() != definition.release()) {
            throw Undertakings.locked(definition.name());
        }
    }

    /**
     * The release whose processes are still there to take over again at once; 0 if there is none.
     *
     * @param watched whether those count too that gave way to a deploy that is not over, and being watched
     */
    int warmRelease(AppName app, boolean watched) {
        var state = keeper.state().apps().get(app);
        if (state == null) {
            return 0;
        }
        var rollout = state.rollout();
        var warm = state.warm();
        if (rollout == null) {
            return warm == null ? 0 : warm.definition().release();
        }
        var before = rollout.before();
        return watched && rollout.switched() && before != null ? before.release() : 0;
    }

    /** Has the release take over again whose processes are still there, or whose successor is being watched. */
    JsonBody takeBack(AppName app, Instant began, Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        try (var changes = new Changes(keeper, stream, only(app, events));
                var _ = listeners.reserve(definition(app).entry().binding());
                var _ = new Standing(keeper, tables, clock, app, events)) {
            var state = ask(new TakeBack(app, "its operator asked"));
            changes.awaitReached(app, generation(state, app));
        }
        return deployed(app, began, events);
    }

    /** Has a rollout that is under way do something else. */
    JsonBody steer(Call call, AppName app) throws Refused, InterruptedException {
        if (!isUnderWay(app)) {
            throw new Refused(
                    "app '" + app + "'",
                    "no rollout of it is under way",
                    "'footplate deploy " + app + "' begins one; 'footplate rollback " + app + "' takes one back.");
        }
        ask(
                switch (call) {
                    case PROMOTE -> new Promote(app);
                    case ABORT -> new Abort(app, "its operator asked");
                    case PAUSE -> new Pause(app);
                    case RESUME -> new Resume(app);
                    default -> throw new IllegalArgumentException(call + " steers no rollout");
                });
        return shown(app);
    }

    private Deployed deployed(AppName app, Instant began, Consumer<Event> events) throws Refused, InterruptedException {
        var unsaved = surroundings.awaitSaved();
        if (!unsaved.isEmpty()) {
            events.accept(Events.notice(app.value(), unsaved));
        }
        var state = keeper.state().apps().get(app);
        if (state == null) {
            throw Target.noSuch(app.value(), keeper.state());
        }
        return new Deployed(
                views.app(state),
                state.definition().release(),
                Duration.between(began, clock.instant()).toMillis());
    }

    JsonBody shown(AppName app) {
        var state = keeper.state().apps().get(app);
        return new Apps(state == null ? List.of() : List.of(views.app(state)));
    }

    /** Whether a deploy of the app is under way. */
    boolean isUnderWay(AppName app) {
        var state = keeper.state().apps().get(app);
        var rollout = state == null ? null : state.rollout();
        return rollout != null && rollout.plan().deploy();
    }

    /** The app as it is; null if there is none of this name. */
    @Nullable
    AppDefinition defined(AppName app) {
        var state = keeper.state().apps().get(app);
        return state == null || state.deleted() ? null : state.definition();
    }

    /** An app's state. */
    AppState state(AppName app) throws Refused {
        var state = keeper.state().apps().get(app);
        if (state == null) {
            throw Target.noSuch(app.value(), keeper.state());
        }
        return state;
    }

    /** The app as it is. */
    AppDefinition definition(AppName app) throws Refused {
        var definition = defined(app);
        if (definition == null) {
            throw Target.noSuch(app.value(), keeper.state());
        }
        return definition;
    }

    AppName known(String name) throws Refused {
        if (!AppName.problemWith(name).isEmpty()) {
            throw Target.noSuch(name, keeper.state());
        }
        return definition(new AppName(name)).name();
    }

    /** The server's settings. */
    Settings settings() {
        return keeper.state().settings();
    }

    private List<AppDefinition> othersThan(AppName app) {
        var state = keeper.state();
        var configured = state.configured();
        // Of a configuration file's apps the routes say whose a host is, and the file was checked as a whole.
        var together = configured != null && configured.routing().apps().contains(app)
                ? configured.routing().apps()
                : Set.<AppName>of();
        return state.apps().values().stream()
                .filter(other -> !other.deleted()
                        && !other.definition().name().equals(app)
                        && !together.contains(other.definition().name()))
                .map(AppState::definition)
                .toList();
    }

    private static Consumer<Event> only(AppName app, Consumer<Event> events) {
        return event -> {
            if (event.app() == null || event.app().equals(app.value())) {
                events.accept(event);
            }
        };
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

    /** A request that leaves everything as it is. */
    static StartRequest nothingAsked(AppName app, Path root, String command) {
        return new StartRequest(
                app.value(),
                root.toString(),
                command.isEmpty() ? null : command,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                false,
                Map.of(),
                Map.of());
    }
}
