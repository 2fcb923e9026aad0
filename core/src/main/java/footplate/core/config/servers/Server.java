package footplate.core.config.servers;

import footplate.core.config.Upstream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server of a {@link Group}.
 *
 * @param weight its share of the requests beside the others'; 1 or more
 * @param maxConnections most requests in hand; 0 is unlimited
 * @param maxFails failures within {@code failTimeout} after which it gets none for as long; 0: never
 * @param slowStart how long its weight grows after it came back; zero: at once
 * @param backup whether it is for when the others are gone
 * @param down whether it gets no requests
 */
public record Server(
        Where where,
        int weight,
        int maxConnections,
        int maxFails,
        Duration failTimeout,
        Duration slowStart,
        boolean backup,
        boolean down) {
    public Server {
        if (weight < 1 || maxConnections < 0 || maxFails < 0 || failTimeout.isNegative() || slowStart.isNegative()) {
            throw new IllegalArgumentException(
                    "server %s: weight %d is 1 or more, the rest 0 or more".formatted(where, weight));
        }
    }

    /** Where it is found. */
    public sealed interface Where {
        String describe();
    }

    /** At an address; a name in it is looked up once. */
    public record Fixed(Upstream address) implements Where {
        @Override
        public String describe() {
            return address.toString();
        }
    }

    /**
     * Wherever a name leads at the time.
     *
     * @param port null if the records of {@code service} tell it
     * @param service the service of SRV records (RFC 2782), as {@code _http._tcp}; empty for A and AAAA
     */
    public record Looked(String name, @Nullable Integer port, String service) implements Where {
        public Looked {
            if ((port == null) == service.isEmpty()) {
                throw new IllegalArgumentException("server " + name + ": either a port or a service");
            }
        }

        @Override
        public String describe() {
            return service.isEmpty() ? name + ":" + port : service + "." + name;
        }
    }
}
