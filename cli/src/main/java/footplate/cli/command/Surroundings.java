package footplate.cli.command;

import footplate.cli.print.Screen;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Everything a command sees of the world.
 *
 * @param environment of this process; handed on to apps
 * @param directory the current folder
 * @param screen where it writes
 * @param version of Footplate; asked for only where it is shown
 * @param starter starts the daemon
 * @param foregrounds serves in this process; asked for only where it does
 */
public record Surroundings(
        Map<String, String> environment,
        Path directory,
        Screen screen,
        Supplier<String> version,
        DaemonStarter starter,
        Supplier<Foreground> foregrounds) {
    Foreground foreground() {
        return foregrounds.get();
    }
}
