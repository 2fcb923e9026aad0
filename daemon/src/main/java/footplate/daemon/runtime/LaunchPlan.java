package footplate.daemon.runtime;

import footplate.core.config.Launch;
import footplate.core.config.Problem;
import footplate.core.config.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Exactly what is started for one instance.
 *
 * <p>{@code npm start} is started without npm: npm would stay as a process of some 60 MB between us and the app, and would pass on
 * signals in its own way. The script's line is run by {@code /bin/sh -c}, as npm does it, behind the prestart script if there is
 * one, with node_modules/.bin of the app's folder and of those above on the PATH, and with the npm_* variables that scripts read.
 * A poststart script is not run: it would follow the end of a server that we have stopped.
 *
 * @param command the program (absolute path) and its arguments
 * @param directory absolute path of the folder it is started in
 * @param environment its whole environment; nothing else is inherited
 */
public record LaunchPlan(List<String> command, Path directory, Map<String, String> environment) {
    /** Variables of the calling shell's world that would mislead an app, or that are ours to give. */
    private static final List<String> NEVER_KEPT = List.of(
            "NODE_CHANNEL_FD",
            "NODE_CHANNEL_SERIALIZATION_MODE",
            "NODE_UNIQUE_ID",
            "NOTIFY_SOCKET",
            "WATCHDOG_PID",
            "WATCHDOG_USEC",
            "LISTEN_FDS",
            "LISTEN_PID",
            "LISTEN_FDNAMES",
            "FOOTPLATE_SOCKET",
            "FOOTPLATE_CHANNEL",
            "FOOTPLATE_RUN",
            "FOOTPLATE_APP_PID",
            "FOOTPLATE_PUBLIC_PORT");

    /** Where each kind of app looks for the name of its environment (Passenger: --environment sets the first four). */
    private static final List<String> ENVIRONMENT_NAMES =
            List.of("NODE_ENV", "RACK_ENV", "RAILS_ENV", "WSGI_ENV", "APP_ENV");

    /** A preload that the calling shell had, because it runs inside an app of ours. */
    private static final Pattern OLD_PRELOAD =
            Pattern.compile("--require=(\"[^\"]*" + PreloadFile.NAME + "\"|\\S*" + PreloadFile.NAME + ")\\s*");

