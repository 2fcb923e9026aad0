package footplate.core.config;

import java.time.Duration;

/**
 * How many processes an app has, and what each takes (Passenger: min_instances, max_pool_size, max_request_queue_size,
 * pool_idle_time).
 *
 * @param min fewest processes; 0 starts the first one on the first request
 * @param max most processes; at least 1 and at least {@code min}
 * @param concurrency requests one process takes at once; 0 is unlimited
 * @param maxQueue most requests that wait for a process; one more is answered 503
 * @param queueTimeout longest wait in that queue; longer is answered 504
 * @param idleTimeout how long a process above {@code min} may go unused before it is stopped
 */
public record PoolSettings(
        int min, int max, int concurrency, int maxQueue, Duration queueTimeout, Duration idleTimeout) {
    public PoolSettings {
        if (min < 0 || max < 1 || min > max) {
            throw new IllegalArgumentException(
                    "pool of %d to %d: min is 0 or more, max 1 or more and at least min".formatted(min, max));
        }
        if (concurrency < 0 || maxQueue < 0) {
            throw new IllegalArgumentException(
                    "concurrency %d, queue %d: neither can be negative".formatted(concurrency, maxQueue));
        }
        if (!queueTimeout.isPositive() || !idleTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "queue timeout %s, idle timeout %s: both must be above 0".formatted(queueTimeout, idleTimeout));
        }
    }

    /** The same settings with a fixed or another range of processes. */
    public PoolSettings sized(int newMin, int newMax) {
        return new PoolSettings(newMin, newMax, concurrency, maxQueue, queueTimeout, idleTimeout);
    }
}
