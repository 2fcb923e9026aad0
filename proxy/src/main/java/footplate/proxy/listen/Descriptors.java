package footplate.proxy.listen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files and sockets this process may have open, and how many of them are not for clients. */
public final class Descriptors {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LINE = "Max open files";

    /** Most descriptors that are kept free for connections to processes, files and refusals. */
    private static final int MOST_RESERVED = 4_096;

    private Descriptors() {}

    /** The soft limit now (RLIMIT_NOFILE; the JVM raises it to the hard one at its start). Touches a file. */
    public static int limit() {
        try {
            for (var line : Files.readAllLines(LIMITS)) {
                if (line.startsWith(LINE)) {
                    return parse(line);
                }
            }
        } catch (IOException unknown) {
            // Without /proc there is no saying; accepting will fail where it ends, and go on when some are free.
        }
        return Integer.MAX_VALUE;
    }

    /** {@code Max open files            1024                 4096                 files}; too large a number is no limit. */
    static int parse(String line) {
        var soft = line.substring(LINE.length()).strip().split(" ", 2)[0];
        return soft.matches("\\d{1,9}") ? Integer.parseInt(soft) : Integer.MAX_VALUE;
    }

    /**
     * How many of {@code limit} new clients do not get: a quarter, because each of those connected may need another one for
     * its process, and rather waits for that than sees others let in.
     */
    static int reserve(int limit) {
        return Math.min(limit / 4, MOST_RESERVED);
    }
}
