package footplate.daemon.runtime;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Waits until a process takes connections at its {@link Place}: for apps that cannot tell themselves. It tries at once, then after
 * 20 ms, growing to 100 ms, until it succeeds or is closed.
 */
public final class PortProbe implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

    private final SocketAddress address;
    private final Runnable ready;
    private final Thread thread;
    private volatile boolean closed;

    private PortProbe(SocketAddress address, Runnable ready) {
        this.address = address;
        this.ready = ready;
        this.thread = Thread.ofVirtual().name("probe " + address).unstarted(this::run);
    }

    /**
     * Starts to wait.
     *
     * @param ready called once, on the probe's thread; not after {@link #close} has returned, unless it was under way
     */
    public static PortProbe watch(Place place, Runnable ready) {
        var probe = new PortProbe(place.address(), ready);
        probe.thread.start();
        return probe;
    }

    /** Ends the waiting; may be called more than once. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        var pause = FIRST_PAUSE;
        try {
            while (!accepts()) {
                Thread.sleep(pause);
                var longer = pause.multipliedBy(5).dividedBy(4);
                pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
            }
            if (!closed) {
                ready.run();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean accepts() {
        try (var socket = SocketChannel.open(address)) {
            return !hasMetItself(socket);
        } catch (IOException _) {
            return false; // that is what is being found out
        }
    }

    /**
     * On loopback, a connection to a free port of the ephemeral range now and then gets that port as its own, and is then connected
     * to itself (RFC 9293 §3.5, simultaneous open).
     */
    static boolean hasMetItself(SocketChannel socket) throws IOException {
        return socket.getLocalAddress() instanceof InetSocketAddress local && local.equals(socket.getRemoteAddress());
    }
}
