package footplate.proxy.access;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One access log, as its writer has it open. On the writer's thread only, but for {@link #dropped}. A file is looked at
 * once a second: one that was renamed or removed meanwhile is made again. Whoever cuts its head off, or truncates it, need
 * not tell: it is always appended to (O_APPEND).
 */
final class LogFile {
    private static final int BATCH = 64 * 1024;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final @Nullable Path path;
    private final @Nullable OutputStream stream;
    private final AtomicLong dropped = new AtomicLong();

    /** As lines are written to it now. */
    volatile LineFormat format = LineFormat.COMBINED;

    private @Nullable OutputStream open;
    private @Nullable Object key;
    private byte[] batch = new byte[0];
    private int length;
    private int lines;
    private long told;
    private long lookedNanos;
    private long usedNanos;
    private boolean cutLine;

    LogFile(@Nullable Path path, @Nullable OutputStream stream) {
        this.path = path;
        this.stream = stream;
    }

    /** Some lines will never be in it; any thread. */
    void drop(long count) {
        dropped.addAndGet(count);
    }

    /** Lines lost so far; any thread. */
    long dropped() {
        return dropped.get();
    }

    void add(byte[] source, int from, int count, int second) {
        if (length + count + second > BATCH) {
            flush();
        }
        if (batch.length < length + count + second) {
            batch = java.util.Arrays.copyOf(batch, Math.max(BATCH, length + count + second));
        }
        System.arraycopy(source, from, batch, length, count);
        System.arraycopy(source, 0, batch, length + count, second);
        length += count + second;
        lines++;
    }

    /** Writes what was added. What cannot be written is lost, and counted. */
    void flush() {
        long lost = dropped.get();
        if (length == 0 && lost == told) {
            return;
        }
        long now = System.nanoTime();
        try {
            var out = opened(now);
            if (cutLine) {
                out.write('\n');
                cutLine = false;
            }
            if (lost > told) {
                out.write(format.dropped(lost - told));
                told = lost;
            }
            if (length > 0) {
                // Less than all of it may get there: then the last line is half one.
                cutLine = true;
                out.write(batch, 0, length);
                out.flush();
                cutLine = false;
            }
            usedNanos = now;
        } catch (IOException failure) {
            drop(lines);
            close();
        }
        length = 0;
        lines = 0;
    }

    private OutputStream opened(long now) throws IOException {
        if (stream != null) {
            return stream;
        }
        var file = Objects.requireNonNull(path);
        if (open != null && now - lookedNanos > LOOK_NANOS) {
            lookedNanos = now;
            if (!Objects.equals(key(file), key)) {
                close();
            }
        }
        var out = open;
        if (out == null) {
            if (Files.exists(file)) {
                cutLine = endsMidLine(file);
            } else {
                create(file);
                cutLine = false;
            }
            out = new FileOutputStream(file.toFile(), true);
            open = out;
            key = key(file);
            lookedNanos = now;
        }
        return out;
    }

    /** Whether its last line has no end: a full disk took half of it, or whoever wrote it was killed. */
    private static boolean endsMidLine(Path file) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            return false;
        }
        try (var written = FileChannel.open(file, StandardOpenOption.READ)) {
            var last = ByteBuffer.allocate(1);
            return written.size() > 0 && written.read(last, written.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    private static void create(Path file) throws IOException {
        Files.newByteChannel(
                        file,
                        EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                .close();
    }

    /** Which file the path leads to: device and inode; null if to none. */
    private static @Nullable Object key(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException removed) {
            return null;
        }
    }

    /** Lets go of the file, and of memory, if nothing has come for a while. */
    void rest(long now) {
        if (batch.length > 0 && now - usedNanos > IDLE_NANOS) {
            close();
        }
    }

    void close() {
        batch = length == 0 ? new byte[0] : batch;
        if (open != null) {
            try {
                open.close();
            } catch (IOException unwritten) {
                // Every line was written by a call of its own: there is nothing left that could be lost.
                open = null;
            }
            open = null;
        }
    }
}
