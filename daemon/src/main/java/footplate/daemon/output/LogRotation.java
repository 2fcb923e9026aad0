package footplate.daemon.output;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/**
 * Keeps a log file, which its app holds open and appends to, from growing without bound: its head moves to {@code .1},
 * {@code .1} to {@code .2}, and so on. Renaming would do nothing, for the app would write on to the renamed file.
 *
 * <ol>
 *   <li>Copy the head to {@code .copying}; readers are not concerned.
 *   <li>Rename that to {@code .moving}: readers hold off from here (see {@link FollowedLog}).
 *   <li>Take the copied bytes out of the live file: {@link HeadRelease}, or else copy what has come since and truncate,
 *       which can lose what the app writes in the moment between the two (as logrotate's copytruncate does).
 *   <li>Shift the older parts by one, the oldest drops out.
 *   <li>Rename {@code .moving} to {@code .1}: readers go on.
 * </ol>
 *
 * <p>The cut lies on a block of the filesystem, so a line may lie across two files; the parts and the live file one
 * after another are the output byte for byte, and {@link LastLines} and {@link LogFollower} read them so.
 *
 * @param size bytes from which on a live file is rotated; at least 64 KiB
 * @param keep how many parts are kept; at least 1
 * @param headRelease the filesystem's way
 */
public record LogRotation(long size, int keep, HeadRelease headRelease) {
    private static final long SMALLEST = 64L * 1024;

    public LogRotation {
        if (size < SMALLEST || keep < 1) {
            throw new IllegalArgumentException(
                    "log rotation at %d bytes, %d kept: at least %d bytes and 1".formatted(size, keep, SMALLEST));
        }
    }

    /** 10 MB a file, five kept: at most 70 MB a log. */
    public static LogRotation usual(HeadRelease headRelease) {
        return new LogRotation(10L * 1024 * 1024, 5, headRelease);
    }

    /**
     * Moves one part out of the live file if it has grown past the size. One thread only per file.
     *
     * @return whether it had; then it may still be too large, and wants to be called again
     * @throws IOException if the disk is full or fails; the live file is then whole
     */
    public boolean rotate(Path live) throws IOException {
        long now = sizeOf(live);
        if (now <= size) {
            return false;
        }
        long block = Files.getFileStore(live).getBlockSize();
        // Written faster than can be copied: what would drop out at once is not copied at all.
        long skip = now > (keep + 1) * size ? floor(now - keep * size, block) : 0;
        long head = floor(Math.min(size, now - skip - 1), block);

        copy(live, skip, head); // 1
        Files.move(copying(live), LogFiles.moving(live), ATOMIC_MOVE); // 2
        boolean released = false;
        try {
            if (!headRelease.release(live, skip + head)) { // 3
                truncate(live, skip + head);
            }
            released = true;
        } finally {
            if (!released) {
                Files.deleteIfExists(LogFiles.moving(live));
            }
        }
        shift(live, skip > 0 ? 1 : keep); // 4
        Files.move(LogFiles.moving(live), LogFiles.part(live, 1), ATOMIC_MOVE); // 5
        return true;
    }

    /** Finishes or undoes what a daemon that died in a rotation has left; before the first {@link #rotate}. */
    public void recover(Path live) throws IOException {
        Files.deleteIfExists(copying(live));
        var moving = LogFiles.moving(live);
        if (Files.exists(moving)) {
            if (startsWith(live, moving)) {
                Files.delete(moving); // step 3 was not done: the bytes are still where they were
            } else {
                shift(live, keep);
                Files.move(moving, LogFiles.part(live, 1), ATOMIC_MOVE);
            }
        }
    }

    private void copy(Path live, long from, long bytes) throws IOException {
        try {
            copyOnce(live, from, bytes);
        } catch (IOException probablyFull) {
            // The oldest part would drop out anyway: its room may be all that is missing.
            Files.deleteIfExists(LogFiles.part(live, keep));
            copyOnce(live, from, bytes);
        }
    }

    private static void copyOnce(Path live, long from, long bytes) throws IOException {
        Files.deleteIfExists(copying(live));
        boolean done = false;
        try (var in = FileChannel.open(live, READ);
                var out = FileChannel.open(
                        copying(live),
                        Set.of(CREATE_NEW, WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            for (long copied = 0; copied < bytes; ) {
                long more = in.transferTo(from + copied, bytes - copied, out);
                if (more <= 0) {
                    throw new IOException(live + " became shorter while it was rotated");
                }
                copied += more;
            }
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(copying(live));
            }
        }
    }

    /** Copies what has come since, as far as that can be caught up with, and truncates. */
    private void truncate(Path live, long from) throws IOException {
        try (var in = FileChannel.open(live, READ, WRITE);
                var out = FileChannel.open(LogFiles.moving(live), APPEND)) {
            long at = from;
            long limit = from + size;
            long more;
            do {
                more = in.transferTo(at, limit - at, out);
                at += more;
            } while (more > 0 && at < limit);
            in.truncate(0);
        }
    }

    private void shift(Path live, int last) throws IOException {
        for (int number = keep; number >= last; number--) {
            Files.deleteIfExists(LogFiles.part(live, number));
        }
        for (int number = last - 1; number >= 1; number--) {
            try {
                Files.move(LogFiles.part(live, number), LogFiles.part(live, number + 1), ATOMIC_MOVE);
            } catch (NoSuchFileException gap) {
                // not so many yet
            }
        }
    }

    private static boolean startsWith(Path live, Path head) throws IOException {
        if (sizeOf(live) < sizeOf(head)) {
            return false;
        }
        try (var one = Files.newInputStream(live);
                var other = Files.newInputStream(head)) {
            while (true) {
                var expected = other.readNBytes(64 * 1024);
                if (!Arrays.equals(expected, one.readNBytes(expected.length))) {
                    return false;
                }
                if (expected.length == 0) {
                    return true;
                }
            }
        }
    }

    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException none) {
            return 0;
        }
    }

    private static long floor(long bytes, long block) {
        return bytes - bytes % block;
    }

    private static Path copying(Path live) {
        return live.resolveSibling(live.getFileName() + ".copying");
    }
}
