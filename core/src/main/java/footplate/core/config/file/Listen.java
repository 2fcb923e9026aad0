package footplate.core.config.file;

import footplate.core.config.form.Wrong;
import footplate.core.config.routes.Network;
import org.jspecify.annotations.Nullable;

/**
 * An address that clients connect to.
 *
 * @param address numeric IP address; {@code *} for every one of this machine
 * @param port 1 to 65535
 * @param proxyProtocol whether each connection begins with a PROXY header (version 1 or 2)
 * @param certificate path of the certificate chain; empty: no TLS
 * @param key path of its private key
 */
public record Listen(String address, int port, boolean proxyProtocol, String certificate, String key) {
    public Listen {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not in 1..65535");
        }
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException("a certificate and its key belong together");
        }
    }

    /** As an operator writes it. */
    public String describe() {
        return (address.equals("*") ? "" : address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
    }

    /** Whether both cannot be bound. */
    boolean collides(Listen other) {
        return port == other.port && (address.equals(other.address) || isEvery(address) || isEvery(other.address));
    }

    private static boolean isEvery(String address) {
        return address.equals("*") || address.equals("0.0.0.0") || address.equals("::");
    }

    /** What is wrong with {@code text}; null if nothing is. */
    static @Nullable Wrong problem(String text) {
        if (text.matches("[0-9]+")) {
            return new Wrong("the colon before the port is missing", "Write ':" + text + "'.");
        }
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.endsWith("]")) {
            return new Wrong("the port is missing", "Write '" + text + ":80'.");
        }
        int port = port(text);
        if (port < 1) {
            return new Wrong("the port is no number from 1 to 65535", "Write ':80', '127.0.0.1:3000' or '[::1]:80'.");
        }
        var host = text.substring(0, colon);
        if (host.isEmpty() || host.equals("*") || host.equals("localhost")) {
            return null;
        }
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        if (!brackets && host.indexOf(':') >= 0) {
            return new Wrong("an IPv6 address needs brackets", "Write '[" + host + "]:" + port + "'.");
        }
        var address = brackets ? host.substring(1, host.length() - 1) : host;
        return address.indexOf('/') < 0 && Network.parse(address) != null
                ? null
                : new Wrong(
                        "'" + host + "' is no address of a machine",
                        "Write ':80', '127.0.0.1:3000' or '[::1]:80'; names stand at 'hosts'.");
    }

    private static int port(String text) {
        var digits = text.substring(text.lastIndexOf(':') + 1);
        if (!digits.matches("[1-9][0-9]{0,4}")) {
            return -1;
        }
        int port = Integer.parseInt(digits);
        return port > 65_535 ? -1 : port;
    }

    /** Reads one that {@link #problem} has nothing against. */
    static Listen of(String text, boolean proxyProtocol, String certificate, String key) {
        var host = text.substring(0, text.lastIndexOf(':'));
        var address = switch (host) {
            case "", "*" -> "*";
            case "localhost" -> "127.0.0.1";
            default -> host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        };
        return new Listen(address, port(text), proxyProtocol, certificate, key);
    }
}
