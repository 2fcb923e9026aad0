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
    private final Channel channel;

    Parting(Channel channel) {
        this.channel = channel;
    }

    /** Closes when all is written. Only where the client sends nothing any more. */
    void closeAfterSending() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends our side when all is written; the connection is to be read on, and closed, by the caller. */
    void endOutput() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener((ChannelFutureListener) _ -> ((DuplexChannel) channel).shutdownOutput());
    }
}
