package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.ControlClient;
import footplate.api.client.HomeLayout;
import footplate.api.json.Json;
import footplate.api.v1.AppInfo;
import footplate.api.v1.Apps;
import footplate.api.v1.Call;
import footplate.api.v1.DeployRequest;
import footplate.api.v1.Deployed;
import footplate.api.v1.DiffRequest;
import footplate.api.v1.Event;
import footplate.api.v1.ReloadRequest;
import footplate.api.v1.RollbackRequest;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Parsed;
import footplate.cli.parse.UsageException;
import footplate.cli.print.LiveView;
import footplate.cli.print.ReleasesText;
import footplate.cli.print.Screen;
import footplate.cli.print.Words;
import footplate.core.name.AppName;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The commands about releases: {@code deploy reload rollback history diff promote abort pause resume}. */
final class Deploying {
    private Deploying() {}

    static int deploy(Parsed parsed, Surroundings around) throws UsageException, HomeLayout.Unusable, CallFailed {
        String app = parsed.operands().getFirst();
        DeployRequest request = request(app, parsed, around);
        HomeLayout home = HomeLayout.of(around.environment());
        home.make();
        home.checkPrivate();
        var client = new ControlClient(home.controlSocket());
        return follow(app, "deployed", parsed, around, events -> {
            try {
                return client.deploy(request, events);
            } catch (CallFailed failed) {
                if (!failed.notRunning()) {
                    throw failed;
                }
            }
            around.screen().progress("starting the daemon …");
            Waking.wake(home, around);
            return client.deploy(request, events);
        });
    }

    private static DeployRequest request(String app, Parsed parsed, Surroundings around)
            throws UsageException, CallFailed {
        String wrong = AppName.problemWith(app);
        if (!wrong.isEmpty()) {
            throw new UsageException(app, wrong, "Choose a name such as 'shop' or 'shop-2'.");
        }
        String git = parsed.text(Commands.GIT);
        String ref = parsed.text(Commands.REF);
        String folder = parsed.operand(1);
        if (git != null && folder != null) {
            throw new UsageException(folder, "is given besides --git", "Name a folder, an archive or a repository.");
        }
        if (ref != null && git == null) {
            throw new UsageException("--ref " + ref, "is given without --git", "Name the repository with --git.");
        }
        Path path = git == null
                ? Starting.path(folder, false, around)
                : around.directory().toAbsolutePath();
        return new DeployRequest(
                Starting.request(parsed, app, path, parsed.text(Commands.ENVIRONMENT), around),
                git == null ? null : repository(git, around),
                ref,
                chosen(parsed),
                parsed.has(Commands.UPDATE_ENV),
                parsed.text(Commands.BUILD));
    }

    /** A folder on this machine is meant from the current one. */
    private static String repository(String typed, Surroundings around) {
        try {
            Path folder = around.directory().resolve(typed);
            return Files.isDirectory(folder)
                    ? folder.toAbsolutePath().normalize().toString()
                    : typed;
        } catch (InvalidPathException _) {
            return typed;
        }
    }

    private static Map<String, String> chosen(Parsed parsed) throws UsageException {
        Map<String, String> chosen = new LinkedHashMap<>();
        for (String one : parsed.texts(Commands.ENV)) {
            int equals = one.indexOf('=');
            if (equals < 1) {
                // Not the text itself: it may be a secret.
                throw new UsageException("--env", "needs a name, '=' and a value", "Write --env NAME=VALUE.");
            }
            chosen.put(one.substring(0, equals), one.substring(equals + 1));
        }
        return chosen;
    }

