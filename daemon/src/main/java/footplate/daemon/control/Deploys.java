package footplate.daemon.control;

import footplate.api.json.JsonBody;
import footplate.api.json.Malformed;
import footplate.api.v1.DeployRequest;
import footplate.api.v1.DiffRequest;
import footplate.api.v1.Event;
import footplate.api.v1.ReloadRequest;
import footplate.api.v1.Request;
import footplate.api.v1.RollbackRequest;
import footplate.api.v1.StartRequest;
import footplate.api.v1.TargetRequest;
import footplate.core.config.AppDefinition;
import footplate.core.config.Secret;
import footplate.core.deploy.Ended;
import footplate.core.deploy.Origin;
import footplate.core.deploy.Release;
import footplate.core.name.AppName;
import footplate.daemon.config.Definitions;
import footplate.daemon.config.Definitions.Startup;
import footplate.daemon.config.Redefinition;
import footplate.daemon.config.Refused;
import footplate.daemon.control.ControlServer.CallRefused;
import footplate.daemon.deploy.Artifacts;
import footplate.daemon.deploy.Past;
import footplate.daemon.deploy.ReleaseStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The calls that bring in a release, the same one anew, or an earlier one. */
final class Deploys {
    private final ReleaseStore store;
    private final Preparation preparation;
    private final RollingOut rollingOut;
    private final Undertakings undertakings;
    private final Histories histories;
    private final InstantSource clock;

    Deploys(
            ReleaseStore store,
            Artifacts artifacts,
            RollingOut rollingOut,
            Commands.Surroundings surroundings,
            InstantSource clock,
            Consumer<Throwable> mistakes) {
        this.store = store;
        this.preparation = new Preparation(store, artifacts, surroundings);
        this.rollingOut = rollingOut;
        this.undertakings = new Undertakings(mistakes);
        this.histories = new Histories(store);
        this.clock = clock;
    }

    /**
     * Carries out one of the calls about releases.
     *
     * @param who the caller's user name
     */
    JsonBody carryOut(Request request, String who, Consumer<Event> events)
            throws Malformed, Refused, CallRefused, InterruptedException {
        var body = request.body();
        return switch (request.call()) {
            case DEPLOY -> deploy(DeployRequest.read(body), who, events);
            case RELOAD -> reload(ReloadRequest.read(body), who, events);
            case ROLLBACK -> rollback(RollbackRequest.read(body), events);
            case HISTORY -> history(TargetRequest.read(body).target());
            case DIFF -> {
                var diff = DiffRequest.read(body);
                yield histories.diff(known(diff.app()), diff.from(), diff.to());
            }
            case PROMOTE, ABORT, PAUSE, RESUME ->
                steer(request, TargetRequest.read(body).target());
            default -> throw new IllegalArgumentException(request.call() + " is no call about releases");
        };
    }

    private JsonBody deploy(DeployRequest request, String who, Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        var wrong = AppName.problemWith(request.name());
        if (!wrong.isEmpty()) {
            throw new Refused(request.name(), wrong, "Choose a name such as 'shop' or 'shop-2'.");
        }
        var app = new AppName(request.name());
        refuseWhileRollingOut(app);
        return undertakings.carryOut(
                app,
                told -> {
                    var began = clock.instant();
                    var current = rollingOut.defined(app);
                    var prepared = preparation.deploy(
                            request.updateEnv() ? underFile(request) : request,
                            request.build() == null ? rollingOut.buildOf(app) : request.build(),
                            current,
                            rollingOut.settings(),
                            who,
                            began,
                            told);
                    var asked = Redefinition.of(current, request.app(), prepared.plainEnvironment());
                    return rollOut(prepared, asked, began, told);
                },
                events);
    }

    private DeployRequest underFile(DeployRequest request) throws Refused {
        var environment =
                rollingOut.underFile(new AppName(request.name()), request.app().env());
        return new DeployRequest(
                Redefinition.of(null, request.app(), environment),
                request.git(),
                request.ref(),
                request.chosen(),
                request.updateEnv(),
                request.build());
    }

    private JsonBody rollOut(Preparation.Prepared prepared, StartRequest asked, Instant began, Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        var taken = prepared.taken();
        undertakings.commit(taken.app());
        try {
            return rollingOut.rollOut(
                    taken.app(),
                    false,
                    (definitions, others) -> {
                        var release = prepared.release(rollingOut.onPort(
                                definitions.define(asked, prepared.startup(), others, rollingOut.settings())));
                        preparation.write(prepared, release);
                        return release.definition();
                    },
                    () -> store.known(taken),
                    began,
                    events);
        } catch (Refused refused) {
            preparation.failed(
                    taken,
                    prepared.origin(),
                    prepared.who(),
                    prepared.when(),
                    refused.problems().getFirst().what());
            throw refused;
        } finally {
            store.known(taken);
        }
    }

    private JsonBody reload(ReloadRequest request, String who, Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        var app = known(request.app());
        refuseWhileRollingOut(app);
        return undertakings.carryOut(
                app,
                told -> {
                    var began = clock.instant();
                    var current = rollingOut.definition(app);
                    var release = store.release(app, current.release());
                    if (release.isEmpty()) {
                        undertakings.commit(app);
                        return rollingOut.restart(app, began, told);
                    }
                    return reload(request, current, release.get(), who, began, told);
                },
                events);
    }

