package footplate.daemon.os;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Sets a process's cgroups, resource limits and rights, by programs that set their own and then become the app: the PID stays. */
final class Limits {
    private Limits() {}

    /** The command line that runs {@code program} under the limits of {@code request}; absolute path first. */
    static List<String> wrap(Path program, SpawnRequest request) throws SpawnFailure {
        var arguments = new ArrayList<>(Placing.command(request));
        int limit = request.openFilesLimit();
        if (limit > 0) {
            requireAllowed(limit);
            var prlimit = Program.onOurPath("prlimit");
            if (prlimit.isPresent()) {
                arguments.addAll(List.of(prlimit.get().toString(), "--nofile=" + limit + ":" + limit, "--"));
            } else {
                // Second choice: dash drops variables with names such as 'npm.config' from the environment.
                arguments.addAll(List.of("/bin/sh", "-c", "ulimit -n " + limit + " && exec \"$@\"", "sh"));
            }
        }
        arguments.addAll(request.rights().command());
        arguments.add(program.toString());
        arguments.addAll(request.command().subList(1, request.command().size()));
        return arguments;
    }

    /** Checked beforehand, because a wrapper's failure would look like a crash of the app. */
    private static void requireAllowed(int limit) throws SpawnFailure {
        long ours = OpenFiles.hardLimit();
        if (limit > ours && !"root".equals(System.getProperty("user.name"))) {
            throw new SpawnFailure(
                    "open files " + limit,
                    "more than the " + ours + " this user may have (hard limit)",
                    "Ask for at most %d, or raise the user's hard limit (LimitNOFILE= in systemd, limits.conf)."
                            .formatted(ours));
        }
    }
}