    public LaunchPlan {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** The environment's values are secrets. */
    @Override
    public String toString() {
        return "LaunchPlan[" + String.join(" ", command) + " in " + directory + "]";
    }

    /**
     * What differs between the instances of an app.
     *
     * @param number the lowest free number among the app's instances, from 0 (PM2: instance_var)
     * @param place where it is to take requests; a {@link Place.Socket} for Node, a {@link Place.Loopback} for a command
     * @param publicPort where clients reach the app
     * @param token whom the process speaks for on the channel
     * @param channel absolute path of the channel's Unix socket
     * @param preload absolute path of the preload file
     */
    public record Instance(int number, Place place, int publicPort, RunToken token, Path channel, Path preload) {}

    /** Whether processes of this launch are given a Unix socket (else they are given a port in {@code $PORT}). */
    public static boolean usesSocket(Launch launch) {
        return switch (launch) {
            case Launch.Node _, Launch.NpmStart _ -> true;
            case Launch.Command _ -> false;
        };
    }

    /**
     * Plans the start of one process; reads package.json and looks for the program, so that it blocks shortly.
     *
     * @param root absolute path of the app's folder
     * @param kept the environment of the call that defined the app
     * @param environmentName {@code development}, {@code production} or any other
     */
    public static Planned of(
            Launch launch, Path root, Map<String, Secret> kept, String environmentName, Instance instance) {
        if (!Files.isDirectory(root)) {
            return refused(root.toString(), "the app's folder is gone.", "Put it back, or delete the app.");
        }
        var environment = environmentOf(kept, environmentName, instance);
        return switch (launch) {
            case Launch.Node(var script, var arguments) -> {
                if (!Files.isReadable(Path.of(script))) {
                    yield refused(
                            script,
                            Files.exists(Path.of(script))
                                    ? "permission denied: the app's script may not be read by this user."
                                    : "the app's script is gone.",
                            Files.exists(Path.of(script))
                                    ? "chmod u+r it, or have its owner do so."
                                    : "Put it back, or start the app anew.");
                }
                if (PackageJson.in(root) instanceof PackageJson.Read.Fine(var content)) {
                    nameOfPackage(content, environment);
                }
                var command = new ArrayList<>(List.of("node", script));
                command.addAll(arguments);
                yield node(command, root, environment, instance);
            }
            case Launch.NpmStart _ ->
                switch (PackageJson.in(root)) {
                    case PackageJson.Read.Wrong(var problem) -> new Planned.Refused(problem);
                    case PackageJson.Read.Fine(var content) -> npmStart(content, root, environment, instance);
                };
            case Launch.Command(var line) -> found(ShellWords.commandOf(line), root, environment);
        };
    }

    private static Planned npmStart(
            PackageJson content, Path root, Map<String, String> environment, Instance instance) {
        var start = content.script("start").strip();
        if (start.isEmpty()) {
            return refused(
                    content.file().toString(),
                    "its start script is gone.",
                    "Put it back (\"scripts\": { \"start\": … }), or start the app anew.");
        }
        var before = content.script("prestart").strip();
        var path = new StringBuilder();
        for (Path at = root; at != null; at = at.getParent()) {
            path.append(at.resolve("node_modules").resolve(".bin")).append(':');
        }
        environment.put("PATH", path + environment.getOrDefault("PATH", ""));
        nameOfPackage(content, environment);
        content.settings().forEach((name, value) -> environment.put("npm_package_config_" + name, value));
        environment.put("npm_package_json", content.file().toString());
        environment.put("npm_lifecycle_event", "start");
        environment.put("npm_lifecycle_script", start);
        environment.put("npm_command", "start");
        environment.put("INIT_CWD", root.toString());
        var line = before.isEmpty() ? start : "{ " + before + "\n} && {\n" + start + "\n}";
        return node(List.of("/bin/sh", "-c", line), root, environment, instance);
    }

    private static void nameOfPackage(PackageJson content, Map<String, String> environment) {
        if (!content.name().isEmpty()) {
            environment.put("npm_package_name", content.name());
        }
        if (!content.version().isEmpty()) {
            environment.put("npm_package_version", content.version());
        }
    }

    private static Planned node(List<String> command, Path root, Map<String, String> environment, Instance instance) {
        if (!(instance.place() instanceof Place.Socket(var socket))) {
            throw new IllegalArgumentException("a Node app is given a socket, not " + instance.place());
        }
        environment.put("FOOTPLATE_SOCKET", socket);
        environment.put("FOOTPLATE_CHANNEL", instance.channel().toString());
        environment.put("FOOTPLATE_RUN", instance.token().reveal());
        environment.put("NODE_OPTIONS", nodeOptions(instance.preload(), environment.getOrDefault("NODE_OPTIONS", "")));
        return found(command, root, environment);
    }

    /** Ours before the user's, whose own preloads may want to wrap what is there. */
    static String nodeOptions(Path preload, String users) {
        var path = preload.toString();
        // The quoting rules of NODE_OPTIONS (node.1): double quotes around spaces, a backslash before a quote or
        // backslash in them.
        boolean plain = path.chars().noneMatch(c -> c == ' ' || c == '"' || c == '\\');
        var ours =
                "--require=" + (plain ? path : '"' + path.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        return (ours + " " + OLD_PRELOAD.matcher(users).replaceAll("")).strip();
    }

    private static Map<String, String> environmentOf(
            Map<String, Secret> kept, String environmentName, Instance instance) {
        var environment = new HashMap<String, String>();
        kept.forEach((name, value) -> environment.put(name, value.reveal()));
        NEVER_KEPT.forEach(environment::remove);
        environment.putIfAbsent("PATH", "/usr/local/bin:/usr/bin:/bin");
        ENVIRONMENT_NAMES.forEach(name -> environment.put(name, environmentName));
        int port = instance.place() instanceof Place.Loopback(var own) ? own : instance.publicPort();
        environment.put("PORT", Integer.toString(port));
        environment.put("FOOTPLATE_PUBLIC_PORT", Integer.toString(instance.publicPort()));
        environment.put("NODE_APP_INSTANCE", Integer.toString(instance.number()));
        return environment;
    }

    /** Fills in the program's place, looked for on the app's own PATH. */
    private static Planned found(List<String> command, Path root, Map<String, String> environment) {
        var path = environment.getOrDefault("PATH", "");
        var program = Programs.find(command.getFirst(), path, root);
        if (program.isEmpty()) {
            return refused(
                    command.getFirst(),
                    command.getFirst().indexOf('/') >= 0
                            ? "there is no such program in " + root + ", or it may not be executed."
                            : "there is no such program on the app's PATH (" + path + ").",
                    "Correct the command, install the program, or call 'footplate start' from a shell that finds it.");
        }
        var whole = new ArrayList<>(command);
        whole.set(0, program.get().toString());
        return new Planned.Ready(new LaunchPlan(whole, root, environment));
    }

    private static Planned refused(String where, String what, String mend) {
        return new Planned.Refused(new Problem(where, what, mend));
    }
}
