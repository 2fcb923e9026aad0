package footplate.core.discover;

import footplate.core.name.HostName;
import java.util.List;

/**
 * What is asked of name servers.
 *
 * @param servers the name servers, tried one after the other: {@code 127.0.0.1}, {@code 127.0.0.1:53}, {@code [::1]:53}; empty: those
 *     of the machine
 */
public record Question(Sought sought, List<String> servers) {
    public Question {
        servers = List.copyOf(servers);
    }

    /** What is looked for. */
    public sealed interface Sought {
        /** As an operator writes it. */
        String describe();
    }

    /** Every address of a host (A and AAAA records), all with the same port. */
    public record Host(HostName name, int port) implements Sought {
        public Host {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port " + port + " is not in 1..65535");
            }
        }

        @Override
        public String describe() {
            return name.value();
        }
    }

    /**
     * Every server of a service (SRV records, RFC 2782).
     *
     * @param service {@code _http._tcp}; {@code http} alone means that
     */
    public record Service(String service, HostName name) implements Sought {
        public Service {
            service = service.indexOf('.') >= 0 ? service : "_" + service + "._tcp";
            // Both together have to be a name that can be asked for.
            new HostName(service + "." + name.value());
        }

        @Override
        public String describe() {
            return service + "." + name.value();
        }
    }
}
