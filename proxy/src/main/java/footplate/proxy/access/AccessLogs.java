package footplate.proxy.access;

import footplate.core.name.AppName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every app's access log, and the one thread that writes them: what the loops put into their {@link LogRing}s is written
 * every 100 ms, or when one is half full. While there is nothing to write, the thread sleeps; while there are no logs,
 * there is no thread.
 */
public final class AccessLogs implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long CLOSING_MILLIS = 1_000;

    private final LogPlaces places;
    private final Consumer<Throwable> bugs;
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    private final List<LogFile> files = new CopyOnWriteArrayList<>();
    private final List<LogRing> rings = new CopyOnWriteArrayList<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile @Nullable Thread writer;
    private volatile boolean asleep;
    private volatile boolean closing;

    /** @param bugs is told of mistakes of ours */
    public AccessLogs(LogPlaces places, Consumer<Throwable> bugs) {
        this.places = places;
        this.bugs = bugs;
    }

    /** What stands for an app, or null for what is no app's, where logs are looked for. */
    static String key(@Nullable AppName app) {
        return app == null ? "" : app.value();
    }

    /** The number of an app's log, or that of what is no app's; -1 if there is none. Any thread. */
    int number(@Nullable AppName app) {
        var number = numbers.get(key(app));
        return number != null ? number : open(app);
    }

    private synchronized int open(@Nullable AppName app) {
        // Once for each app of a loop that logs its first line; nobody holds this for longer than it takes to add one.
        var other = numbers.get(key(app));
        if (other != null) {
            return other;
        }
        var file = places.open(app);
        int number = -1;
        if (file != null) {
            files.add(file);
            number = files.size() - 1;
        }
        numbers.put(key(app), number);
        return number;
    }

    LogFile file(int number) {
        return files.get(number);
    }

    /** A loop's way to the writer. */
    LogRing ring() {
        var ring = new LogRing();
        rings.add(ring);
        if (begun.compareAndSet(false, true)) {
            writer = Thread.ofPlatform().daemon().name("footplate-access-log").start(this::write);
        }
        return ring;
    }

    /** A line has been put into a ring; on its loop. */
    void added(LogRing ring) {
        if (asleep || ring.fillsUp()) {
            LockSupport.unpark(writer);
        }
    }

    /** Lines that were lost, as a buffer was full or a file could not be written. */
    public long dropped() {
        long sum = 0;
        for (var file : files) {
            sum += file.dropped();
        }
        return sum;
    }

    private void write() {
        LogRing.Taker taker =
                (log, source, from, length, second) -> files.get(log).add(source, from, length, second);
        while (true) {
            boolean last = closing;
            try {
                boolean any = false;
                for (var ring : rings) {
                    any |= ring.take(taker);
                }
                long now = System.nanoTime();
                for (var file : files) {
                    file.flush();
                    file.rest(now);
                }
                if (last) {
                    files.forEach(LogFile::close);
                    return;
                }
                if (any) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                } else {
                    sleep();
                }
            } catch (RuntimeException mistake) {
                bugs.accept(mistake);
                if (last) {
                    return;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Until there is a line: {@link #added} looks at {@code asleep} after the line is in its ring, and we the other way round. */
    private void sleep() {
        asleep = true;
        if (!closing && rings.stream().allMatch(LogRing::isEmpty)) {
            // Idle files are let go of now and then.
            LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(60));
        }
        asleep = false;
    }

    /** Writes what is there, if that goes within a second. The loops have ended. */
    @Override
    public void close() {
        closing = true;
        var thread = writer;
        if (thread == null) {
            return;
        }
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSING_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
