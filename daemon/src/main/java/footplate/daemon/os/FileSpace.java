package footplate.daemon.os;

import java.io.IOException;
import java.nio.file.Path;

/** Gives parts of a file back to the filesystem while others write to its end. */
public final class FileSpace {
    /**
     * Takes the first bytes out of a file, at one instant for all who have it open; what follows moves to its start
     * (fallocate(2), FALLOC_FL_COLLAPSE_RANGE: ext4 and xfs).
     *
     * @param bytes a multiple of the filesystem's block size, less than the file's size
     * @return false if the filesystem, or this machine, cannot; the file is then as it was
     * @throws IOException if the file cannot be opened or the disk fails
     */
    public boolean releaseHead(Path file, long bytes) throws IOException {
        Libc libc;
        try {
            libc = Libc.load();
        } catch (Libc.Unavailable notHere) {
            return false;
        }
        try {
            int fd = libc.openToAppend(file);
            try {
                libc.collapse(fd, bytes);
                return true;
            } finally {
                libc.close(fd);
            }
        } catch (Libc.Failure failure) {
            return switch (failure.errno()) {
                case Libc.EOPNOTSUPP, Libc.ENOSYS, Libc.EINVAL -> false;
                default -> throw new IOException(file + ": " + failure.getMessage());
            };
        }
    }
}
