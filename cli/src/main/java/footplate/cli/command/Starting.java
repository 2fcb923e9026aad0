package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.ControlClient;
import footplate.api.client.HomeLayout;
import footplate.api.json.Json;
import footplate.api.v1.AppInfo;
import footplate.api.v1.Apps;
import footplate.api.v1.Event;
import footplate.api.v1.InstanceState;
import footplate.api.v1.StartRequest;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Parsed;
import footplate.cli.parse.UsageException;
import footplate.cli.print.Screen;
import footplate.cli.print.Words;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.name.AppName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands that start an app: {@code run} here, {@code start} in the background. */
final class Starting {
    /** The launcher's own variables, which no app shall see. */
    private static final String OWN_PREFIX = "FOOTPLATE_LAUNCHER_";

    /** What LC_ALL was before the launcher set it for Java's sake. */
    private static final String TRUE_LC_ALL = OWN_PREFIX + "LC_ALL";

    private Starting() {}

    static int run(Parsed parsed, Surroundings around) throws UsageException, HomeLayout.Unusable, CallFailed {
        HomeLayout home = HomeLayout.of(around.environment());
        Path file = Configuring.meant(parsed, around);
        if (file != null) {
            home.make();
            home.checkOurs();
            return around.foreground()
                    .run(
                            Configuring.request(file, false, false, around),
                            home,
                            around.screen().colourOut());
        }
        StartRequest request = request(parsed, around, "development", false);
        Settings server = SettingValues.settings(parsed, Setting.Scope.SERVER, around.directory());
        home.make();
        home.checkOurs();
        String accessLog = SettingValues.accessLog(parsed, around.directory());
        return around.foreground()
                .run(request, server, accessLog, home, around.screen().colourOut());
    }

    static int start(Parsed parsed, Surroundings around) throws UsageException, HomeLayout.Unusable, CallFailed {
        Path file = Configuring.meant(parsed, around);
        if (file != null) {
            return Configuring.start(file, parsed, around);
        }
        Screen screen = around.screen();
        long began = System.nanoTime();
        HomeLayout home = HomeLayout.of(around.environment());
        StartRequest request = request(parsed, around, "production", true);
        Apps apps = start(request, home, around);
        screen.clearProgress();
        long tookMs = (System.nanoTime() - began) / 1_000_000;
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(out -> {
                        out.objects("apps", apps.apps());
                        out.number("tookMs", tookMs);
                    })
                    + '\n');
        } else {
            for (AppInfo app : apps.apps()) {
                screen.line(app.name() + " is up at " + app.url() + ": " + processes(app) + ", after "
                        + Words.exact(tookMs));
            }
        }
        return Cli.DONE;
    }

    private static Apps start(StartRequest request, HomeLayout home, Surroundings around)
            throws HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        home.make();
        home.checkPrivate();
        var client = new ControlClient(home.controlSocket());
        boolean there = Files.exists(Path.of(request.path()));
        try {
            return client.start(request, event -> progress(event, screen));
        } catch (CallFailed failed) {
            if (!failed.notRunning()) {
                throw failed;
            }
        }
        if (!there && !Files.exists(home.stateFile())) {
            throw noSuchPath(request.path());
        }
        screen.progress("starting the daemon …");
        Waking.wake(home, around);
        return client.start(request, event -> progress(event, screen));
    }

    static void progress(Event event, Screen screen) {
        screen.progress(event.text());
    }

    static String processes(AppInfo app) {
        long running = 0;
        for (var instance : app.instances()) {
            running += instance.state() == InstanceState.RUNNING ? 1 : 0;
        }
        return running == 0
                ? "its first process starts with the first request"
                : Words.count(running, "process", "processes");
    }

    private static StartRequest request(Parsed parsed, Surroundings around, String environmentName, boolean mayBeName)
            throws UsageException, CallFailed {
        String name = parsed.text(Commands.NAME);
        String wrong = name == null ? "" : AppName.problemWith(name);
        if (!wrong.isEmpty()) {
            throw new UsageException("--name " + name, wrong, "Choose a name such as 'shop' or 'shop-2'.");
        }
        String given = parsed.text(Commands.ENVIRONMENT);
        return request(
                parsed,
                name,
                path(parsed.operand(0), mayBeName, around),
                given == null ? environmentName : given,
                around);
    }

    /**
     * The flags of a start as a request.
     *
     * @param environmentName null if none was named
     */
    static StartRequest request(
            Parsed parsed, @Nullable String name, Path path, @Nullable String environmentName, Surroundings around)
            throws UsageException {
        Integer min = parsed.count(Commands.MIN);
        Integer max = parsed.count(Commands.MAX);
        if (min != null && max != null && min > max) {
            throw new UsageException(
                    "--min " + min, "is more than --max " + max, "Make --max at least as high as --min.");
        }
        return new StartRequest(
                name,
                path.toString(),
                parsed.text(Commands.COMMAND),
                environmentName,
                parsed.count(Commands.PORT),
                parsed.text(Commands.BIND),
                parsed.texts(Commands.HOST),
                min,
                max,
                parsed.count(Commands.CONCURRENCY),
                parsed.count(Commands.MAX_QUEUE),
                parsed.millis(Commands.QUEUE_TIMEOUT),
                parsed.millis(Commands.IDLE_TIMEOUT),
                parsed.millis(Commands.START_TIMEOUT),
                parsed.millis(Commands.KILL_TIMEOUT),
                parsed.text(Commands.STOP_SIGNAL),
                parsed.has(Commands.WAIT_READY),
                SettingValues.named(SettingValues.settings(parsed, Setting.Scope.APP, around.directory())),
                environment(around.environment()));
    }

    /** The folder or file as the caller means it: from the current folder, links resolved, so that one app has one path. */
    static Path path(@Nullable String operand, boolean mayBeName, Surroundings around) throws CallFailed {
        String text = operand == null ? "." : operand;
        try {
            Path path = around.directory().resolve(text);
            if (!Files.exists(path)) {
                if (mayBeName && AppName.problemWith(text).isEmpty()) {
                    // The daemon knows whether it has an app of that name.
                    return path.toAbsolutePath().normalize();
                }
                throw noSuchPath(text);
            }
            if (!Files.isReadable(path)) {
                throw Cli.failure("no-such-path", text, "cannot be read: permission denied", "chmod u+rX " + path);
            }
            return path.toRealPath();
        } catch (IOException | InvalidPathException cannot) {
            throw Cli.failure(
                    "no-such-path",
                    text,
                    "cannot be read: " + cannot.getMessage(),
                    "Give the app's folder or startup file.");
        }
    }

    private static CallFailed noSuchPath(String path) {
        return Cli.failure(
                "no-such-path",
                path,
                "there is no such folder or file",
                "Give the app's folder, or its startup file such as app.js.");
    }

    /** The environment of the call, as it was before the launcher needed some of it. */
    static Map<String, String> environment(Map<String, String> ours) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (Map.Entry<String, String> variable : ours.entrySet()) {
            if (!variable.getKey().startsWith(OWN_PREFIX)) {
                environment.put(variable.getKey(), variable.getValue());
            }
        }
        String before = ours.get(TRUE_LC_ALL);
        if (before != null) {
            environment.remove("LC_ALL");
            if (!before.isEmpty()) {
                environment.put("LC_ALL", before);
            }
        }
        return environment;
    }
}