    static int reload(Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed, UsageException {
        String app = parsed.operand(0);
        Path file = app == null ? null : Configuring.named(app, around);
        if (app == null || file != null) {
            return Configuring.reload(file, parsed, around);
        }
        if (parsed.has(Commands.PLAN)) {
            throw new UsageException(
                    "--plan", "goes with a configuration file", "Write 'footplate reload --plan', without the app.");
        }
        var request = new ReloadRequest(
                app, parsed.has(Commands.UPDATE_ENV) ? Starting.environment(around.environment()) : null);
        HomeLayout home = HomeLayout.of(around.environment());
        return follow(
                app,
                "reloaded",
                parsed,
                around,
                events -> Reach.askFor(app, home, around, client -> client.reload(request, events))
                        .getFirst()
                        .answer());
    }

    static int rollback(Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed, UsageException {
        String app = parsed.operands().getFirst();
        String number = parsed.operand(1);
        var request = new RollbackRequest(app, number == null ? null : Integer.valueOf(release(number)));
        HomeLayout home = HomeLayout.of(around.environment());
        return follow(
                app,
                "rolled back",
                parsed,
                around,
                events -> Reach.askFor(app, home, around, client -> client.rollback(request, events))
                        .getFirst()
                        .answer());
    }

    /** Something that is followed to its end. */
    private interface Followed {
        Deployed ask(Consumer<Event> events) throws CallFailed, HomeLayout.Unusable;
    }

    private static int follow(String app, String done, Parsed parsed, Surroundings around, Followed followed)
            throws CallFailed, HomeLayout.Unusable {
        Screen screen = around.screen();
        boolean json = parsed.has(Commands.JSON);
        var view = new LiveView(screen, System::nanoTime);
        Thread goodbye = new Thread(() -> {
            view.end();
            screen.note("You have left; it goes on without you. 'footplate status " + app + "' and 'footplate history "
                    + app + "' tell how it goes, 'footplate abort " + app + "' breaks it off.");
        });
        // Ctrl-C ends the view and nothing else.
        Runtime.getRuntime().addShutdownHook(goodbye);
        Deployed deployed;
        try {
            deployed = followed.ask(json ? event -> event(event, screen) : view::happened);
        } finally {
            stay(goodbye);
            view.end();
        }
        if (json) {
            screen.print(Json.text(out -> out.object("deployed", deployed)) + '\n');
        } else {
            screen.clearProgress();
            screen.line(deployed.app().name() + " is " + done
                    + (deployed.release() == 0 ? "" : ": release " + deployed.release())
                    + ", " + Starting.processes(deployed.app()) + ", after " + Words.exact(deployed.tookMs()));
        }
        return Cli.DONE;
    }

    private static void event(Event event, Screen screen) {
        screen.print(Json.text(out -> out.object("event", event)) + '\n');
        screen.out().flush();
    }

    private static void stay(Thread goodbye) {
        try {
            Runtime.getRuntime().removeShutdownHook(goodbye);
        } catch (IllegalStateException _) {
            // Ctrl-C came in the same moment.
        }
    }

    static int history(Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        String app = parsed.operands().getFirst();
        Screen screen = around.screen();
        var releases = Reach.askFor(app, HomeLayout.of(around.environment()), around, client -> client.history(app))
                .getFirst()
                .answer();
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(releases) + '\n');
        } else {
            screen.print(ReleasesText.history(
                    releases.releases(), ZoneId.systemDefault(), screen.width(), screen.colourOut()));
        }
        return Cli.DONE;
    }

    static int diff(Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed, UsageException {
        String app = parsed.operands().getFirst();
        var request = new DiffRequest(
                app,
                release(parsed.operands().get(1)),
                release(parsed.operands().get(2)));
        Screen screen = around.screen();
        var differences = Reach.askFor(app, HomeLayout.of(around.environment()), around, client -> client.diff(request))
                .getFirst()
                .answer();
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(differences) + '\n');
        } else if (differences.differences().isEmpty()) {
            screen.line("Releases " + request.from() + " and " + request.to() + " are the same but for their files.");
        } else {
            screen.print(ReleasesText.diff(
                    differences.differences(), request.from(), request.to(), screen.width(), screen.colourOut()));
        }
        return Cli.DONE;
    }

    private static int release(String typed) throws UsageException {
        try {
            int number = Integer.parseInt(typed);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below.
        }
        throw new UsageException(typed, "is no release's number", "'footplate history APP' shows the numbers.");
    }

    /** Has a rollout that is under way do something else. */
    static int steer(Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        String app = parsed.operands().getFirst();
        Screen screen = around.screen();
        Call call = switch (parsed.command().name()) {
            case "promote" -> Call.PROMOTE;
            case "abort" -> Call.ABORT;
            case "pause" -> Call.PAUSE;
            default -> Call.RESUME;
        };
        Apps apps = Reach.askFor(
                        app,
                        HomeLayout.of(around.environment()),
                        around,
                        client -> client.steer(call, app, event -> Starting.progress(event, screen)))
                .getFirst()
                .answer();
        screen.clearProgress();
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(apps) + '\n');
            return Cli.DONE;
        }
        String done = switch (call) {
            case PROMOTE -> "promoted";
            case ABORT -> "broken off";
            case PAUSE -> "paused";
            default -> "resumed";
        };
        for (AppInfo one : apps.apps()) {
            screen.line("The rollout of " + one.name() + " is " + done);
        }
        return Cli.DONE;
    }
}
