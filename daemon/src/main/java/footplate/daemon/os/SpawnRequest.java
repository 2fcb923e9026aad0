package footplate.daemon.os;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A process to be started: what runs, where, with which environment, and where its output goes.
 *
 * @param command the program, then its arguments; a program without a slash is looked for along the {@code PATH} of
 *     {@code environment}, one with a slash is taken from {@code directory}
 * @param directory the working directory
 * @param environment the whole environment: nothing of ours is added or inherited, but for what a shell sets (PWD) where there are cgroups
 * @param stdout where file descriptor 1 is appended to; created with mode 0600 where it does not exist
 * @param stderr the same for file descriptor 2; may be the same file
 * @param openFilesLimit soft and hard RLIMIT_NOFILE, or 0 to inherit ours
 * @param rights whose it is started with
 * @param cgroups those that it enters before it runs the program: their {@code cgroup.procs} files
 */
public record SpawnRequest(
        List<String> command,
        Path directory,
        Map<String, String> environment,
        Path stdout,
        Path stderr,
        int openFilesLimit,
        Rights rights,
        List<Path> cgroups) {
    /** A process in our own cgroups. */
    public SpawnRequest(
            List<String> command,
            Path directory,
            Map<String, String> environment,
            Path stdout,
            Path stderr,
            int openFilesLimit,
            Rights rights) {
        this(command, directory, environment, stdout, stderr, openFilesLimit, rights, List.of());
    }

    /** A process with our own rights. */
    public SpawnRequest(
            List<String> command,
            Path directory,
            Map<String, String> environment,
            Path stdout,
            Path stderr,
            int openFilesLimit) {
        this(command, directory, environment, stdout, stderr, openFilesLimit, Rights.OURS);
    }

    public SpawnRequest {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        cgroups = List.copyOf(cgroups);
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new IllegalArgumentException("a spawn request without a program");
        }
        if (openFilesLimit < 0) {
            throw new IllegalArgumentException("a limit of " + openFilesLimit + " open files");
        }
        command.forEach(SpawnRequest::refuseNul);
        environment.forEach((name, value) -> {
            refuseNul(name);
            refuseNul(value);
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException("'" + name + "' cannot name an environment variable");
            }
        });
    }

    /** The environment's values are secrets. */
    @Override
    public String toString() {
        return "SpawnRequest[" + String.join(" ", command) + " in " + directory + "]";
    }

    /** Arguments and environment are C strings: the part behind a NUL would silently be lost. */
    private static void refuseNul(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL character in an argument or the environment of a process");
        }
    }
}
