package footplate.core.pool;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request that waits for a place. Its wait ends exactly once: with a place, with the news that none will come, or by
 * its own leaving (client gone, waited too long).
 */
public abstract class Waiter {
    private final AtomicBoolean waiting = new AtomicBoolean(true);

    final boolean end() {
        return waiting.compareAndSet(true, false);
    }
}
