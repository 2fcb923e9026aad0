package footplate.dist;

import footplate.api.client.HomeLayout;
import footplate.cli.command.Cli;
import footplate.cli.command.Surroundings;
import footplate.cli.print.Screen;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Where every invocation begins: the hidden command {@code daemon} is the background daemon, everything else the command line. */
public final class Main {
    /** The command that the launcher is called with to be the daemon; nobody types it. */
    static final String DAEMON = "daemon";

    /** The same for whoever wants it in this very process and session: a service manager, or a daemon that is upgraded. */
    static final String SERVICE = "service";

    private static final int BUFFER = 8192;

    private Main() {}

    /** Exits with the command's exit code. */
    public static void main(String[] arguments) {
        int code = run(arguments);
        System.exit(code);
    }

    private static int run(String[] arguments) {
        Map<String, String> environment = System.getenv();
        if (arguments.length == 1 && (arguments[0].equals(DAEMON) || arguments[0].equals(SERVICE))) {
            return Daemons.run(environment);
        }
        if (arguments.length == 2 && arguments[0].equals(Daemons.TRAIN)) {
            return Daemons.train(Path.of(arguments[1]), environment);
        }
        if (arguments.length == 1 && arguments[0].equals(Training.TRAIN)) {
            return Training.run();
        }
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        var screen = new Screen(
                out, err, columns("footplate.out"), columns("footplate.err"), Screen.wantsColours(environment));
        var around = new Surroundings(
                environment,
                Path.of("").toAbsolutePath(),
                screen,
                Main::version,
                Main::startDaemon,
                Daemons::foreground);
        try {
            return Cli.run(List.of(arguments), around);
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** UTF-8 whatever the locale says: names and logs are. */
    static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER), false, StandardCharsets.UTF_8);
    }

    /** The launcher tells which of the two is a terminal, and how wide: it can ask without loading anything. */
    private static int columns(String property) {
        Integer columns = Integer.getInteger(property);
        return columns == null || columns < 1 ? 0 : columns;
    }

    /** {@return the version of this build} */
    static String version() {
        try (InputStream version = Main.class.getResourceAsStream("version.txt")) {
            if (version == null) {
                throw new IllegalStateException("the build left version.txt out");
            }
            return new String(version.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException broken) {
            throw new IllegalStateException("version.txt cannot be read", broken);
        }
    }

    /** Calls the launcher again: it alone knows the JVM's flags for a daemon, and how to detach. */
    private static Process startDaemon(HomeLayout home) throws IOException {
        String launcher = System.getProperty("footplate.launcher");
        if (launcher == null) {
            throw new IOException("this program was not started by its launcher 'footplate'");
        }
        var builder = new ProcessBuilder(launcher, DAEMON);
        Daemons.unmark(builder.environment());
        builder.environment().put(HomeLayout.VARIABLE, home.home().toString());
        builder.directory(home.home().toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.daemonLog().toFile()));
        builder.redirectErrorStream(true);
        return builder.start();
    }
}
