package footplate.daemon.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the file a command runs, before anything is started: the kernel's answer would be one ENOENT for a missing
 * program, a missing folder and a missing interpreter alike.
 */
final class Program {
    /** What execvp(3) takes for a missing PATH, with the folder most programs are installed to by hand. */
    private static final String USUAL_PATH = "/usr/local/bin:/bin:/usr/bin";

    private Program() {}

    /**
     * The absolute path of the program of a request; its working directory is checked on the way.
     *
     * @throws SpawnFailure if there is none that could run
     */
    static Path of(SpawnRequest request) throws SpawnFailure {
        requireDirectory(request.directory());
        String name = request.command().getFirst();
        var program = name.indexOf('/') >= 0
                ? inFolder(name, request.directory())
                : onPath(name, request.environment().getOrDefault("PATH", USUAL_PATH), request.directory());
        requireInterpreter(program);
        return program;
    }

    /** A program on our own PATH, for tools such as setsid(1). */
    static Optional<Path> onOurPath(String name) {
        var path = System.getenv("PATH");
        for (var folder : (path == null ? USUAL_PATH : path).split(":", -1)) {
            var file = Path.of(folder.isEmpty() ? "." : folder).resolve(name).toAbsolutePath();
            if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    private static void requireDirectory(Path directory) throws SpawnFailure {
        if (!Files.exists(directory)) {
            throw new SpawnFailure(
                    directory.toString(),
                    "the folder the app should run in does not exist",
                    "Create it, or start the app with the folder it is in now.");
        }
        if (!Files.isDirectory(directory)) {
            throw new SpawnFailure(
                    directory.toString(), "the app should run in this, but it is no folder", "Name the app's folder.");
        }
        if (!Files.isExecutable(directory)) {
            throw new SpawnFailure(
                    directory.toString(),
                    "the app's folder may not be entered by user " + System.getProperty("user.name"),
                    "Give that user the right to enter it: chmod u+x, or g+x or o+x, as its owner is.");
        }
    }

    private static Path inFolder(String name, Path directory) throws SpawnFailure {
        var file = directory.resolve(name).toAbsolutePath().normalize();
        if (!Files.exists(file)) {
            throw new SpawnFailure(
                    file.toString(),
                    "there is no such program",
                    "Check the path; one without a leading '/' starts at the app's folder " + directory + ".");
        }
        if (Files.isDirectory(file)) {
            throw new SpawnFailure(
                    file.toString(), "this is a folder, not a program", "Name the program to run in it.");
        }
        if (!Files.isExecutable(file)) {
            throw notExecutable(file);
        }
        return file;
    }

    private static Path onPath(String name, String path, Path directory) throws SpawnFailure {
        var notExecutable = new ArrayList<Path>();
        for (var folder : path.split(":", -1)) {
            // An empty entry means the working directory (execvp(3)).
            var file = directory.resolve(folder).resolve(name).toAbsolutePath().normalize();
            if (Files.isRegularFile(file)) {
                if (Files.isExecutable(file)) {
                    return file;
                }
                notExecutable.add(file);
            }
        }
        if (!notExecutable.isEmpty()) {
            throw notExecutable(notExecutable.getFirst());
        }
        throw new SpawnFailure(
                name,
                "no program '%s' on the PATH of the app (%s)".formatted(name, path),
                Files.isRegularFile(directory.resolve(name))
                        ? "There is one in the app's folder: write './%s'.".formatted(name)
                        : "Install it, or add the folder it is in to PATH where the app is started.");
    }

    private static SpawnFailure notExecutable(Path file) {
        return new SpawnFailure(
                file.toString(),
                "this file is not executable for user " + System.getProperty("user.name"),
                "chmod +x %s, or name the program that should run it, as in 'node %s'."
                        .formatted(file, file.getFileName()));
    }

    /** A script whose first line names an interpreter that is not there fails as if the script itself were missing. */
    private static void requireInterpreter(Path program) throws SpawnFailure {
        var interpreter = interpreter(program);
        if (!interpreter.isEmpty()) {
            var file = Path.of(interpreter.getFirst());
            if (!Files.exists(file)) {
                throw new SpawnFailure(
                        program.toString(),
                        "its first line wants to be run by %s, which does not exist".formatted(file),
                        interpreter.getFirst().endsWith("\r")
                                ? "The file has Windows line ends: convert it (dos2unix)."
                                : "Install that program, or correct the file's first line.");
            }
        }
    }

    /** Interpreter and argument of a script's {@code #!} line (execve(2)); empty if it has none. */
    private static List<String> interpreter(Path program) {
        try (var in = Files.newInputStream(program)) {
            var head = new String(in.readNBytes(256), StandardCharsets.UTF_8);
            int end = head.indexOf('\n');
            if (!head.startsWith("#!") || end < 0) {
                return List.of();
            }
            var words = head.substring(2, end).replaceFirst("^[ \t]+", "").split("[ \t]+", 2);
            return words[0].isEmpty() || words[0].indexOf('\0') >= 0 ? List.of() : List.of(words);
        } catch (IOException unreadable) {
            return List.of(); // executable and not readable is a fine program; the kernel will tell
        }
    }
}
