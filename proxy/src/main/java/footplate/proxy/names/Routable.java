package footplate.proxy.names;

import footplate.core.discover.Answer;
import footplate.core.discover.Found;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;

/**
 * Leaves IPv6 addresses out that no route leads to, where others are left: half of all connections would fail on a machine
 * without IPv6. As getaddrinfo(3) does (RFC 6724 §6, rule 1): the kernel is asked by connecting a datagram socket, which sends nothing.
 */
final class Routable {
    private Routable() {}

    static Answer of(Answer answer) {
        if (!(answer instanceof Answer.Servers(var servers, var ttl))
                || servers.stream().noneMatch(Routable::isSix)) {
            return answer;
        }
        List<Found> reached = servers.stream()
                .filter(found -> !isSix(found) || isReached(found))
                .toList();
        return reached.isEmpty() ? answer : new Answer.Servers(reached, ttl);
    }

    private static boolean isSix(Found found) {
        return found.address().indexOf(':') >= 0;
    }

    private static boolean isReached(Found found) {
        try (var probe = DatagramChannel.open()) {
            probe.connect(new InetSocketAddress(InetAddress.ofLiteral(found.address()), found.port()));
            return true;
        } catch (IOException | UnsupportedAddressTypeException noRoute) {
            return false;
        }
    }
}
