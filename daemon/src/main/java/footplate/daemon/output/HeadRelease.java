package footplate.daemon.output;

import java.io.IOException;
import java.nio.file.Path;

/** The filesystem's way, where it has one, to take bytes off the head of a file that others are appending to. */
@FunctionalInterface
public interface HeadRelease {
    /** For filesystems without one. */
    HeadRelease NONE = (_, _) -> false;

    /**
     * Takes the first bytes out of a file; what follows moves to its start, and no byte written meanwhile is lost.
     *
     * @param bytes a multiple of the filesystem's block size, less than the file's size
     * @return false if it cannot be done here; the file is then as it was
     */
    boolean release(Path file, long bytes) throws IOException;
}
