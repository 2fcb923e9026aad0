package footplate.proxy.files;

import footplate.core.http.Coding;
import footplate.core.http.MediaTypes;
import footplate.core.http.PathKey;
import footplate.core.http.StaticPath;
import footplate.proxy.files.FileUser.Missing;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks for files and reads them, remembering them in a {@link FileCache}. It blocks: on disk threads only. */
final class Disk {
    /** Files up to this much are copied behind their head. */
    private static final int SMALL = 8 * 1024;

    /** Files up to this much are kept in memory; of larger ones the descriptor is. */
    static final int IN_MEMORY = 64 * 1024;

    /** So often a file that is replaced in this very moment is looked at; the last time it may be written to meanwhile. */
    private static final int TRIES = 4;

    private static final Coding[] CODINGS = Coding.values();

    private final FileCache cache;

    Disk(FileCache cache) {
        this.cache = cache;
    }

    /** What a look came to. */
    sealed interface Found {
        /** An answer, held for the receiver. */
        record Answer(FileAnswer answer) implements Found {}

        record Nothing(Missing why) implements Found {}
    }

    private sealed interface Hit {
        record File(StoredFile file) implements Hit {}

        /** A folder that was asked for without the slash at its end. */
        record Slashless(boolean indexed) implements Hit {}

        record Nothing(Missing why) implements Hit {}
    }

    /** Answers a query. */
    Found find(Folder folder, FileQuery query) {
        for (int left = TRIES; ; left--) {
            try {
                return find(folder, query, left > 1);
            } catch (Confined.Changed meanwhile) {
                if (left == 1) {
                    // No descriptor was left, or it is replaced faster than it can be opened.
                    boolean unreadable = meanwhile.getCause() instanceof AccessDeniedException
                            || meanwhile.getCause() instanceof NoSuchFileException;
                    return new Found.Nothing(unreadable ? Missing.NO_SUCH_FILE : Missing.UNAVAILABLE);
                }
                // Replaced between the look and the opening: what is there now is looked at.
            }
        }
    }

    private Found find(Folder folder, FileQuery query, boolean exactly) throws Confined.Changed {
        try {
            long now = System.nanoTime();
            var root = folder.root(now);
            var hit = find(folder, root, query.path(), query.named() == null, now);
            if (hit instanceof Hit.Slashless(boolean indexed)) {
                if (query.named() == null && (indexed || query.alone())) {
                    return new Found.Answer(redirect(query.target()));
                }
                hit = new Hit.Nothing(Missing.NO_SUCH_FILE);
            }
            if (hit instanceof Hit.Nothing(Missing why)
                    && why != Missing.NOT_ALLOWED
                    && query.fallback()
                    && StaticPath.isPage(query.path())) {
                hit = find(folder, root, "", true, now);
            }
            return switch (hit) {
                case Hit.File(var file) -> new Found.Answer(answer(root, file, query, exactly));
                case Hit.Nothing(var why) -> new Found.Nothing(why);
                case Hit.Slashless _ -> new Found.Nothing(Missing.NO_SUCH_FILE);
            };
        } catch (Confined.Changed meanwhile) {
            throw meanwhile;
        } catch (IOException | InvalidPathException missing) {
            // Not there, or not readable.
            return new Found.Nothing(Missing.NO_SUCH_FILE);
        }
    }

    /** {@code /dir} is {@code /dir/}: only so the links on its page lead where they should (RFC 9110 §15.4.2). */
    private static FileAnswer redirect(String target) {
        int query = target.indexOf('?');
        var path = query < 0 ? target : target.substring(0, query);
        // A path that begins with two slashes would be another host, but names no file and does not come here.
        var location = path + "/" + (query < 0 ? "" : target.substring(query));
        return new FileAnswer(
                301,
                Representation.head(
                        "HTTP/1.1 301 Moved Permanently\r\nLocation: " + location + "\r\nContent-Length: 0\r\n"),
                null,
                List.of());
    }

    private Hit find(Folder folder, Path root, String path, boolean shown, long now) throws IOException {
        var key = PathKey.of(path);
        var known = folder.files().get(key);
        if (known != null) {
            if (!FileDoor.isOld(known, now) || isCurrent(root, known, shown)) {
                known.use();
                return new Hit.File(known);
            }
            cache.drop(known);
        }
        boolean asksFolder = path.isEmpty() || (shown && path.endsWith("/"));
        var file = asksFolder ? path + StaticPath.INDEX : path;
        if (!Files.exists(root.resolve(file))) {
            // Most misses end here, without the cost of an exception.
            boolean isFolder = asksFolder && Files.isDirectory(root.resolve(path));
            return new Hit.Nothing(isFolder ? Missing.FOLDER : Missing.NO_SUCH_FILE);
        }
        return switch (Confined.look(root, root.resolve(file), !shown)) {
            case Confined.Look.Plain(var stamp) -> {
                var stored = store(folder, root, key, file, stamp, shown, now);
                cache.keep(stored);
                yield new Hit.File(stored);
            }
            case Confined.Look.Folder() ->
                asksFolder
                        ? new Hit.Nothing(Missing.FOLDER)
                        : new Hit.Slashless(
                                Files.isRegularFile(root.resolve(file).resolve(StaticPath.INDEX)));
            case Confined.Look.Refused() -> new Hit.Nothing(Missing.NOT_ALLOWED);
        };
    }

