package footplate.core.pool;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The one first-in-first-out queue of an app's requests, whichever event loop they came in on, bounded
 * (Passenger: max_request_queue_size). Safe for any thread; never blocks.
 *
 * @param <W> what waits
 */
public final class WaitingLine<W extends Waiter> {
    private final ConcurrentLinkedQueue<W> line = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();

    /**
     * Joins at the end.
     *
     * @param capacity most waiters at once
     * @return whether there was room
     */
    public boolean join(W waiter, int capacity) {
        if (length.incrementAndGet() > capacity) {
            length.decrementAndGet();
            return false;
        }
        line.add(waiter);
        return true;
    }

    /** The first that still waits, whose wait this ends; null if there is none. */
    public @Nullable W next() {
        while (true) {
            W first = line.poll();
            if (first == null) {
                return null;
            }
            // One that left has already been taken off the length, by its own leave.
            if (first.end()) {
                length.decrementAndGet();
                return first;
            }
        }
    }

    /** Takes a waiter out by its own wish; false if its wait had ended already. */
    public boolean leave(W waiter) {
        if (!waiter.end()) {
            return false;
        }
        length.decrementAndGet();
        line.remove(waiter);
        return true;
    }

    /** How many wait. */
    public int length() {
        return length.get();
    }

    public boolean isEmpty() {
        return length.get() == 0;
    }
}
