package footplate.proxy.files;

import footplate.core.http.PathKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A folder that files are served from, as it was a moment ago. Safe for any thread. */
final class Folder {
    private final Path path;
    private final Map<PathKey, StoredFile> files = new ConcurrentHashMap<>();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile @Nullable Seen seen;

    /** What a look at the disk has shown. */
    private record Seen(Path root, TopNames names) {}

    Folder(String path) {
        this.path = Path.of(path);
    }

    /** The files of it that are remembered. */
    Map<PathKey, StoredFile> files() {
        return files;
    }

    /** Its names; null if nobody has looked yet. */
    @Nullable
    TopNames names() {
        var last = seen;
        return last == null ? null : last.names();
    }

    /** Where it lies, without links; looks anew if the last look was too long ago. Disk threads only. */
    Path root(long nowNanos) throws IOException {
        var last = seen;
        if (last == null || last.names().isAgeing(nowNanos)) {
            var real = path.toRealPath();
            last = new Seen(real, TopNames.read(real, nowNanos));
            seen = last;
        }
        return last.root();
    }

    /** Whether the caller is to look at it anew, and nobody else does. */
    boolean claimRefresh() {
        return !refreshing.get() && refreshing.compareAndSet(false, true);
    }

    void refreshed() {
        refreshing.set(false);
    }
}
