package footplate.daemon.output;

import footplate.daemon.output.FollowedLog.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * Follows log files as {@code tail -F} does: for {@code logs -f} and for the terminal of a foreground daemon. It looks
 * every 100 ms. (inotify would wake for every single write of a chatty app, and an app's user has 128 instances of it;
 * two stats per file while somebody watches cost less.)
 */
public final class LogFollower implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final int LAST_ROUNDS = 256;

    /**
     * A log to follow.
     *
     * @param name what its lines are told with
     * @param file the live log file; may not exist yet
     */
    public record Source(String name, Path file) {}

    /** What others ask of the following thread; carried out between two looks. */
    private sealed interface Order {
        record Add(Source source, int lastLines) implements Order {}

        record Remove(Source source) implements Order {}

        record Tell(Runnable news) implements Order {}

        record Finish() implements Order {}

        record Close() implements Order {}
    }

    private volatile boolean closed;
    private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final BiConsumer<String, String> sink;
    private final Thread thread;
    private final Map<Source, FollowedLog> logs = new LinkedHashMap<>(); // the following thread's own

    private LogFollower(BiConsumer<String, String> sink) {
        this.sink = sink;
        this.thread = Thread.ofVirtual().name("log-follower").unstarted(this::follow);
    }

    /**
     * Starts to follow.
     *
     * @param sources the logs; more can be added later
     * @param lastLines how many lines that are already there are told of each, 0 for none
     * @param sink takes the source's name and a line made harmless by {@link LogLine}; called by one thread, which
     *     it may block (a slow reader makes the follower wait, not the app)
     */
    public static LogFollower start(List<Source> sources, int lastLines, BiConsumer<String, String> sink) {
        return start(sources, lastLines, () -> {}, sink);
    }

    /**
     * Starts to follow, and tells when the lines that were already there have been told and new ones begin: no line is
     * lost or told twice in between.
     *
     * @param begun called once, by the thread that calls the sink
     */
    public static LogFollower start(
            List<Source> sources, int lastLines, Runnable begun, BiConsumer<String, String> sink) {
        var follower = new LogFollower(sink);
        sources.forEach(source -> follower.orders.add(new Order.Add(source, lastLines)));
        follower.orders.add(new Order.Tell(begun));
        follower.thread.start();
        return follower;
    }

    /** Follows one more log, from its end less {@code lastLines}. */
    public void add(Source source, int lastLines) {
        orders.add(new Order.Add(source, lastLines));
    }

    /** Tells what a log still has, then follows it no longer. */
    public void remove(Source source) {
        orders.add(new Order.Remove(source));
    }

    /** Tells what all logs still have, unfinished lines included, then ends; waits for that. */
    public void finish() {
        end(new Order.Finish());
    }

    /** Ends without another look; waits until the last line under way is told. */
    @Override
    public void close() {
        closed = true;
        end(new Order.Close());
    }

    private void end(Order order) {
        orders.add(order);
        if (Thread.currentThread().equals(thread)) {
            return; // from within the sink
        }
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        boolean more = false;
        try {
            while (true) {
                var order = orders.poll(more ? 0 : INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
                switch (order) {
                    case Order.Add(var source, var lastLines) -> open(source, lastLines);
                    case Order.Remove(var source) -> finish(source);
                    case Order.Tell(var news) -> news.run();
                    case Order.Finish _ -> {
                        List.copyOf(logs.keySet()).forEach(this::finish);
                        return;
                    }
                    case Order.Close _ -> {
                        return;
                    }
                    case null -> more = look();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            List.copyOf(logs.keySet()).forEach(this::forget);
        }
    }

    private boolean look() {
        boolean more = false;
        for (var source : List.copyOf(logs.keySet())) {
            more |= look(source) == Reading.MORE;
        }
        return more;
    }

    private Reading look(Source source) {
        var log = logs.get(source);
        if (log == null) {
            return Reading.END;
        }
        try {
            return log.poll();
        } catch (IOException failure) {
            unreadable(source, failure);
            return Reading.END;
        }
    }

    private void open(Source source, int lastLines) {
        var log = new FollowedLog(source.file(), line -> tell(source, line));
        logs.put(source, log);
        try {
            log.start(lastLines);
        } catch (IOException failure) {
            unreadable(source, failure);
        }
    }

    private void finish(Source source) {
        // An app that goes on printing cannot keep us: what it prints after so many rounds is not told.
        var reading = Reading.MORE;
        for (int round = 0; round < LAST_ROUNDS && reading != Reading.END; round++) {
            if (reading == Reading.MOVED) {
                LockSupport.parkNanos(INTERVAL.toNanos() / 10); // a rotation takes milliseconds
            }
            reading = look(source);
        }
        var log = logs.get(source);
        if (log != null) {
            log.finish();
        }
        forget(source);
    }

    private void unreadable(Source source, IOException failure) {
        tell(source, "(its log can no longer be followed: " + failure + ")");
        forget(source);
    }

    private void forget(Source source) {
        var log = logs.remove(source);
        if (log != null) {
            try {
                log.close();
            } catch (IOException failure) {
                throw new UncheckedIOException("a file open for reading cannot be closed", failure);
            }
        }
    }

    private void tell(Source source, String line) {
        if (!closed) {
            sink.accept(source.name(), line);
        }
    }
}
