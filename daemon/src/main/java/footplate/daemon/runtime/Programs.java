package footplate.daemon.runtime;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds a program as execvp(3) would, on the app's PATH instead of the daemon's. */
final class Programs {
    private Programs() {}

    /**
     * The executable file that {@code program} names.
     *
     * @param program a name to look for on {@code path}, or, if it holds a slash, a path from {@code directory}
     * @param path folders with {@code :} between them; an empty one means {@code directory}
     */
    static Optional<Path> find(String program, String path, Path directory) {
        if (program.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (program.indexOf('/') >= 0) {
                return Optional.of(directory.resolve(program).normalize()).filter(Programs::isProgram);
            }
            for (String folder : path.split(":", -1)) {
                var file = directory.resolve(folder).resolve(program);
                if (isProgram(file)) {
                    return Optional.of(file);
                }
            }
        } catch (InvalidPathException _) {
            return Optional.empty(); // a NUL in it: no file has such a name
        }
        return Optional.empty();
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}
