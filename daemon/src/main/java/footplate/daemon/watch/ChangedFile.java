package footplate.daemon.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees that a file has changed, by looking twice a second. It is told once the file has stayed the same for a look, so that what an
 * editor has half written is not read.
 */
public final class ChangedFile implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Supplier<@Nullable Path> file;
    private final Runnable changed;
    private final Thread thread;
    private volatile boolean closed;

    // The thread's own.
    private @Nullable Path known;
    private @Nullable Mark told;
    private @Nullable Mark seen;

    /** What tells that a file is another one: editors put new files in the place of old ones. */
    private record Mark(Object key, FileTime modified, long size) {}

    private ChangedFile(Supplier<@Nullable Path> file, Runnable changed) {
        this.file = file;
        this.changed = changed;
        this.thread = Thread.ofVirtual().name("changed-file").unstarted(this::run);
    }

    /**
     * Begins to look.
     *
     * @param file the one that counts at the time; null if none does
     * @param changed called on a thread of this object's; the next look comes after it
     */
    public static ChangedFile watch(Supplier<@Nullable Path> file, Runnable changed) {
        var watching = new ChangedFile(file, changed);
        watching.thread.start();
        return watching;
    }

    private void run() {
        try {
            while (!closed) {
                look();
                Thread.sleep(LOOK_EVERY);
            }
        } catch (InterruptedException asked) {
            // close() asked
        }
    }

    void look() {
        var path = file.get();
        if (path == null) {
            known = null;
            return;
        }
        var now = mark(path);
        if (!path.equals(known)) {
            // What is there when it comes to count has been read just now.
            known = path;
            told = now;
        } else if (now != null && now.equals(seen) && !now.equals(told)) {
            told = now;
            changed.run();
        }
        seen = now;
    }

    private static @Nullable Mark mark(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            var key = attributes.fileKey();
            return new Mark(key == null ? file : key, attributes.lastModifiedTime(), attributes.size());
        } catch (IOException absent) {
            return null;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
