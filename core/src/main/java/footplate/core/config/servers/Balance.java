package footplate.core.config.servers;

import footplate.core.config.routes.Template;

/** How a server is chosen for a request. */
public sealed interface Balance {
    /** One after the other, by weight (nginx: smooth weighted round robin). */
    record RoundRobin() implements Balance {}

    /** The one with the fewest requests in hand, by weight (nginx: least_conn). */
    record LeastConnections() implements Balance {}

    /** The less busy of two that chance picks (nginx: random two). */
    record RandomTwo() implements Balance {}

    /** By the client's address: an IPv4 /24, an IPv6 address (nginx: ip_hash). */
    record AddressHash() implements Balance {}

    /**
     * By a text of the request.
     *
     * @param key the text
     * @param consistent whether a server more or less moves few keys only (Ketama)
     */
    record Hash(Template key, boolean consistent) implements Balance {}

    /** The one that answers soonest (nginx: least_time). */
    record LeastTime(Until until) implements Balance {
        /** What ends the time. */
        public enum Until {
            HEADER,
            LAST_BYTE
        }
    }

    /** The first, in the order of the file, of those with the fewest requests in hand (Passenger). */
    record LeastBusyFirst() implements Balance {}
}
