package footplate.daemon.os;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the one daemon of a home directory: an exclusive lock on a file in it, which the kernel takes back
 * when its holder ends in whatever way. What the file says does not matter, so nothing stale can be in the way.
 */
public final class HomeLock implements AutoCloseable {
    private static final String FILE = "daemon.lock";

    /**
     * Homes locked by this JVM. Static, against the house rule, because the kernel's lock belongs to the whole process:
     * to open and close the file a second time would drop it (fcntl(2), F_SETLK).
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path home;
    private final FileChannel channel;

    private HomeLock(Path home, FileChannel channel) {
        this.home = home;
        this.channel = channel;
    }

    /**
     * Takes the lock if nobody has it; never waits.
     *
     * @param home an existing directory
     * @return empty if another daemon, in this process or another, has it
     */
    public static Optional<HomeLock> tryTake(Path home) throws IOException {
        var real = home.toRealPath();
        if (!HELD.add(real)) {
            return Optional.empty();
        }
        boolean kept = false;
        try {
            var channel = lock(real.resolve(FILE));
            kept = channel != null;
            return channel == null ? Optional.empty() : Optional.of(new HomeLock(real, channel));
        } finally {
            if (!kept) {
                HELD.remove(real);
            }
        }
    }

    private static @Nullable FileChannel lock(Path file) throws IOException {
        while (true) {
            var channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            boolean kept = false;
            try {
                var before = Files.readAttributes(file, "unix:ino");
                if (channel.tryLock() == null) {
                    return null;
                }
                // Somebody may have deleted the file between our open and our lock: then we hold nothing.
                if (Files.exists(file) && Files.readAttributes(file, "unix:ino").equals(before)) {
                    kept = true;
                    return channel;
                }
            } finally {
                if (!kept) {
                    channel.close();
                }
            }
        }
    }

    /** Gives the lock up; the file stays, for to delete it would open a gap for two. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            HELD.remove(home);
        }
    }
}
