package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.ControlClient;
import footplate.api.client.HomeLayout;
import footplate.api.json.Json;
import footplate.api.v1.ConfigurationInfo;
import footplate.api.v1.ConfigureRequest;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Parsed;
import footplate.cli.parse.UsageException;
import footplate.cli.print.Screen;
import footplate.cli.print.Words;
import footplate.core.config.file.FileKeys;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The commands that put a configuration file in force: {@code start}, {@code run} and {@code reload} with one. */
final class Configuring {
    private Configuring() {}

    /** {@return the file that a start is about: one that is named, or where nothing is, that of the current folder; null if an app is meant} */
    static @Nullable Path meant(Parsed parsed, Surroundings around) throws UsageException {
        String typed = parsed.operand(0);
        Path file = typed == null ? here(around) : named(typed, around);
        if (file == null) {
            return null;
        }
        String flag = parsed.firstFlagBut(Commands.JSON);
        if (flag != null) {
            throw new UsageException(
                    flag,
                    "does not go with " + file.getFileName() + ", which says how its apps run",
                    "Write it into the file, or name the app's folder to start it without the file: 'footplate "
                            + parsed.command().name() + " . " + flag + " …'.");
        }
        return file;
    }

    private static @Nullable Path here(Surroundings around) {
        Path file = around.directory().resolve(FileKeys.FILE_NAME);
        return Files.isRegularFile(file) ? file.toAbsolutePath().normalize() : null;
    }

    /** {@return the file that is meant; null if the text is no name of one} */
    static @Nullable Path named(String typed, Surroundings around) {
        if (!typed.endsWith(".yml") && !typed.endsWith(".yaml")) {
            return null;
        }
        try {
            return around.directory().resolve(typed).toAbsolutePath().normalize();
        } catch (InvalidPathException _) {
            return null;
        }
    }

    static int start(Path file, Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        long began = System.nanoTime();
        HomeLayout home = HomeLayout.of(around.environment());
        var request = request(file, false, false, around);
        home.make();
        home.checkPrivate();
        var client = new ControlClient(home.controlSocket());
        ConfigurationInfo info;
        try {
            info = client.configure(request, event -> Starting.progress(event, around.screen()));
        } catch (CallFailed failed) {
            if (!failed.notRunning()) {
                throw failed;
            }
            around.screen().progress("starting the daemon …");
            Waking.wake(home, around);
            info = client.configure(request, event -> Starting.progress(event, around.screen()));
        }
        show(info, false, began, parsed, around);
        return Cli.DONE;
    }

    static ConfigureRequest request(@Nullable Path file, boolean plan, boolean replace, Surroundings around) {
        return new ConfigureRequest(
                file == null ? null : file.toString(), plan, replace, Starting.environment(around.environment()));
    }

    /**
     * Reads the file anew.
     *
     * @param file null for the one that is in force
     */
    static int reload(@Nullable Path file, Parsed parsed, Surroundings around)
            throws HomeLayout.Unusable, CallFailed, UsageException {
        if (parsed.has(Commands.UPDATE_ENV)) {
            throw new UsageException(
                    "--update-env", "goes with an app's name", "Write 'footplate reload APP --update-env'.");
        }
        long began = System.nanoTime();
        boolean plan = parsed.has(Commands.PLAN);
        HomeLayout home = HomeLayout.of(around.environment());
        var request = request(file, plan, true, around);
        var info = Reach.askFor(
                        "",
                        home,
                        around,
                        client -> client.configure(request, event -> Starting.progress(event, around.screen())))
                .getFirst()
                .answer();
        show(info, plan, began, parsed, around);
        return Cli.DONE;
    }

    private static void show(ConfigurationInfo info, boolean plan, long began, Parsed parsed, Surroundings around) {
        Screen screen = around.screen();
        screen.clearProgress();
        long tookMs = (System.nanoTime() - began) / 1_000_000;
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(out -> {
                        info.write(out);
                        out.number("tookMs", tookMs);
                    })
                    + '\n');
            return;
        }
        for (String change : info.changes()) {
            screen.line((plan ? "would change: " : "changed: ") + change);
        }
        if (info.changes().isEmpty()) {
            screen.line(plan ? "Nothing would change." : "Nothing has changed.");
        }
        if (plan) {
            return;
        }
        for (var app : info.apps()) {
            screen.line(app.name() + ": " + Starting.processes(app));
        }
        screen.line(info.file() + " is in force on " + String.join(", ", info.addresses()) + ", after "
                + Words.exact(tookMs) + ".");
    }
}
