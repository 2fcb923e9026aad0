package footplate.daemon.os;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many file descriptors this process has open, and may have. */
public final class OpenFiles {
    private OpenFiles() {}

    /** Descriptors open now, those of the count itself left out. */
    public static int count() {
        int count = 0;
        try (var entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (var _ : entries) {
                count++;
            }
        } catch (IOException | DirectoryIteratorException failure) {
            throw new IllegalStateException("/proc/self/fd cannot be read", failure);
        }
        return count - 1;
    }

    /** The most descriptors this process may ever have (RLIMIT_NOFILE); {@link Long#MAX_VALUE} if unlimited. */
    public static long hardLimit() {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith("Max open files")) {
                    var words = line.trim().split(" +", -1); // Max open files SOFT HARD files
                    return words[4].equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(words[4]);
                }
            }
        } catch (IOException failure) {
            throw new IllegalStateException("/proc/self/limits cannot be read", failure);
        }
        throw new IllegalStateException("/proc/self/limits names no limit of open files");
    }
}
