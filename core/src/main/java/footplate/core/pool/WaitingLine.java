package footplate.core.pool;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The one first-in-first-out queue of an app's requests, whichever event loop they came in on, bounded
 * (Passenger: max_request_queue_size). Those that have lost the place they had go before those that never had one. Safe
 * for any thread; never blocks.
 *
 * @param <W> what waits
 */
public final class WaitingLine<W extends Waiter> {
    private final ConcurrentLinkedQueue<W> line = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<W> returned = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();
    // Those in `returned`: they were admitted before, and take no room from newcomers.
    private final AtomicInteger beyond = new AtomicInteger();

    /**
     * Joins at the end.
     *
     * @param capacity most waiters at once
     * @return whether there was room
     */
    public boolean join(W waiter, int capacity) {
        if (length.incrementAndGet() - beyond.get() > capacity) {
            length.decrementAndGet();
            return false;
        }
        line.add(waiter);
        return true;
    }

    /** Joins before all who never had a place, whatever the capacity: its place was lost, and it was admitted before. */
    public void rejoin(W waiter) {
        beyond.incrementAndGet();
        length.incrementAndGet();
        returned.add(waiter);
    }

    /** The first that still waits, whose wait this ends; null if there is none. */
    public @Nullable W next() {
        while (true) {
            W back = returned.poll();
            W first = back != null ? back : line.poll();
            if (first == null) {
                return null;
            }
            // One that left has already been taken off the length, by its own leave.
            boolean waits = first.end();
            if (waits) {
                length.decrementAndGet();
            }
            if (back != null) {
                beyond.decrementAndGet();
            }
            if (waits) {
                return first;
            }
        }
    }

    /** The first that still waits, and goes on waiting; null if there is none. */
    public @Nullable W first() {
        var back = returned.peek();
        return back != null ? back : line.peek();
    }

    /** Takes a waiter out by its own wish; false if its wait had ended already. */
    public boolean leave(W waiter) {
        if (!waiter.end()) {
            return false;
        }
        length.decrementAndGet();
        if (returned.remove(waiter)) {
            beyond.decrementAndGet();
        } else {
            line.remove(waiter);
        }
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
