package footplate.daemon.os;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/**
 * Ports on 127.0.0.1 for apps that listen on {@code $PORT}. Between our look and the app's listen another program may
 * take a port, as always where a number is agreed on beforehand: the app's start then fails and is tried again with the
 * next one. Two of our own instances never get the same.
 */
public final class FreePort {
    private static final int TRIES = 1_000;

    private final Set<Integer> taken = new HashSet<>(); // guarded by this

    /**
     * A port that nobody listens on and that is not handed out.
     *
     * @throws IOException if the system has none left
     */
    public synchronized int take() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int port = free();
            if (taken.add(port)) {
                return port;
            }
        }
        throw new IOException("no free port on 127.0.0.1 after %d tries, %d handed out".formatted(TRIES, taken.size()));
    }

    /** Keeps a port from being handed out: one that an instance found again after a restart of ours still has. */
    public synchronized void keep(int port) {
        taken.add(port);
    }

    /** Takes a port back, when its instance is gone. */
    public synchronized void giveBack(int port) {
        taken.remove(port);
    }

    private static int free() throws IOException {
        try (var socket = new ServerSocket()) {
            // The app may not set SO_REUSEADDR; without it here, a port still in TIME_WAIT is not offered.
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            return socket.getLocalPort();
        }
    }
}