    private static StoredFile store(
            Folder folder, Path root, PathKey key, String file, Stamp plain, boolean shown, long now) {
        var stamps = stamps(root, file, plain, shown);
        boolean varies = false;
        boolean young = false;
        long wall = System.currentTimeMillis();
        for (int i = 0; i < stamps.length; i++) {
            var stamp = stamps[i];
            if (stamp != null) {
                varies |= CODINGS[i] != Coding.IDENTITY;
                young |= stamp.isYoung(wall);
            }
        }
        var type = MediaTypes.of(file);
        var forms = new @Nullable Representation[stamps.length];
        for (int i = 0; i < stamps.length; i++) {
            var stamp = stamps[i];
            forms[i] = stamp == null ? null : new Representation(stamp, CODINGS[i], type, varies);
        }
        return new StoredFile(folder, key, file, forms, young, now);
    }

    /** The stamps of a file and of those beside it that hold the same, compressed, and are not older (nginx: gzip_static). */
    private static @Nullable Stamp[] stamps(Path root, String file, Stamp plain, boolean shown) {
        var stamps = new @Nullable Stamp[CODINGS.length];
        for (int i = 0; i < CODINGS.length; i++) {
            if (CODINGS[i] == Coding.IDENTITY) {
                stamps[i] = plain;
            } else if (shown) {
                stamps[i] = beside(root, root.resolve(file + CODINGS[i].suffix()), plain);
            }
        }
        return stamps;
    }

    private static @Nullable Stamp beside(Path root, Path sibling, Stamp plain) {
        if (!Files.isRegularFile(sibling)) {
            return null;
        }
        try {
            // By the second: copies and archives keep no more than that.
            return Confined.look(root, sibling, false) instanceof Confined.Look.Plain(var stamp)
                            && stamp.modified().toInstant().getEpochSecond()
                                    >= plain.modified().toInstant().getEpochSecond()
                    ? stamp
                    : null;
        } catch (IOException gone) {
            return null;
        }
    }

    /** Looks whether a file is still what it was, and keeps it or lets it go. */
    void check(StoredFile file, boolean shown) {
        try {
            if (!isCurrent(file.folder().root(System.nanoTime()), file, shown)) {
                cache.drop(file);
            }
        } catch (IOException folderIsGone) {
            cache.drop(file);
        }
    }

    private static boolean isCurrent(Path root, StoredFile file, boolean shown) {
        long now = System.nanoTime();
        if (file.isYoung()) {
            // The stamp of a file that was just being written proves nothing: it is read again.
            return false;
        }
        try {
            if (!(Confined.look(root, root.resolve(file.path()), !shown) instanceof Confined.Look.Plain(var plain))) {
                return false;
            }
            var stamps = stamps(root, file.path(), plain, shown);
            for (int i = 0; i < stamps.length; i++) {
                var form = file.in(CODINGS[i]);
                var stamp = stamps[i];
                if (form == null ? stamp != null : !form.stamp().equals(stamp)) {
                    return false;
                }
            }
            file.checked(now);
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    private FileAnswer answer(Path root, StoredFile file, FileQuery query, boolean exactly) throws IOException {
        var form = file.choose(query.preference(), query.conditions());
        var ready = FileAnswers.of(form, query.conditions(), query.get(), query.named());
        if (ready != null && ready.hold()) {
            return ready;
        }
        Content content;
        try {
            content = read(root, form.stamp(), exactly);
        } catch (IOException unread) {
            // It is not what it was: whoever asks next is to look anew.
            cache.drop(file);
            throw unread;
        }
        try {
            cache.fill(file, form, content);
            var own = form.with(content);
            var answer = FileAnswers.of(own, query.conditions(), query.get(), query.named());
            if (answer == null) {
                throw new IllegalStateException("no answer from a file that was read");
            }
            return answer;
        } catch (RuntimeException | Error mistake) {
            content.release();
            throw mistake;
        }
    }

    /** The bytes of what was found, held once. */
    private static Content read(Path root, Stamp stamp, boolean exactly) throws IOException {
        var channel = Confined.open(root, stamp, exactly);
        if (stamp.size() > IN_MEMORY) {
            return new OpenFile(channel);
        }
        try (channel) {
            int size = (int) stamp.size();
            if (size <= SMALL) {
                var bytes = ByteBuffer.allocate(size);
                readFully(channel, bytes, stamp.real());
                return new Content.Small(bytes.array());
            }
            var buffer = Unpooled.directBuffer(size, size);
            try {
                readFully(channel, buffer.nioBuffer(0, size), stamp.real());
            } catch (IOException | RuntimeException unread) {
                buffer.release();
                throw unread;
            }
            return new Content.Buffered(buffer.writerIndex(size));
        }
    }

    private static void readFully(FileChannel file, ByteBuffer into, Path path) throws IOException {
        while (into.hasRemaining()) {
            if (file.read(into, into.position()) < 0) {
                throw new Confined.Changed(path);
            }
        }
    }
}
