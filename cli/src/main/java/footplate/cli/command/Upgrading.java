package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.HomeLayout;
import footplate.api.json.Json;
import footplate.api.v1.UpgradeInfo;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Parsed;
import footplate.cli.print.Screen;
import footplate.cli.print.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The command {@code upgrade}. */
final class Upgrading {
    private static final String LAUNCHER = "footplate";

    private Upgrading() {}

    static int upgrade(Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        String launcher = launcher(parsed.operand(0), around);
        HomeLayout home = HomeLayout.of(around.environment());
        home.checkPrivate();
        Reach.Peer daemon = Reach.background(home, around);
        if (daemon == null) {
            throw Cli.failure(
                    CallFailed.NOT_RUNNING,
                    home.home().toString(),
                    "no daemon runs here that could be upgraded",
                    "'footplate start' starts one, of this build.");
        }
        UpgradeInfo info = daemon.client().upgrade(launcher, event -> {
            if (!parsed.has(Commands.JSON)) {
                screen.line(event.text());
            }
        });
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(info) + '\n');
            return Cli.DONE;
        }
        screen.line("Upgraded. The daemon before it, PID " + info.before() + ", "
                + (info.connections() == 0
                        ? "has no connection left, and leaves."
                        : "still has " + Words.count(info.connections(), "connection", "connections")
                                + ", and leaves when they are done."));
        return Cli.DONE;
    }

    /** The new build's launcher. It is called once, so that it builds what it has to now and not in the daemon. */
    private static String launcher(@Nullable String typed, Surroundings around) throws CallFailed {
        if (typed == null) {
            String ours = System.getProperty("footplate.launcher");
            if (ours == null) {
                throw Cli.failure(
                        "refused",
                        "upgrade",
                        "this program was not started by its launcher 'footplate'",
                        "Write the path of the new build.");
            }
            return ours;
        }
        Path path = around.directory().resolve(typed);
        Path launcher = (Files.isDirectory(path) ? path.resolve(LAUNCHER) : path).normalize();
        if (!Files.isExecutable(launcher) || Files.isDirectory(launcher)) {
            throw Cli.failure(
                    "refused",
                    typed,
                    "there is no program '" + LAUNCHER + "' there",
                    "Write the folder of a Footplate, or the path of its launcher.");
        }
        try {
            Process build = new ProcessBuilder(launcher.toString(), "version")
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (build.waitFor() != 0) {
                throw Cli.failure(
                        "refused",
                        launcher.toString(),
                        "it does not work: 'version' ended with exit code " + build.exitValue(),
                        "Nothing was changed. Mend the build, then upgrade again.");
            }
        } catch (IOException cannot) {
            throw Cli.failure(
                    "refused", launcher.toString(), "it cannot be started: " + cannot.getMessage(), "Mend the build.");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return launcher.toString();
    }
}
