package footplate.daemon.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices {@code tmp/restart.txt} and {@code tmp/always_restart.txt} in apps' folders (Passenger). It looks four times a
 * second: two cheap calls per app, which also see changes on file systems that send no notice of them.
 */
public final class RestartFiles implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    /** Who wants to know. */
    public interface Listener {
        /** {@code tmp/restart.txt} was made, or its time of change is another one. */
        void restart(String app);

        /** {@code tmp/always_restart.txt} is there, or no longer. */
        void freshProcesses(String app, boolean on);
    }

    /**
     * A running app.
     *
     * @param root absolute path of its folder
     * @param since when the oldest of its processes was started; {@link Instant#MAX} if it has none
     */
    public record App(String root, Instant since) {}

    private record Mark(Object key, FileTime modified) {}

    private record Seen(String root, @Nullable Mark restart, boolean always) {}

    private final Supplier<Map<String, App>> apps;
    private final Listener listener;
    private final Map<String, Seen> seen = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Begins to look.
     *
     * @param apps each running app by its name, asked at every look
     */
    public RestartFiles(Supplier<Map<String, App>> apps, Listener listener) {
        this.apps = apps;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("restart-files").start(this::run);
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

    /**
     * One look at every app. At the first look at an app its restart.txt counts if it is younger than the app's processes:
     * it may have been touched before anybody looked, or while there was no daemon. always_restart.txt is told either
     * way, as that may have come or gone meanwhile, too.
     */
    void look() {
        var now = apps.get();
        seen.keySet().retainAll(now.keySet());
        now.forEach((app, known) -> {
            var root = known.root();
            var restart = mark(Path.of(root, "tmp", "restart.txt"));
            boolean always = Files.exists(Path.of(root, "tmp", "always_restart.txt"));
            var before = seen.put(app, new Seen(root, restart, always));
            if (before == null || !before.root().equals(root)) {
                listener.freshProcesses(app, always);
                if (restart != null && restart.modified().toInstant().isAfter(known.since())) {
                    listener.restart(app);
                }
                return;
            }
            if (always != before.always()) {
                listener.freshProcesses(app, always);
            }
            if (restart != null && !Objects.equals(restart, before.restart())) {
                listener.restart(app);
            }
        });
    }

    private static @Nullable Mark mark(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            var key = attributes.fileKey();
            return new Mark(key == null ? file : key, attributes.lastModifiedTime());
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
