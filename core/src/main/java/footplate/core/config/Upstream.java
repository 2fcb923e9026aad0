package footplate.core.config;

import footplate.core.name.HostName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server that we did not start, as its operator names it. */
public sealed interface Upstream {
    /** How the kernel bounds the path of a Unix socket, its end included (unix(7)). */
    int LONGEST_PATH = 108;

    /** It listens on a port. */
    record Tcp(String host, int port) implements Upstream {
        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** It listens on a Unix socket; {@code path} is relative to the folder where it was named, or absolute. */
    record Unix(String path) implements Upstream {
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * Reads {@code host:port}, {@code [::1]:port}, {@code :port} (of this machine), {@code http://host}, {@code unix:/path}.
     *
     * @param problems takes what is wrong
     * @return null if something is
     */
    static @Nullable Upstream read(String text, List<Problem> problems) {
        var rest = text;
        boolean http = text.regionMatches(true, 0, "http://", 0, 7);
        if (http) {
            rest = text.substring(7);
            rest = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
        }
        if (rest.startsWith("unix:")) {
            return unix(text, rest.substring(5), problems);
        }
        if (rest.contains("://")) {
            boolean https = rest.regionMatches(true, 0, "https:", 0, 6);
            return refuse(
                    text,
                    https ? "servers are not reached over TLS yet" : "only HTTP is spoken to servers",
                    "Write host:port, http://host:port or unix:/path.",
                    problems);
        }
        if (rest.indexOf('/') >= 0) {
            return refuse(
                    text,
                    "a path cannot be put before the paths that clients ask for",
                    "Write the server alone, such as " + rest.substring(0, rest.indexOf('/')) + ".",
                    problems);
        }
        return tcp(text, rest, http, problems);
    }

    private static @Nullable Upstream unix(String text, String path, List<Problem> problems) {
        if (path.isEmpty()) {
            return refuse(text, "the socket's path is missing", "Write unix:/run/app.sock.", problems);
        }
        return new Unix(path);
    }

    private static @Nullable Upstream tcp(String text, String rest, boolean http, List<Problem> problems) {
        int colon = rest.lastIndexOf(':');
        int bracket = rest.lastIndexOf(']');
        boolean named = colon > bracket;
        var host = named ? rest.substring(0, colon) : rest;
        if (!named && !http) {
            return refuse(
                    text,
                    "the port is missing",
                    isNumber(rest) ? "Write :" + rest + " for that port of this machine." : "Write " + rest + ":80.",
                    problems);
        }
        int port = named ? port(rest.substring(colon + 1)) : 80;
        if (port < 0) {
            return refuse(text, "the port is no number from 1 to 65535", "Write host:port.", problems);
        }
        if (host.startsWith("[") && host.endsWith("]") && host.indexOf(':') >= 0) {
            return new Tcp(host.substring(1, host.length() - 1), port);
        }
        if (host.indexOf(':') >= 0) {
            return refuse(
                    text, "an IPv6 address needs brackets", "Write it as [::1]:80, with the port behind.", problems);
        }
        if (host.isEmpty() && !http) {
            return new Tcp("127.0.0.1", port);
        }
        if (!isName(host)) {
            return refuse(text, "this is no address", "Write host:port, :port, [::1]:port or unix:/path.", problems);
        }
        return new Tcp(host, port);
    }

    private static boolean isName(String host) {
        try {
            return !new HostName(host).value().isEmpty();
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    private static boolean isNumber(String text) {
        return port(text) >= 0;
    }

    /** The port; -1 if the text is none. */
    private static int port(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(text);
        return port >= 1 && port <= 65_535 ? port : -1;
    }

    private static @Nullable Upstream refuse(String text, String what, String mend, List<Problem> problems) {
        problems.add(new Problem("--to " + text, what, mend));
        return null;
    }
}
