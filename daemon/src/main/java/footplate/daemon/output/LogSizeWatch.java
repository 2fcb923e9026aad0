package footplate.daemon.output;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * Has each watched log file rotated when it has grown too large: looks four times a second while all is quiet (one stat
 * per file), and 20 times while some app prints a lot. So what a log takes on disk is bounded by its parts, one more while
 * it is copied, and what its app can print in a quarter of a second.
 */
public final class LogSizeWatch implements AutoCloseable {
    private static final Duration QUIET = Duration.ofMillis(250);
    private static final Duration BUSY = Duration.ofMillis(50);

    private final LogRotation rotation;
    private final BiConsumer<Path, IOException> failed;
    private final Map<Path, Health> logs = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    // Held during a look at the files, and by whoever has them left alone for a while.
    private final ReentrantLock looking = new ReentrantLock();

    private enum Health {
        NEW,
        WELL,
        FAILING
    }

    /**
     * @param failed told once when a log cannot be rotated, and again only after it could be; called by the watch's
     *     thread
     */
    public LogSizeWatch(LogRotation rotation, BiConsumer<Path, IOException> failed) {
        this.rotation = rotation;
        this.failed = failed;
        // A platform thread: copying megabytes would hold a carrier of virtual threads.
        this.thread = Thread.ofPlatform().name("log-size-watch").daemon().start(this::watch);
    }

    /** Watches a live log file from now on, whether or not it exists yet. */
    public void add(Path live) {
        logs.putIfAbsent(live, Health.NEW);
    }

    /** Watches it no longer. */
    public void remove(Path live) {
        logs.remove(live);
    }

    private void watch() {
        long wait = QUIET.toMillis();
        try {
            while (!closed.await(wait, TimeUnit.MILLISECONDS)) {
                boolean rotated = look();
                wait = rotated ? BUSY.toMillis() : Math.min(QUIET.toMillis(), wait * 2);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean look() {
        looking.lock();
        try {
            boolean rotated = false;
            if (closed.getCount() == 0) {
                return false;
            }
            for (var live : List.copyOf(logs.keySet())) {
                rotated |= rotateFully(live);
            }
            return rotated;
        } finally {
            looking.unlock();
        }
    }

    /** Leaves all files alone until {@link #goOn}. */
    public void pause() {
        looking.lock();
    }

    /** Watches on; called on the thread that called {@link #pause}. */
    public void goOn() {
        looking.unlock();
    }

    /** Leaves all files alone for good; called on the thread that called {@link #pause}. */
    public void leave() {
        closed.countDown();
        looking.unlock();
    }

    private boolean rotateFully(Path live) {
        boolean rotated = false;
        try {
            if (logs.get(live) != Health.WELL) {
                rotation.recover(live);
            }
            // Not for ever: one app that prints without end must not keep the others waiting.
            for (int i = 0; i <= rotation.keep() && rotation.rotate(live); i++) {
                rotated = true;
            }
            logs.replace(live, Health.WELL);
        } catch (IOException failure) {
            if (logs.replace(live, Health.FAILING) != Health.FAILING) {
                failed.accept(live, failure);
            }
        }
        return rotated;
    }

    /** Ends after the rotation under way. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
