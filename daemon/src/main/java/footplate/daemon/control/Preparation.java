package footplate.daemon.control;

import footplate.api.v1.DeployRequest;
import footplate.api.v1.Event;
import footplate.api.v1.StartRequest;
import footplate.core.config.AppDefinition;
import footplate.core.config.Problem;
import footplate.core.config.Secret;
import footplate.core.config.Settings;
import footplate.core.deploy.Ended;
import footplate.core.deploy.Origin;
import footplate.core.deploy.Release;
import footplate.core.name.AppName;
import footplate.daemon.config.Definitions;
import footplate.daemon.config.Definitions.Startup;
import footplate.daemon.config.Redefinition;
import footplate.daemon.config.Refused;
import footplate.daemon.deploy.Artifacts;
import footplate.daemon.deploy.Past;
import footplate.daemon.deploy.ReleaseStore;
import footplate.daemon.deploy.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a release from a request to a definition that the Keeper can be given: its code is brought in, its environment
 * read, its build run. Nothing that serves is touched; what fails is remembered with its reason.
 */
final class Preparation {
    private final ReleaseStore store;
    private final Artifacts artifacts;
    private final Commands.Surroundings surroundings;

    /** What a release is made from, but for its settings. */
    record Prepared(
            ReleaseStore.Making taken,
            int code,
            Origin origin,
            String command,
            String file,
            Release.Layers layers,
            Map<String, Secret> environment,
            Startup startup,
            String who,
            Instant when) {
        Release release(AppDefinition definition) {
            return new Release(
                    taken.number(),
                    code,
                    origin,
                    command,
                    file,
                    layers,
                    definition.numbered(taken.number()),
                    who,
                    when);
        }

        Map<String, String> plainEnvironment() {
            return Preparation.plain(environment);
        }
    }

    Preparation(ReleaseStore store, Artifacts artifacts, Commands.Surroundings surroundings) {
        this.store = store;
        this.artifacts = artifacts;
        this.surroundings = surroundings;
    }

    /**
     * Makes a release of a folder, an archive or a commit.
     *
     * @param build the command that builds it; null if nothing does
     * @param current the app as it is; null if there is none
     * @param settings the server's, for the bounds of what is brought in
     */
    Prepared deploy(
            DeployRequest request,
            @Nullable String build,
            @Nullable AppDefinition current,
            Settings settings,
            String who,
            Instant when,
            Consumer<Event> events)
            throws Refused, InterruptedException {
        var app = new AppName(request.name());
        var source = source(request);
        var bounds = bounds(request, current, settings);
        var before = before(current);
        var layers = layers(request, current, before);
        var taken = begin(app);
        Origin origin = intended(source);
        try {
            var listener = listener(app, events);
            var steps = new Steps(app, events);
            steps.begin("code", "release " + taken.number() + ": " + origin.describe());
            var brought =
                    artifacts.bring(source, taken.files(), bounds, request.app().env(), listener);
            origin = brought.origin();
            steps.done("code", "the code is there: " + origin.describe());
            var environment = layers.with(Artifacts.envFile(brought.root(), layers.before()));
            var name = environmentName(request.app(), current, environment);
            if (build != null) {
                steps.begin("build", "builds: " + build);
                artifacts.build(build, brought.root(), named(environment, name), bounds, listener);
                steps.done("build", "it is built");
            }
            var command = command(request.app(), current, before);
            var file = before.map(Release::file).orElse("");
            var startup = detect(app, brought.root(), command, file, environment, listener);
            artifacts.force(taken.folder(), request.app().env());
            return new Prepared(taken, taken.number(), origin, command, file, layers, environment, startup, who, when);
        } catch (Refused refused) {
            failed(taken, origin, who, when, refused.problems().getFirst().what());
            throw refused;
        } catch (InterruptedException asked) {
            failed(taken, origin, who, when, "broken off");
            throw asked;
        }
    }

    /** Takes the next number of an app. */
    ReleaseStore.Making begin(AppName app) throws Refused {
        try {
            return store.begin(app);
        } catch (IOException failure) {
            throw unwritable(failure);
        }
    }

    /** Writes a release down; from then on it is there. */
    void write(Prepared prepared, Release release) throws Refused {
        try {
            store.write(prepared.taken(), release);
        } catch (IOException failure) {
            throw unwritable(failure);
        }
    }

    private static Refused unwritable(IOException failure) {
        return new Refused(
                "release",
                "it cannot be written: " + failure.getMessage(),
                "Make room on the disk of the home, or mend its permissions. Nothing was changed; what served before"
                        + " serves on.");
    }

