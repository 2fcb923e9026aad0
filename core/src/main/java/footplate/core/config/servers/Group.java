package footplate.core.config.servers;

import footplate.core.config.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Servers that we did not start, any of which can answer.
 *
 * @param sticky what keeps a client at one server; null: nothing
 * @param health how they are asked whether they are well; null: not at all
 * @param next when a request goes to another server
 * @param ejection when one that fails more than the others is left out; null: never
 * @param panicShare with fewer than this many percent of them well, all get requests again
 * @param breaker when a server is cut off at once; null: never
 * @param maxQueue most requests that wait for a server with {@code max_conns}
 * @param proxyProtocol the version of PROXY protocol written to them; 0: none
 * @param settings what was chosen for requests to them
 */
public record Group(
        String name,
        Balance balance,
        List<Server> servers,
        @Nullable Sticky sticky,
        @Nullable ActiveCheck health,
        Next next,
        @Nullable Ejection ejection,
        int panicShare,
        @Nullable Breaker breaker,
        int maxQueue,
        Duration queueTimeout,
        int proxyProtocol,
        Settings settings) {
    public Group {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("upstream " + name + " has no server");
        }
    }

    /**
     * A cookie that names the server.
     *
     * @param lifetime how long clients keep it; zero: until they are closed
     */
    public record Sticky(String cookie, Duration lifetime) {}

    /**
     * What each server is asked, again and again.
     *
     * @param path asked for over HTTP; empty: whether it takes connections
     * @param rise passed in a row until it is well
     * @param fall failed in a row until it is not
     * @param statuses what counts as passed
     */
    public record ActiveCheck(
            String path, Duration interval, Duration timeout, int rise, int fall, List<Statuses> statuses) {
        public ActiveCheck {
            statuses = List.copyOf(statuses);
        }
    }

    /** From one status to another, both included. */
    public record Statuses(int from, int to) {
        public Statuses {
            if (from < 100 || to > 599 || from > to) {
                throw new IllegalArgumentException("statuses %d-%d: from 100 to 599".formatted(from, to));
            }
        }
    }

    /**
     * When a request goes to another server (nginx: proxy_next_upstream).
     *
     * @param tries most times it is tried, the first included
     * @param timeout no more tries after so long; zero: no limit
     */
    public record Next(Set<String> conditions, int tries, Duration timeout) {
        public Next {
            conditions = Set.copyOf(conditions);
        }
    }

    /**
     * Leaving out a server that fails more than others (Envoy: outlier detection).
     *
     * @param failures errors in a row until it is left out
     * @param time for how long, the first time
     * @param mostShare most percent of the servers that are left out at once
     */
    public record Ejection(int failures, Duration time, int mostShare) {}

    /**
     * Cutting off a server at once instead of asking it in vain.
     *
     * @param failures failures in a row at which that begins; 0: none do
     * @param time how long it gets nothing; then one request tries it
     * @param maxRequests most requests at once to a server; 0: any number
     * @param maxPending most requests that wait; 0: what the queue allows
     */
    public record Breaker(int failures, Duration time, int maxRequests, int maxPending) {}
}
