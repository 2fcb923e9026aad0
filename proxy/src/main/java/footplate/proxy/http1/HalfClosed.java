package footplate.proxy.http1;

import footplate.proxy.flow.Loop;
import io.netty.channel.Channel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Watches a connection whose client has closed its sending side: it may be waiting for its answer, or be gone. A reset
 * tells; the transport does not hear of it once it has read the end of the stream, and would be woken up for it without
 * end, so it is looked for.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the task tells its own mistakes
final class HalfClosed implements Runnable {
    private static final int LOOK_EVERY_MILLIS = 100;

    /** Seconds between two of the kernel's probes. */
    private static final int PROBE_EVERY = 10;

    private final Loop loop;
    private final Channel channel;

    private HalfClosed(Loop loop, Channel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    /** Closes {@code channel} soon after its client has reset it. */
    static void watch(Loop loop, Channel channel) {
        new HalfClosed(loop, channel).again();
    }

    private void again() {
        loop.events().schedule(this, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
        if (!channel.isOpen()) {
            return;
        }
        if (isReset(channel)) {
            channel.close();
        } else {
            again();
        }
    }

    private static boolean isReset(Channel channel) {
        try {
            return channel instanceof UnixChannel unix
                    && unix.fd() instanceof Socket socket
                    && socket.getSoError() != 0;
        } catch (IOException closed) {
            return true;
        }
    }

    /**
     * Has the kernel ask for the client from now on, without a byte that it could see: a machine forgets a connection that
     * was closed there after a minute (tcp_fin_timeout), and then answers with a reset.
     */
    static void probe(Loop loop, Channel channel) {
        loop.transport().probe(channel, PROBE_EVERY);
    }
}
