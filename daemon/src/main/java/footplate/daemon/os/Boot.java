package footplate.daemon.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which boot of the machine this is: PIDs and start times of another one name other processes. */
public final class Boot {
    private static final Path ID = Path.of("/proc/sys/kernel/random/boot_id");

    private Boot() {}

    /** The kernel's name for it; empty where it gives none. */
    public static String id() {
        try {
            return Files.readString(ID).strip();
        } catch (IOException none) {
            return "";
        }
    }
}
