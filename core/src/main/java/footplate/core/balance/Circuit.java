package footplate.core.balance;

import java.time.Duration;

/**
 * When a server is cut off at once instead of being asked in vain. The first two are Envoy's circuit breakers, and hold by limits
 * there are anyway: a server's {@link footplate.core.pool.Load} and the queue of its {@link footplate.core.route.Gate}. The
 * other two are the closed, open and half-open states of Nygard's "Release It!".
 *
 * @param maxRequests most requests at once to one server; 0: any number
 * @param maxPending most requests that wait for a place; 0: what the queue allows
 * @param failures failures in a row that open a server's circuit; 0: it never opens
 * @param open how long it then gets no requests; after that one request tries it, and decides
 */
public record Circuit(int maxRequests, int maxPending, int failures, Duration open) {
    /** No limits, and it never opens. */
    public static final Circuit NONE = new Circuit(0, 0, 0, Duration.ofSeconds(30));

    public Circuit {
        if (maxRequests < 0 || maxPending < 0 || failures < 0 || !open.isPositive()) {
            throw new IllegalArgumentException(
                    "circuit of %d requests, %d pending, %d failures, open %s: no number below 0, and open above 0"
                            .formatted(maxRequests, maxPending, failures, open));
        }
    }

    /** A server's limit of requests at once, for its Load; 0: none. */
    public int concurrency(ServerTerms terms) {
        int most = terms.maxConns();
        return most == 0 ? maxRequests : maxRequests == 0 ? most : Math.min(most, maxRequests);
    }

    /** The queue's limit. */
    public int pending(int queue) {
        return maxPending == 0 ? queue : Math.min(maxPending, queue);
    }
}
