package footplate.proxy.files;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What tells one state of a file from another.
 *
 * @param real its path without links
 * @param inode its device and inode
 * @param size in bytes
 */
record Stamp(Path real, @Nullable Object inode, long size, FileTime modified) {
    /** Changes within this time before a look may leave everything here as it was: clocks of file systems are coarse. */
    private static final long COARSE_MILLIS = 2_000;

    static Stamp of(Path real, BasicFileAttributes attributes) {
        return new Stamp(real, attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    }

    /** Whether it was written so shortly before it was looked at that the next write may not show. */
    boolean isYoung(long nowMillis) {
        return nowMillis - modified.toMillis() < COARSE_MILLIS;
    }
}
