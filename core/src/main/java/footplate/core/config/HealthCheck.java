package footplate.core.config;

import org.jspecify.annotations.Nullable;

/** What is asked of an instance to learn whether it is well: {@link Setting#HEALTH} as an operator writes it. */
public sealed interface HealthCheck {
    /** As an operator writes it; also for messages. */
    String describe();

    /** It is not asked: who listens is well. */
    record Off() implements HealthCheck {
        @Override
        public String describe() {
            return "off";
        }
    }

    /**
     * GET over HTTP/1.1; a status from 200 to 399 is well.
     *
     * @param target what is asked for; begins with a slash
     */
    record Http(String target) implements HealthCheck {
        @Override
        public String describe() {
            return "http:" + target;
        }
    }

    /** It takes a connection. The kernel takes them in its name: that it hangs is not seen so. */
    record Tcp() implements HealthCheck {
        @Override
        public String describe() {
            return "tcp";
        }
    }

    /**
     * A command in the app's folder and environment; exit code 0 is well.
     *
     * @param line the command line
     */
    record Exec(String line) implements HealthCheck {
        @Override
        public String describe() {
            return "exec:" + line;
        }
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if {@link #problem} has one
     */
    static HealthCheck of(String text) {
        var wrong = problem(text);
        if (wrong != null) {
            throw new IllegalArgumentException(wrong.toString());
        }
        if (text.isEmpty()) {
            return new Off();
        }
        if (text.equals("tcp")) {
            return new Tcp();
        }
        return text.startsWith("http:")
                ? new Http(text.substring("http:".length()))
                : new Exec(text.substring("exec:".length()).strip());
    }

    /** What is wrong with {@code text}; null if nothing is. */
    static @Nullable Problem problem(String text) {
        if (text.isEmpty() || text.equals("tcp")) {
            return null;
        }
        if (text.startsWith("exec:")) {
            return text.substring("exec:".length()).isBlank() || text.indexOf('\0') >= 0
                    ? wrong(text, "names no command")
                    : null;
        }
        // Two slashes would begin an address, and the address is ours to know.
        if (!text.startsWith("http:/") || text.startsWith("http://")) {
            return wrong(text, "is no health check");
        }
        // What goes into a request line as it is (RFC 9112 §3.2.1): no space, no line end, no fragment.
        return text.chars().allMatch(c -> c > ' ' && c < 127 && c != '#')
                ? null
                : wrong(text, "names no path that can be asked for");
    }

    private static Problem wrong(String text, String what) {
        return new Problem(
                Setting.HEALTH.label(),
                "'" + text + "' " + what,
                "Write http:/path, tcp, or exec:COMMAND; a path with other characters percent-encoded.");
    }
}
