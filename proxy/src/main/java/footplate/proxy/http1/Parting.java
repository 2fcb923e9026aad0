package footplate.proxy.http1;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;

/**
 * How a connection is ended so that the client sees all that it was sent (RFC 9112 §9.6): a socket that is closed with
 * bytes unread resets the connection, and the reset takes from the client what it has not read yet.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection, and that is heard of
final class Parting {
    private Parting() {}

    /** Closes when all is written. Only where the client sends nothing any more. */
    static void closeAfterSending(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * Ends our side when all is written; the connection is to be read on, and closed, by the caller.
     *
     * @param ended called then; not if the connection breaks before
     */
    static void endOutput(Channel channel, Runnable ended) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
            if (written.isSuccess()) {
                ((DuplexChannel) channel).shutdownOutput();
                ended.run();
            }
        });
    }
}
