package footplate.core.config;

import footplate.core.name.HostName;
import java.util.List;

/**
 * Where clients reach an app: a listening address, and the host names that mean this app on it. Without host names the
 * app answers every request on the address that no other app's host name claims.
 *
 * @param address numeric IP address to listen on; loopback unless the operator asked for more
 * @param port 1 to 65535, or 0 for any free one (tests)
 * @param hosts host names; may be empty
 */
public record Entry(String address, int port, List<HostName> hosts) {
    public Entry {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
        hosts = List.copyOf(hosts);
    }

    /** The address alone, shared by every app that listens there. */
    public Binding binding() {
        return new Binding(address, port);
    }

    /** One listening address. */
    public record Binding(String address, int port) {
        @Override
        public String toString() {
            return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
        }
    }
}
