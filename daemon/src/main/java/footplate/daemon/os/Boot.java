package footplate.daemon.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which boot of the machine this is: PIDs and start times of another one name other processes. */
public final class Boot {
    private static final Path ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** Read once: out of descriptors a daemon must not take it for another one. */
    private static final String NOW = read();

    private Boot() {}

    /** The kernel's name for it; empty where it gives none. */
    public static String id() {
        return NOW;
    }

    private static String read() {
        try {
            return Files.readString(ID).strip();
        } catch (IOException none) {
            return "";
        }
    }
}
