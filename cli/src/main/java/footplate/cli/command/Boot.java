package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.HomeLayout;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Parsed;
import footplate.cli.print.Screen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The commands {@code startup} and {@code unstartup}: whether the daemon comes and goes with the machine. */
final class Boot {
    private static final Path SYSTEMD = Path.of("/run/systemd/system");

    private Boot() {}

    static int startup(Parsed parsed, Surroundings around) throws CallFailed {
        Screen screen = around.screen();
        Unit unit = unit(parsed, around);
        if (parsed.has(Commands.PRINT)) {
            screen.print(unit.text());
            return Cli.DONE;
        }
        needRoot("startup", unit, around);
        needSystemd();
        try {
            Files.writeString(unit.file(), unit.text());
        } catch (IOException cannot) {
            throw Cli.failure(
                    "refused",
                    unit.file().toString(),
                    "cannot be written: " + cannot.getMessage(),
                    "Write it yourself: 'footplate startup --print' shows it.");
        }
        screen.line("wrote " + unit.file());
        systemctl("daemon-reload");
        systemctl("enable", unit.name());
        systemctl("start", unit.name());
        screen.line(unit.name() + " is enabled and runs, now and from the machine's start on.");
        screen.line("    systemctl status|reload|stop " + unit.name() + "    journalctl -u " + unit.name());
        return Cli.DONE;
    }

    static int unstartup(Parsed parsed, Surroundings around) throws CallFailed {
        Screen screen = around.screen();
        Unit unit = unit(parsed, around);
        needRoot("unstartup", unit, around);
        needSystemd();
        if (!Files.exists(unit.file())) {
            screen.note("There is no " + unit.file() + ": nothing to take back.");
            return Cli.DONE;
        }
        systemctl("disable", "--now", unit.name());
        try {
            Files.delete(unit.file());
        } catch (IOException cannot) {
            throw Cli.failure(
                    "refused", unit.file().toString(), "cannot be removed: " + cannot.getMessage(), "Remove it.");
        }
        systemctl("daemon-reload");
        screen.line(
                unit.name() + " and its apps are stopped, and it is removed. 'footplate start' runs them without it.");
        return Cli.DONE;
    }

    private static Unit unit(Parsed parsed, Surroundings around) throws CallFailed {
        Map<String, String> environment = around.environment();
        String named = parsed.text(Commands.USER);
        String us = System.getProperty("user.name", "root");
        String user = named == null ? environment.getOrDefault("SUDO_USER", us) : named;
        String home = home(user);
        if (home == null) {
            throw Cli.failure(
                    "refused", "--user " + user, "there is no such user here", "'getent passwd' shows them all.");
        }
        String launcher = System.getProperty("footplate.launcher");
        if (launcher == null) {
            throw Cli.failure(
                    "refused",
                    "startup",
                    "this program was not started by its launcher 'footplate'",
                    "Call it by that.");
        }
        var kept = new TreeMap<String, String>();
        for (String name : List.of("PATH", "JAVA_HOME")) {
            String value = environment.get(name);
            if (value != null && !value.isEmpty()) {
                kept.put(name, value);
            }
        }
        String own = environment.get(HomeLayout.VARIABLE);
        boolean usual = own == null || own.isEmpty();
        return new Unit(user, usual ? Path.of(home, ".footplate") : Path.of(own), launcher, kept);
    }

    /** The home of a user, by whatever name service the machine has; null if there is no such user. */
    private static @Nullable String home(String user) throws CallFailed {
        String[] fields = ran("getent", "passwd", user).output().strip().split(":", -1);
        return fields.length < 7 ? null : fields[5];
    }

    private static void needRoot(String command, Unit unit, Surroundings around) throws CallFailed {
        if (System.getProperty("user.name", "").equals("root")) {
            return;
        }
        String home = around.environment().get(HomeLayout.VARIABLE);
        throw Cli.failure(
                "refused",
                command,
                "only root may change what the machine starts",
                "sudo env PATH=\"$PATH\"" + (home == null ? "" : " " + HomeLayout.VARIABLE + "='" + home + "'") + " '"
                        + unit.launcher() + "' " + command + " --user " + unit.user());
    }

    private static void needSystemd() throws CallFailed {
        if (!Files.isDirectory(SYSTEMD)) {
            throw Cli.failure(
                    "refused",
                    SYSTEMD.toString(),
                    "systemd does not run this machine",
                    "Have what runs it start the launcher with the word 'service', as the apps' user, and again when it ends.");
        }
    }

    private static void systemctl(String... arguments) throws CallFailed {
        var command = new String[arguments.length + 1];
        command[0] = "systemctl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Ended ended = ran(command);
        if (ended.code() != 0) {
            throw Cli.failure(
                    "refused",
                    String.join(" ", command),
                    "ended with exit code " + ended.code() + ": "
                            + ended.output().strip(),
                    "Mend what it says.");
        }
    }

    private record Ended(int code, String output) {}

    private static Ended ran(String... command) throws CallFailed {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), output);
        } catch (IOException cannot) {
            throw Cli.failure(
                    "refused", String.join(" ", command), "cannot be started: " + cannot.getMessage(), "Install it.");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Ended(1, "interrupted");
        }
    }
}
