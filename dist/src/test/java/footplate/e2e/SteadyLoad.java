package footplate.e2e;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * 200 requests a second, answered or not: who waits keeps nobody else from coming. Half go out on connections that are
 * kept, half on new ones; each tenth is a POST.
 */
final class SteadyLoad implements AutoCloseable {
    private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(1) / 200;

    private final int port;
    private final String target;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger posted = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicLong longestNanos = new AtomicLong();
    private final Deque<Line> kept = new ArrayDeque<>();
    private final Phaser asking = new Phaser(1);
    private final Thread clock;
    private volatile boolean ends;

    private SteadyLoad(int port, String target) {
        this.port = port;
        this.target = target;
        this.clock = Thread.ofVirtual().start(this::tick);
    }

    static SteadyLoad on(int port, String target) {
        return new SteadyLoad(port, target);
    }

    private void tick() {
        long next = System.nanoTime();
        for (int number = 0; !ends; number++) {
            int mine = number;
            asking.register();
            Thread.ofVirtual().start(() -> {
                try {
                    ask(mine);
                } finally {
                    asking.arriveAndDeregister();
                }
            });
            next += BETWEEN_NANOS;
            for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }

    private void ask(int number) {
        boolean post = number % 10 == 9;
        boolean keeps = number % 2 == 0;
        long begin = System.nanoTime();
        Line line = keeps ? takeKept() : null;
        try {
            if (line == null) {
                line = new Line(port);
            }
            var answer = line.ask(post ? "POST" : "GET", target, post ? "abc" : "");
            longestNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
            count(post, answer);
            if (keeps && !answer.last()) {
                keep(line);
                line = null;
            }
        } catch (IOException broken) {
            failures.add((post ? "POST, " : "GET, ") + (keeps ? "kept connection: " : "new connection: ") + broken);
        } finally {
            close(line);
        }
    }

    private void count(boolean post, Line.Answer answer) {
        if (answer.status() == 200) {
            (post ? posted : answered).incrementAndGet();
        } else if (post && answer.status() == 502) {
            // Its process may have read it: it must not be sent again.
            cut.incrementAndGet();
        } else {
            failures.add((post ? "POST: " : "GET: ") + answer.head() + "\n" + answer.body());
        }
    }

    private Line takeKept() {
        synchronized (kept) {
            return kept.poll();
        }
    }

    private void keep(Line line) {
        synchronized (kept) {
            kept.push(line);
        }
    }

    private static void close(Line line) {
        if (line != null) {
            try {
                line.close();
            } catch (IOException _) {
                // It is closed all the same.
            }
        }
    }

    /** Waits until so many more were answered. */
    SteadyLoad andMore(int requests) {
        int before = answered.get();
        Footplate.await(30, () -> answered.get() >= before + requests || !failures.isEmpty());
        return this;
    }

    /** GETs that were answered with 200. */
    int answered() {
        return answered.get();
    }

    /** What was not answered with 200, but for {@link #cut}. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** POSTs that were answered with 502. */
    int cut() {
        return cut.get();
    }

    @Override
    public String toString() {
        return "%d GETs and %d POSTs answered, %d POSTs cut, %d failures, longest answer %d ms"
                .formatted(
                        answered.get(),
                        posted.get(),
                        cut.get(),
                        failures.size(),
                        TimeUnit.NANOSECONDS.toMillis(longestNanos.get()));
    }

    @Override
    public void close() {
        finish();
        for (Line line = takeKept(); line != null; line = takeKept()) {
            close(line);
        }
    }

    /** Asks no more, and waits for the answers under way. */
    void finish() {
        if (ends) {
            return;
        }
        ends = true;
        try {
            clock.join();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        asking.arriveAndAwaitAdvance();
    }
}