    /** Nothing came of it. */
    void failed(ReleaseStore.Making taken, Origin origin, String who, Instant when, String why) {
        var ended = new Ended(Ended.Kind.FAILED, why, when);
        store.failed(taken, new Past(taken.number(), taken.number(), origin, who, when, false, ended));
    }

    /** What is on disk of the release that an app runs. */
    Optional<Release> before(@Nullable AppDefinition current) {
        return current == null || current.release() == 0
                ? Optional.empty()
                : store.release(current.name(), current.release());
    }

    /** Finds out how the code is started, as it was asked for. */
    Startup detect(
            AppName app,
            Path root,
            String command,
            String file,
            Map<String, Secret> environment,
            Artifacts.Listener notes)
            throws Refused {
        var where = file.isEmpty() ? root : root.resolve(file);
        var request = Redefinition.of(null, RollingOut.nothingAsked(app, where, command), plain(environment));
        return surroundings.detect(request, notes::note);
    }

    private static Settings bounds(DeployRequest request, @Nullable AppDefinition current, Settings server)
            throws Refused {
        var problems = new ArrayList<Problem>();
        var asked = Definitions.settings(request.app().settings(), problems);
        if (!problems.isEmpty()) {
            throw new Refused(problems);
        }
        return (current == null ? server : server.with(current.settings())).with(asked);
    }

    private static Release.Layers layers(
            DeployRequest request, @Nullable AppDefinition current, Optional<Release> before) {
        var chosen = secrets(request.chosen());
        if (current == null || request.updateEnv()) {
            return new Release.Layers(secrets(request.app().env()), chosen);
        }
        return before.map(Release::layers)
                .orElseGet(() -> new Release.Layers(current.environment(), Map.of()))
                .choosing(chosen);
    }

    private static String command(StartRequest asked, @Nullable AppDefinition current, Optional<Release> before) {
        if (asked.command() != null) {
            return asked.command();
        }
        return before.map(Release::command).orElseGet(() -> current == null ? "" : Redefinition.commandOf(current));
    }

    private static String environmentName(
            StartRequest asked, @Nullable AppDefinition current, Map<String, Secret> environment) {
        if (asked.environmentName() != null) {
            return asked.environmentName();
        }
        if (current != null) {
            return current.environmentName();
        }
        var named = environment.get("NODE_ENV");
        return named == null || named.reveal().isBlank() ? "production" : named.reveal();
    }

    /** A build is told what it builds for. */
    private static Map<String, Secret> named(Map<String, Secret> environment, String name) {
        var named = new HashMap<>(environment);
        named.put("NODE_ENV", new Secret(name));
        return named;
    }

    private static Source source(DeployRequest request) throws Refused {
        if (request.git() != null) {
            return new Source.Git(request.git(), request.ref() == null ? "" : request.ref());
        }
        var path = Path.of(request.app().path());
        if (Files.isDirectory(path)) {
            return new Source.Folder(path);
        }
        if (Files.isRegularFile(path)) {
            return new Source.Archive(path);
        }
        throw new Refused(
                path.toString(), "there is no such folder or archive", "Name the app's folder, or a .tar.gz of it.");
    }

    private static Origin intended(Source source) {
        return switch (source) {
            case Source.Folder(var path) -> new Origin.Folder(path.toString(), true);
            case Source.Archive(var file) -> new Origin.Archive(file.toString());
            case Source.Git(var repository, var ref) ->
                new Origin.Git(Artifacts.withoutCredentials(repository), ref.isEmpty() ? "HEAD" : ref, "");
        };
    }

    static Artifacts.Listener listener(AppName app, Consumer<Event> events) {
        return new Artifacts.Listener() {
            @Override
            public void note(String text) {
                events.accept(Events.notice(app.value(), text));
            }

            @Override
            public void output(String line) {
                events.accept(new Event(Event.OUTPUT, app.value(), null, line, Map.of()));
            }
        };
    }

    static Map<String, Secret> secrets(Map<String, String> texts) {
        var secrets = new HashMap<String, Secret>();
        texts.forEach((name, value) -> secrets.put(name, new Secret(value)));
        return secrets;
    }

    static Map<String, String> plain(Map<String, Secret> secrets) {
        var plain = new HashMap<String, String>();
        secrets.forEach((name, value) -> plain.put(name, value.reveal()));
        return plain;
    }
}
