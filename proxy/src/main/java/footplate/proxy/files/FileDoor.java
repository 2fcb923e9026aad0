package footplate.proxy.files;

import footplate.core.http.Conditions;
import footplate.core.http.Conditions.Answer;
import footplate.core.http.HttpDate;
import footplate.core.http.MediaTypes;
import footplate.core.http.Method;
import footplate.core.http.RequestHead;
import footplate.core.http.StaticPath;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Static files of public folders. Disks are touched on threads of its own; a request whose path begins with a name that
 * the folder did not hold within the last second is told so on its loop, without one. Safe for any thread.
 */
public final class FileDoor implements AutoCloseable {
    /** Files up to this much are read at once, larger ones sent by the kernel (sendfile(2)). */
    private static final int SMALL = 64 * 1024;

    private static final Answer WHOLE = new Answer.Whole();

    private final ExecutorService disk;
    private final Consumer<Throwable> bugs;
    private final Map<String, TopNames> folders = new ConcurrentHashMap<>();

    /**
     * @param threads how many files are looked for at once
     * @param bugs is told of mistakes of ours
     */
    public FileDoor(int threads, Consumer<Throwable> bugs) {
        this.disk = Executors.newFixedThreadPool(
                threads,
                Thread.ofPlatform().daemon().name("footplate-files-", 0).factory());
        this.bugs = bugs;
    }

    /** The threads that touch disks. */
    public Executor disk() {
        return disk;
    }

    /** What to look for; null if the request is certainly for no file. */
    public @Nullable FileQuery query(String folder, RequestHead head) {
        if (head.method() != Method.GET && head.method() != Method.HEAD) {
            return null;
        }
        var names = folders.get(folder);
        if (names != null && names.lacks(StaticPath.firstName(head), System.nanoTime())) {
            return null;
        }
        var path = StaticPath.of(head);
        return path == null ? null : new FileQuery(folder, path, head.method() == Method.GET, Conditions.of(head));
    }

    /** Looks for a file; {@code user} is told on {@code loop}. */
    public void find(FileQuery query, EventLoop loop, FileUser user) {
        disk.execute(() -> {
            var found = look(query);
            try {
                loop.execute(() -> tell(query, found, user));
            } catch (RejectedExecutionException loopIsGone) {
                if (found != null) {
                    found.discard();
                }
            }
        });
    }

    private static void tell(FileQuery query, @Nullable FileAnswer found, FileUser user) {
        try {
            if (found == null) {
                user.fileMissing(query);
            } else {
                user.fileFound(query, found);
            }
        } catch (RuntimeException mistake) {
            user.crashed(mistake);
        }
    }

    private @Nullable FileAnswer look(FileQuery query) {
        try {
            var root = Path.of(query.folder()).toRealPath();
            refresh(query.folder(), root);
            var path = root.resolve(query.path()).toRealPath();
            if (!path.startsWith(root)) {
                return null;
            }
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile() ? answer(query, path, attributes) : null;
        } catch (IOException | InvalidPathException missing) {
            // Not there, or not readable: the app may know more about it.
            return null;
        } catch (RuntimeException mistake) {
            bugs.accept(mistake);
            return null;
        }
    }

    private void refresh(String folder, Path root) throws IOException {
        long now = System.nanoTime();
        var names = folders.get(folder);
        if (names == null || names.isStale(now)) {
            folders.put(folder, TopNames.read(root, now));
        }
    }

    private static FileAnswer answer(FileQuery query, Path path, BasicFileAttributes attributes) throws IOException {
        long size = attributes.size();
        var modified = attributes.lastModifiedTime().toInstant();
        var etag = "\"" + Long.toHexString(modified.toEpochMilli()) + "-" + Long.toHexString(size) + "\"";
        var seconds = modified.truncatedTo(ChronoUnit.SECONDS);
        var answer = query.conditions().equals(Conditions.NONE)
                ? WHOLE
                : query.conditions().answer(etag, seconds, size, query.get());
        var validators = "ETag: " + etag + "\r\nLast-Modified: " + date(seconds) + "\r\n";
        return switch (answer) {
            case Answer.NotModified() -> bodyless(304, "Not Modified", validators);
            case Answer.Failed() -> bodyless(412, "Precondition Failed", "Content-Length: 0\r\n");
            case Answer.NoSuchPart() ->
                bodyless(416, "Range Not Satisfiable", "Content-Range: bytes */" + size + "\r\nContent-Length: 0\r\n");
            case Answer.Whole() -> {
                var fields = validators + type(query) + "Accept-Ranges: bytes\r\nContent-Length: " + size + "\r\n";
                yield content(query, path, 200, "OK", fields, 0, size);
            }
            case Answer.Part(long from, long length) -> {
                var fields = validators + type(query) + "Content-Range: bytes " + from + "-" + (from + length - 1) + "/"
                        + size + "\r\nContent-Length: " + length + "\r\n";
                yield content(query, path, 206, "Partial Content", fields, from, length);
            }
        };
    }

    private static String date(Instant seconds) {
        return HttpDate.print(seconds);
    }

    private static String type(FileQuery query) {
        return "Content-Type: " + MediaTypes.of(query.path()) + "\r\nX-Content-Type-Options: nosniff\r\n";
    }

    private static FileAnswer bodyless(int status, String reason, String fields) {
        return new FileAnswer(status, reason, fields, new byte[0], null, 0, 0);
    }

    private static FileAnswer content(
            FileQuery query, Path path, int status, String reason, String fields, long from, long length)
            throws IOException {
        if (!query.get() || length == 0) {
            return bodyless(status, reason, fields);
        }
        var file = FileChannel.open(path, StandardOpenOption.READ);
        if (length > SMALL) {
            return new FileAnswer(status, reason, fields, new byte[0], file, from, length);
        }
        try (file) {
            var bytes = ByteBuffer.allocate((int) length);
            while (bytes.hasRemaining()) {
                if (file.read(bytes, from + bytes.position()) < 0) {
                    throw new IOException(path + " became shorter while it was read");
                }
            }
            return new FileAnswer(status, reason, fields, bytes.array(), null, 0, length);
        }
    }

    @Override
    public void close() {
        disk.shutdown();
    }
}
