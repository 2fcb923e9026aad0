package footplate.proxy.transport;

import footplate.core.proxyprotocol.Ends;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The two ends of a connection, as PROXY protocol names them. */
public final class SocketEnds {
    private SocketEnds() {}

    /** Those of a client's connection; null if they are no IP addresses, or it is closed. */
    public static @Nullable Ends of(Channel accepted) {
        return accepted.remoteAddress() instanceof InetSocketAddress client
                        && accepted.localAddress() instanceof InetSocketAddress server
                ? of(client, server)
                : null;
    }

    /** Those of a client that has sent to {@code server}. */
    public static Ends of(InetSocketAddress client, InetSocketAddress server) {
        var from = bytes(client.getAddress());
        var to = bytes(server.getAddress());
        int length = Math.max(from.length, to.length);
        return new Ends(widened(from, length), client.getPort(), widened(to, length), server.getPort());
    }

    /** An address, 4 or 16 bytes; an IPv4 client of an IPv6 socket counts as what it is. */
    public static byte[] bytes(InetAddress address) {
        return bytes(address.getAddress());
    }

    /** The same of its 4 or 16 bytes. */
    public static byte[] bytes(byte[] bytes) {
        boolean mapped = bytes.length == 16 && bytes[10] == -1 && bytes[11] == -1;
        for (int i = 0; i < 10 && mapped; i++) {
            mapped = bytes[i] == 0;
        }
        return mapped ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
    }

    private static byte[] widened(byte[] bytes, int length) {
        if (bytes.length == length) {
            return bytes;
        }
        var wide = new byte[length];
        System.arraycopy(bytes, 0, wide, length - bytes.length, bytes.length);
        wide[10] = -1;
        wide[11] = -1;
        return wide;
    }
}
