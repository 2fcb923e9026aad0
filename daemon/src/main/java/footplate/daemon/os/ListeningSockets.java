package footplate.daemon.os;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Listening sockets that this process was given at its start: by the service manager (sd_listen_fds(3)) or by the daemon
 * before it. Each is known by the address it is bound to, whatever its name. Safe for any thread.
 */
public final class ListeningSockets {
    /** The variables by which a service manager tells of them; not for processes that we start. */
    public static final List<String> VARIABLES = List.of("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES");

    private static final int FIRST = 3; // SD_LISTEN_FDS_START
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    // Guarded by itself.
    private final Map<Place, Integer> sockets = new HashMap<>();

    /** A port of UDP is another one than the same port of TCP. */
    private record Place(InetSocketAddress address, boolean datagrams) {}

    private ListeningSockets() {}

    /** None at all. */
    public static ListeningSockets none() {
        return new ListeningSockets();
    }

    /** Those that the environment tells of, if it tells this process. */
    public static ListeningSockets of(Map<String, String> environment, long pid) throws IOException {
        int count;
        try {
            if (Long.parseLong(environment.getOrDefault("LISTEN_PID", "0")) != pid) {
                return none();
            }
            count = Integer.parseInt(environment.getOrDefault("LISTEN_FDS", "0"));
        } catch (NumberFormatException notASystemd) {
            return none();
        }
        return of(IntStream.range(FIRST, FIRST + count).boxed().toList());
    }

    /** Those behind descriptors of this process; what is no socket of TCP or UDP is closed. */
    public static ListeningSockets of(Collection<Integer> descriptors) throws IOException {
        var found = new ListeningSockets();
        if (descriptors.isEmpty()) {
            return found;
        }
        Libc libc;
        try {
            libc = Libc.load();
        } catch (Libc.Unavailable why) {
            throw new IOException("listening sockets cannot be taken over: " + why.getMessage(), why);
        }
        for (int descriptor : descriptors) {
            try {
                libc.takeOver(descriptor);
                var address = address(libc.socketName(descriptor));
                if (address == null
                        || found.sockets.putIfAbsent(new Place(address, libc.isForDatagrams(descriptor)), descriptor)
                                != null) {
                    libc.close(descriptor);
                }
            } catch (Libc.Failure notASocket) {
                libc.close(descriptor);
            }
        }
        return found;
    }

    /** struct sockaddr_in and sockaddr_in6 (ip(7), ipv6(7)). */
    private static @Nullable InetSocketAddress address(byte[] name) {
        var bytes = ByteBuffer.wrap(name);
        int family = bytes.order(ByteOrder.nativeOrder()).getShort(0);
        if (family != AF_INET && family != AF_INET6) {
            return null;
        }
        int port = Short.toUnsignedInt(bytes.order(ByteOrder.BIG_ENDIAN).getShort(2));
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(
                            family == AF_INET ? Arrays.copyOfRange(name, 4, 8) : Arrays.copyOfRange(name, 8, 24)),
                    port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("the kernel's addresses have 4 or 16 bytes", impossible);
        }
    }

    /** These and others; of two for one address, the other one is closed. */
    public ListeningSockets and(ListeningSockets others) throws IOException {
        var all = new ArrayList<Integer>();
        synchronized (sockets) {
            all.addAll(sockets.values());
        }
        synchronized (others.sockets) {
            all.addAll(others.sockets.values());
        }
        return of(all);
    }

    /** How many there are. */
    public int count() {
        synchronized (sockets) {
            return sockets.size();
        }
    }

    /**
     * The one of TCP bound to an address, the caller's from now on.
     *
     * @param address numeric
     * @return its descriptor; -1 if there is none
     */
    public int take(String address, int port) {
        return take(address, port, false);
    }

    /** The same of UDP. */
    public int takeDatagrams(String address, int port) {
        return take(address, port, true);
    }

    private int take(String address, int port, boolean datagrams) {
        InetSocketAddress wanted;
        try {
            wanted = new InetSocketAddress(InetAddress.ofLiteral(address), port);
        } catch (IllegalArgumentException notNumeric) {
            return -1;
        }
        synchronized (sockets) {
            var descriptor = sockets.remove(new Place(wanted, datagrams));
            return descriptor == null ? -1 : descriptor;
        }
    }
}
