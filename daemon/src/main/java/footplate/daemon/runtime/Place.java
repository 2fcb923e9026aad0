package footplate.daemon.runtime;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Where one process takes its requests. */
public sealed interface Place {
    /** Where to connect to. */
    SocketAddress address();

    /**
     * A Unix socket.
     *
     * @param path absolute; at most {@value #LONGEST_PATH} bytes
     */
    record Socket(String path) implements Place {
        /** What sun_path of unix(7) holds, less its NUL and the number that the preload puts behind it. */
        public static final int LONGEST_PATH = 100;

        public Socket {
            int bytes = path.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
            if (!path.startsWith("/") || bytes > LONGEST_PATH) {
                throw new IllegalArgumentException(
                        "socket path %s has %d bytes: it must be absolute and have at most %d"
                                .formatted(path, bytes, LONGEST_PATH));
            }
        }

        @Override
        public SocketAddress address() {
            return UnixDomainSocketAddress.of(path);
        }
    }

    /**
     * A port of 127.0.0.1.
     *
     * @param port 1 to 65535
     */
    record Loopback(int port) implements Place {
        public Loopback {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port " + port + " is not in 1..65535");
            }
        }

        @Override
        public SocketAddress address() {
            return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        }
    }
}
