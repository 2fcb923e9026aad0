package footplate.proxy.http1;

import footplate.proxy.flow.Loop;
import io.netty.channel.Channel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * A client that may have closed its sending side: it may be waiting for its answer then, or be gone (ADR 11). A reset tells;
 * the transport does not hear of it once it has read the end of the stream, and would be woken up for it without end, so it
 * is looked for.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the task tells its own mistakes
final class HalfClosed implements Runnable {
    private static final int LOOK_EVERY_MILLIS = 100;

    /** Seconds between two of the kernel's probes. */
    private static final int PROBE_EVERY = 10;

    private final Loop loop;
    private final Channel channel;
    private final ClientInput input;
    private final ClientOutput output;
    private boolean asked;
    private boolean watched;

    HalfClosed(Loop loop, Channel channel, ClientInput input, ClientOutput output) {
        this.loop = loop;
        this.channel = channel;
        this.input = input;
        this.output = output;
    }

    /** A request begins. */
    void begin() {
        asked = false;
    }

    /** Whether the client may be gone: it has ended its side, and nothing has been sent to it since that would tell. */
    boolean inDoubt() {
        return input.ended() && !asked && !output.begun();
    }

    /**
     * Asks it by an interim answer, or by the kernel, which does so without a byte that it could see: a machine forgets a
     * connection that was closed there after a minute (tcp_fin_timeout), and then answers with a reset.
     *
     * @param oldVersion whether it does not know interim answers
     */
    void ask(boolean oldVersion) {
        asked = true;
        if (oldVersion || !output.goOn()) {
            loop.transport().probe(channel, PROBE_EVERY);
        }
    }

    /** Has ended, and waits for an answer: closes the connection soon after a reset. */
    void watch() {
        if (!watched) {
            watched = true;
            again();
        }
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
}
