package footplate.daemon.observe;

import footplate.api.v1.ServerCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells the operator that clients are turned away or lines of logs lost for want of room: soon after it began, and then once a minute
 * while it goes on. On a thread of its own, because asking the event loops waits for them.
 */
public final class Shortages implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /** A kind of it is told of at most so often. */
    static final Duration QUIET = Duration.ofMinutes(1);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("shortages").factory());

    private Shortages() {}

    /**
     * Begins.
     *
     * @param counts may wait; not called at once by two
     * @param tell takes lines for the operator
     * @param mistakes takes our own
     */
    public static Shortages watch(Supplier<ServerCounts> counts, Consumer<String> tell, Consumer<Throwable> mistakes) {
        return watch(counts, tell, mistakes, LOOK_EVERY);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its task throws nothing
    static Shortages watch(
            Supplier<ServerCounts> counts, Consumer<String> tell, Consumer<Throwable> mistakes, Duration every) {
        var watch = new Shortages();
        var seen = new Seen();
        watch.thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        seen.look(counts.get(), System.nanoTime()).forEach(tell);
                    } catch (RuntimeException mistake) {
                        mistakes.accept(mistake);
                    }
                },
                every.toMillis(),
                every.toMillis(),
                TimeUnit.MILLISECONDS);
        return watch;
    }

    /** What was told of, and when. One thread at a time. */
    static final class Seen {
        private final Kind turnedAway = new Kind();
        private final Kind lines = new Kind();

        /** What is to be told now. */
        List<String> look(ServerCounts now, long nowNanos) {
            var told = new ArrayList<String>();
            long away = turnedAway.news(now.turnedAway(), nowNanos);
            if (away > 0) {
                told.add(("%d client connection%s turned away for want of room (%d now open): 'max-connections',"
                                + " 'max-connections-per-address', three quarters of the descriptors (ulimit -n), or what"
                                + " the heap has for them (FOOTPLATE_HEAP) are in use")
                        .formatted(away, away == 1 ? " was" : "s were", now.connections()));
            }
            long missing = lines.news(now.logLinesDropped(), nowNanos);
            if (missing > 0) {
                told.add("%d line%s missing from access logs: the disk is full, or does not keep up"
                        .formatted(missing, missing == 1 ? " is" : "s are"));
            }
            return told;
        }
    }

    private static final class Kind {
        private long told;
        private long quietUntilNanos;

        /** How many there are that nobody was told of; 0 while it is to be quiet. */
        long news(long count, long nowNanos) {
            if (count <= told || (told > 0 && nowNanos - quietUntilNanos < 0)) {
                return 0;
            }
            long news = count - told;
            told = count;
            quietUntilNanos = nowNanos + QUIET.toNanos();
            return news;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
