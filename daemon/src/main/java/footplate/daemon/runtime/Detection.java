package footplate.daemon.runtime;

import footplate.core.config.Launch;
import footplate.core.config.OtherRuntimes;
import footplate.core.config.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how the app in a folder is started. The first of these that is there decides:
 *
 * <ol>
 *   <li>the operator's own command;
 *   <li>{@code scripts.start} of package.json: its author's word for how the app starts (of an app by express-generator, only {@code
 *       bin/www} listens, and app.js does not). {@code node FILE …} is started without npm and without a shell. A script that calls a
 *       process manager or watcher (pm2, passenger, nodemon, …) is passed over if one of the next is there: that is our job now;
 *   <li>app.js, server.js, index.js, each also as .mjs and .cjs (Passenger's convention);
 *   <li>{@code main} of package.json, resolved as Node resolves it.
 * </ol>
 *
 * Whether a file is an ES module is Node's to decide. A file that is given is the script, whatever its folder holds.
 */
public final class Detection {
    private static final List<String> START_FILES = Stream.of("app", "server", "index")
            .flatMap(name -> Stream.of(".js", ".mjs", ".cjs").map(name::concat))
            .toList();

    private static final Set<String> OTHER_SUPERVISORS =
            Set.of("pm2", "pm2-runtime", "passenger", "forever", "supervisor", "nodemon", "footplate");

    /** Folders of sources or builds inside an app; a script in one of them belongs to the app around it. */
    private static final Set<String> INNER_FOLDERS = Set.of("bin", "src", "dist", "lib", "build", "server");

    private static final Pattern SCRIPT_NAME = Pattern.compile("[^.]*|.*\\.[cm]?js");

    private Detection() {}

    /**
     * Decides how to start what is at {@code where}.
     *
     * @param where a folder or a file
     * @param command the operator's own command line, or empty
     * @param path the PATH of the environment that the app will get
     */
    public static Detected of(Path where, String command, String path) {
        var place = where.toAbsolutePath().normalize();
        if (!Files.exists(place)) {
            return refused(
                    place.toString(),
                    Files.isSymbolicLink(place) ? "is a link to nothing." : "there is no such folder or file.",
                    "Write the path of an app's folder, or of its script.");
        }
        if (!Files.isReadable(place) || (Files.isDirectory(place) && !Files.isExecutable(place))) {
            return refused(
                    place.toString(),
                    "this user may not read it.",
                    "Change its permissions (chmod u+r%s), or call as a user who may read it."
                            .formatted(Files.isDirectory(place) ? "x" : ""));
        }
        if (!command.isBlank()) {
            return ofCommand(Files.isDirectory(place) ? place : place.resolveSibling(""), command.strip(), path);
        }
        return Files.isDirectory(place) ? ofFolder(place, path) : ofFile(place, path);
    }

    /** A command of the form {@code node FILE …} or {@code npm start} is a Node app, and gets what a Node app gets. */
    private static Detected ofCommand(Path root, String command, String path) {
        if (nodeScript(root, command) instanceof Launch.Node launch) {
            return nodeApp(root, launch, path);
        }
        if (command.equals("npm start")
                && PackageJson.in(root) instanceof PackageJson.Read.Fine(var content)
                && !content.script("start").isBlank()) {
            return nodeApp(root, new Launch.NpmStart(content.script("start")), path);
        }
        return new Detected.App(root, new Launch.Command(command), List.of());
    }

    private static Detected ofFile(Path file, String path) {
        var name = String.valueOf(file.getFileName());
        if (!Files.isRegularFile(file) || !SCRIPT_NAME.matcher(name).matches()) {
            return refused(
                    file.toString(),
                    "is not a script for Node (.js, .mjs or .cjs).",
                    "Start another program with --command, for example: footplate run %s --command './%s'. It listens on 127.0.0.1:$PORT."
                            .formatted(file.getParent(), name));
        }
        return nodeApp(rootOf(file), new Launch.Node(file.toString(), List.of()), path);
    }

    private static Path rootOf(Path file) {
        var folder = file.resolveSibling("").toAbsolutePath().normalize();
        var above = folder.getParent();
        boolean inner = above != null
                && INNER_FOLDERS.contains(String.valueOf(folder.getFileName()))
                && !Files.exists(folder.resolve("package.json"))
                && Files.exists(above.resolve("package.json"));
        return inner && above != null ? above : folder;
    }

    private static Detected ofFolder(Path root, String path) {
        return switch (PackageJson.in(root)) {
            case PackageJson.Read.Wrong(var problem) -> new Detected.Refused(List.of(problem));
            case PackageJson.Read.Fine(var content) -> ofFolder(root, content, path);
        };
    }

    private static Detected ofFolder(Path root, PackageJson content, String path) {
        var start = content.script("start").strip();
        var file = startFile(root).or(() -> mainFile(root, content.main()));
        boolean othersJob = OTHER_SUPERVISORS.contains(programOf(start)) && file.isPresent();
        if (!start.isEmpty() && !othersJob) {
            boolean plain = content.script("prestart").isBlank();
            var direct = plain ? nodeScript(root, start) : null;
            return nodeApp(root, direct instanceof Launch.Node node ? node : new Launch.NpmStart(start), path);
        }
        if (file.isPresent()) {
            return nodeApp(root, new Launch.Node(file.get().toString(), List.of()), path);
        }
        return nothingToStart(root, content);
    }

    private static Detected nothingToStart(Path root, PackageJson content) {
        if (!content.main().isEmpty()) {
            return refused(
                    content.file().toString(),
                    "its main is '%s', and there is no such file.".formatted(content.main()),
                    "Correct main, add a start script, or build the app first if that file is made by its build.");
        }
        var other = OtherRuntimes.in(OtherRuntimes.files().stream()
                .filter(name -> Files.exists(root.resolve(name)))
                .collect(Collectors.toSet()));
        if (other != null) {
            return refused(
                    root.toString(),
                    "there is a %s, and no Node app.".formatted(other.file()),
                    "Say how it starts: --command '%s'.".formatted(other.command()));
        }
        return refused(
                root.toString(),
                "is not an app: there is no start script or main in package.json, and no app.js, server.js or index.js (nor .mjs, .cjs).",
                "Name the app's script (footplate run FILE), or its command (--command 'python3 server.py').");
    }

    private static Optional<Path> startFile(Path root) {
        return START_FILES.stream()
                .map(root::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static Optional<Path> mainFile(Path root, String main) {
        if (main.isBlank() || main.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        return Stream.of("", ".js", ".cjs", ".mjs", "/index.js")
                .map(ending -> root.resolve(main + ending).normalize())
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** {@code node FILE arguments…} as a launch of that file; null for any other line, also where Node itself gets options. */
    private static @Nullable Launch nodeScript(Path root, String line) {
        var words = ShellWords.split(line);
        if (words.size() < 2 || !words.getFirst().equals("node") || words.get(1).startsWith("-")) {
            return null;
        }
        return mainFile(root, words.get(1))
                .map(file -> new Launch.Node(file.toString(), words.subList(2, words.size())))
                .orElse(null);
    }

    private static String programOf(String line) {
        var words = List.of(line.split("\\s+"));
        boolean npx = words.size() > 1 && words.getFirst().equals("npx");
        return words.get(npx ? 1 : 0);
    }

    private static Detected nodeApp(Path root, Launch launch, String path) {
        if (Programs.find("node", path, root).isEmpty()) {
            return refused(
                    "node",
                    "is not on the PATH (%s).".formatted(path.isEmpty() ? "which is empty" : path),
                    "Install Node.js 16 or later, or put the folder of its 'node' on the PATH of the shell you call from.");
        }
        var warnings = new ArrayList<Problem>();
        if (PackageJson.in(root) instanceof PackageJson.Read.Fine(var content)
                && content.dependencies() > 0
                && !hasModules(root)) {
            warnings.add(new Problem(
                    content.file().toString(),
                    "names %d dependenc%s, and there is no node_modules."
                            .formatted(content.dependencies(), content.dependencies() == 1 ? "y" : "ies"),
                    "Run 'npm install' in " + root + "."));
        }
        return new Detected.App(root, launch, warnings);
    }

    /** Node looks for modules in each folder above, too. */
    private static boolean hasModules(Path root) {
        for (Path at = root; at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("node_modules"))) {
                return true;
            }
        }
        return false;
    }

    private static Detected refused(String where, String what, String mend) {
        return new Detected.Refused(List.of(new Problem(where, what, mend)));
    }
}
