package footplate.daemon.os;

import footplate.core.supervise.ProcessId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts a process into its cgroups by a shell that enters them itself and then becomes the app: the PID stays, and nothing
 * can have been forked before.
 */
final class Placing {
    /** By the kernel's convention 0 is who writes it (cgroups(7)). */
    private static final String SCRIPT = """
            while [ "$1" != -- ]; do
              echo 0 > "$1" || { echo "footplate: cannot enter the cgroup $1" >&2; exit 125; }
              shift
            done
            shift
            exec "$@"
            """;

    /** What shells take orders from (bash(1), dash(1)); ENV is read by interactive ones only, and apps have their own. */
    private static final Set<String> OF_SHELLS =
            Set.of("BASH_ENV", "SHELLOPTS", "BASHOPTS", "PS4", "IFS", "CDPATH", "GLOBIGNORE");

    private Placing() {}

    /** The beginning of a command line that enters the cgroups of {@code request}; empty if there are none. */
    static List<String> command(SpawnRequest request) throws SpawnFailure {
        if (request.cgroups().isEmpty()) {
            return List.of();
        }
        var command = new ArrayList<>(shell(request.environment()));
        command.addAll(List.of("-c", SCRIPT, "footplate"));
        request.cgroups().forEach(procs -> command.add(procs.toString()));
        command.add("--");
        return command;
    }

    /** dash and busybox drop a variable such as 'server.port' from the environment, bash does not. */
    private static List<String> shell(Map<String, String> environment) throws SpawnFailure {
        var odd = environment.keySet().stream()
                .filter(name -> !name.matches("[A-Za-z_][A-Za-z0-9_]*"))
                .sorted()
                .findFirst();
        if (odd.isEmpty()) {
            return List.of("/bin/sh");
        }
        var bash = Program.onOurPath("bash")
                .orElseThrow(
                        () -> new SpawnFailure(
                                "environment variable " + odd.get(),
                                "it would get lost: an app with a cap is started by a shell, and sh passes no such names on",
                                "Install bash, name it with letters, digits and '_', or take --max-memory-hard and --max-cpu out."));
        return List.of(bash.toString(), "-p"); // else it takes functions from the environment
    }

    /** Takes out what a shell that root starts would listen to: whoever writes an app's environment is not to be root. */
    static void secure(Map<String, String> environment) {
        environment.keySet().removeIf(name -> OF_SHELLS.contains(name) || name.startsWith("BASH_FUNC_"));
    }

    /** The processes in {@code cgroup.procs}; never PID 1 and this one, which a capped app may have started. */
    static List<ProcessId> processes(List<Path> procs) {
        var own = Long.toString(ProcessHandle.current().pid());
        var found = new ArrayList<ProcessId>();
        for (var file : procs) {
            var seen = new ArrayList<ProcessId>();
            for (var line : CgroupFile.lines(file)) {
                // 0 is a process that our PID namespace does not show.
                if (line.matches("[1-9][0-9]{0,8}") && !line.equals("1") && !line.equals(own)) {
                    Proc.stat(Integer.parseInt(line))
                            .filter(stat -> !stat.ended())
                            .ifPresent(stat -> seen.add(new ProcessId(stat.pid(), stat.startTicks())));
                }
            }
            // A number that a stranger has by now is not in it any more.
            var still = Set.copyOf(CgroupFile.lines(file));
            seen.removeIf(process -> !still.contains(Integer.toString(process.pid())));
            found.addAll(seen);
        }
        return found;
    }
}
