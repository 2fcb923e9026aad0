package footplate.proxy.upstream;

import footplate.proxy.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Where a target is reached.
 *
 * @param user who alone may listen there, by number; -1: anybody
 */
public record TargetAddress(SocketAddress socket, int user) {
    private static final String OF_USER = "?user=";

    /** Reads one as {@code Target.address} has it. */
    public static TargetAddress of(String address) {
        if (!address.startsWith("unix:")) {
            return new TargetAddress(inet(address), -1);
        }
        int query = address.lastIndexOf(OF_USER);
        int end = query < 0 ? address.length() : query;
        return new TargetAddress(
                new DomainSocketAddress(address.substring(5, end)),
                query < 0 ? -1 : Integer.parseInt(address.substring(end + OF_USER.length())));
    }

    private static InetSocketAddress inet(String address) {
        int colon = address.lastIndexOf(':');
        var host = address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new InetSocketAddress(InetAddress.ofLiteral(host), Integer.parseInt(address.substring(colon + 1)));
    }

    public boolean isUnix() {
        return socket instanceof DomainSocketAddress;
    }

    /**
     * A socket to connect there.
     *
     * @throws ChannelException if there is no descriptor left
     */
    public Channel open(Transport transport) {
        return isUnix() ? transport.connectingUnix() : transport.connecting();
    }

    /** Whether who listens at the other end of a connection is who should. */
    public boolean knows(Transport transport, Channel connected) {
        try {
            return user < 0 || transport.listener(connected) == user;
        } catch (IOException gone) {
            return false;
        }
    }
}
