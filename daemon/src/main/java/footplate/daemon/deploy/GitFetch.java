package footplate.daemon.deploy;

import footplate.core.deploy.Origin;
import footplate.daemon.config.Refused;
import footplate.daemon.deploy.Tool.TooLong;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Takes one commit out of a repository with the system's git, and nothing of its history. It never asks for a password: what
 * git needs to get in, the caller's environment must give it (an agent, a key without passphrase, a credential helper).
 */
final class GitFetch {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int MOST_TOLD = 4;

    /** {@code https://user:password@host}: what is between the slashes and the @ is nobody's business. */
    private static final Pattern CREDENTIALS = Pattern.compile("(?<=://)[^/@\\s]*@");

    /** What git sets for its hooks: a deploy from a hook is about another repository than the hook. */
    private static final List<String> OF_A_HOOK = List.of(
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            "GIT_QUARANTINE_PATH",
            "GIT_COMMON_DIR",
            "GIT_NAMESPACE",
            "GIT_PREFIX");

    private final Tool tool;
    private final String repository;
    private final Path to;
    private final Map<String, String> environment;
    private final Consumer<String> lines;

    /**
     * A fetch.
     *
     * @param repository address or absolute path; checked here
     * @param to where the files go; not there yet
     * @param caller the environment of whoever asked
     */
    GitFetch(Tool tool, String repository, Path to, Map<String, String> caller, Consumer<String> lines) {
        this.tool = tool;
        this.repository = repository;
        this.to = to;
        this.environment = environment(caller);
        this.lines = line -> lines.accept(withoutCredentials(line));
    }

    private static Map<String, String> environment(Map<String, String> caller) {
        var environment = new HashMap<>(caller);
        OF_A_HOOK.forEach(environment::remove);
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("GIT_ASKPASS", "true");
        environment.put("SSH_ASKPASS", "true");
        environment.putIfAbsent("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=15");
        environment.putIfAbsent("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("LC_ALL", "C.UTF-8");
        return environment;
    }

    /**
     * Brings the files.
     *
     * @param ref branch, tag or whole commit id; empty for what the repository's HEAD is
     * @return the commit
     */
    Origin.Git fetch(String ref) throws IOException, InterruptedException, Refused {
        var wanted = ref.isEmpty() ? "HEAD" : ref;
        if (repository.startsWith("-")
                || wanted.startsWith("-")
                || wanted.chars().anyMatch(c -> c <= ' ' || c == ':')) {
            throw new Refused(
                    "--git " + withoutCredentials(repository),
                    "the repository or '" + wanted + "' is no name that git takes",
                    "Write --git https://host/name.git or --git /path, and --ref with a branch, tag or whole commit id.");
        }
        git(to.resolveSibling(""), "init", "--quiet", "--template=", to.toString());
        git(to, "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", repository, wanted);
        var commit = git(to, "rev-parse", "--verify", "FETCH_HEAD^{commit}");
        git(to, "checkout", "--quiet", "--detach", commit);
        FileTree.delete(to.resolve(".git"));
        return new Origin.Git(withoutCredentials(repository), wanted, commit);
    }

    /** Runs git; its last line. */
    private String git(Path directory, String... arguments) throws IOException, InterruptedException, Refused {
        var command = new ArrayList<>(
                List.of("git", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", "-c", "gc.auto=0"));
        command.addAll(List.of(arguments));
        var said = new ArrayList<String>();
        int code;
        try {
            code = tool.run(command, directory, environment, LIMIT, line -> {
                if (said.size() == MOST_TOLD) {
                    said.removeFirst();
                }
                said.add(line);
                if (!arguments[0].equals("rev-parse")) {
                    lines.accept(line);
                }
            });
        } catch (TooLong late) {
            throw refused("git did not end in " + LIMIT.toMinutes() + " minutes", "Is the repository's host there?");
        } catch (IOException missing) {
            throw refused("git cannot be started: " + missing.getMessage(), "Install git.");
        }
        if (code != 0) {
            var last = said.subList(Math.max(0, said.size() - MOST_TOLD), said.size());
            throw refused(
                    "git could not " + arguments[0] + ": " + withoutCredentials(String.join("; ", last)),
                    "Try 'git ls-remote' with the same address as this user. It may not ask for a password: give it"
                            + " an agent, a deploy key or a credential helper.");
        }
        return said.isEmpty() ? "" : said.getLast().strip();
    }

    private Refused refused(String what, String mend) {
        return new Refused("--git " + withoutCredentials(repository), what, mend);
    }

    static String withoutCredentials(String text) {
        return CREDENTIALS.matcher(text).replaceAll("");
    }
}