    private JsonBody reload(
            ReloadRequest request,
            AppDefinition current,
            Release release,
            String who,
            Instant began,
            Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        var app = current.name();
        var env = request.env();
        var layers = env == null
                ? release.layers()
                : new Release.Layers(Preparation.secrets(rollingOut.underFile(app, env)), Map.of());
        var root = Path.of(current.root());
        var environment = layers.with(Artifacts.envFile(root, layers.before()));
        var asked = Redefinition.of(
                current, RollingOut.nothingAsked(app, root, release.command()), Preparation.plain(environment));
        var startup = preparation.detect(
                app, root, release.command(), release.file(), environment, Preparation.listener(app, events));
        undertakings.commit(app);
        if (isSame(current, environment, startup)) {
            return rollingOut.restart(app, began, events);
        }
        var taken = preparation.begin(app);
        var prepared = new Preparation.Prepared(
                taken,
                release.code(),
                release.origin(),
                release.command(),
                release.file(),
                layers,
                environment,
                startup,
                who,
                began);
        return rollOut(prepared, asked, began, events);
    }

    private static boolean isSame(AppDefinition current, Map<String, Secret> environment, Startup startup) {
        return current.environment().equals(environment)
                && current.launch().equals(startup.launch())
                && current.publicDirectory().isEmpty()
                        != Files.isDirectory(startup.root().resolve("public"));
    }

    private JsonBody rollback(RollbackRequest request, Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        var app = known(request.app());
        Integer asked = request.release();
        int watched = rollingOut.warmRelease(app, true);
        if (rollingOut.isUnderWay(app) && watched != 0 && (asked == null || asked == watched)) {
            // Whoever follows that deploy hears how it ends.
            return rollingOut.takeBack(app, clock.instant(), events);
        }
        refuseWhileRollingOut(app);
        return undertakings.carryOut(
                app,
                told -> {
                    var began = clock.instant();
                    undertakings.commit(app);
                    int warm = rollingOut.warmRelease(app, false);
                    if (warm != 0 && (asked == null || asked == warm)) {
                        return rollingOut.takeBack(app, began, told);
                    }
                    var release =
                            histories.target(app, rollingOut.definition(app).release(), asked);
                    return rollingOut.rollOut(
                            app,
                            true,
                            (_, others) -> {
                                Definitions.checkEntry(release.definition(), others);
                                return release.definition();
                            },
                            () -> {},
                            began,
                            told);
                },
                events);
    }

    private JsonBody history(String name) throws Refused {
        var app = known(name);
        return histories.history(rollingOut.state(app));
    }

    private JsonBody steer(Request request, String name) throws Refused, InterruptedException {
        var wrong = AppName.problemWith(name);
        if (wrong.isEmpty()
                && request.call() == footplate.api.v1.Call.ABORT
                && undertakings.breakOff(new AppName(name))) {
            return rollingOut.shown(new AppName(name));
        }
        return rollingOut.steer(request.call(), known(name));
    }

    /** Before anything is fetched or built for it; the Keeper refuses it in any case. */
    private void refuseWhileRollingOut(AppName app) throws CallRefused {
        if (rollingOut.isUnderWay(app)) {
            throw Undertakings.locked(app);
        }
    }

    private AppName known(String name) throws Refused {
        return rollingOut.known(name);
    }

    /**
     * Notes what {@code footplate start} has begun as a release that runs what is in the app's folder itself.
     *
     * @param asked with the environment of the call alone
     * @return the definition with the release's number; unchanged if no release could be written
     */
    AppDefinition started(StartRequest asked, AppDefinition app, String who, Consumer<String> notes) {
        return started(asked, app, null, who, notes);
    }

    /**
     * The same for an app that goes on with the code it has.
     *
     * @param from the release whose code that is
     */
    AppDefinition goesOn(StartRequest asked, AppDefinition app, int from, String who, Consumer<String> notes) {
        return started(asked, app, store.release(app.name(), from).orElse(null), who, notes);
    }

    private AppDefinition started(
            StartRequest asked, AppDefinition app, @Nullable Release from, String who, Consumer<String> notes) {
        try {
            var taken = store.begin(app.name());
            var path = Path.of(asked.path());
            var root = Path.of(app.root());
            var file = Files.isRegularFile(path) && path.startsWith(root)
                    ? root.relativize(path).toString()
                    : "";
            var release = new Release(
                    taken.number(),
                    from == null ? taken.number() : from.code(),
                    from == null ? new Origin.Folder(app.root(), false) : from.origin(),
                    from != null ? from.command() : asked.command() == null ? "" : asked.command(),
                    from == null ? file : from.file(),
                    new Release.Layers(Preparation.secrets(asked.env()), Map.of()),
                    app.numbered(taken.number()),
                    who,
                    clock.instant());
            try {
                store.write(taken, release);
            } catch (IOException failure) {
                store.failed(
                        taken,
                        new Past(
                                taken.number(),
                                taken.number(),
                                release.origin(),
                                who,
                                release.when(),
                                false,
                                new Ended(Ended.Kind.FAILED, "it could not be written", release.when())));
                throw failure;
            }
            return release.definition();
        } catch (IOException failure) {
            notes.accept("its release could not be written (" + failure.getMessage()
                    + "): nobody can go back to it; make room on the disk");
            return app;
        }
    }

    /** The same request with the variables of the folder's {@code .env} over those of the call. */
    static StartRequest withEnvFile(StartRequest request, Path root) throws Refused {
        var layers = new Release.Layers(Preparation.secrets(request.env()), Map.of());
        var environment = layers.with(Artifacts.envFile(root, layers.before()));
        return Redefinition.of(null, request, Preparation.plain(environment));
    }

    /** The Keeper knows the release of an app that was started now. */
    void known(AppDefinition app) {
        store.known(app.name(), app.release());
    }

    /** Forgets the releases of an app that was deleted. */
    void forget(AppName app) {
        if (!undertakings.has(app)) {
            store.forget(app);
        }
    }

    /** The daemon leaves. */
    void breakOff() {
        undertakings.breakOff();
    }
}
