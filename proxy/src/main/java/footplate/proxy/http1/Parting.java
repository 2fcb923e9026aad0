package footplate.proxy.http1;

import footplate.core.config.Setting;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;

/**
 * How a connection is ended so that the client sees all that it was sent (RFC 9112 §9.6): a socket that is closed with
 * bytes unread resets the connection, and the reset takes from the client what it has not read yet. So our side is ended
 * when all is sent, and what still comes is read, and dropped, for a while.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection, and that is heard of
final class Parting {
    private final Channel channel;
    private final ClientInput input;
    private final Patience patience;
    private boolean outputEnded;

    Parting(Channel channel, ClientInput input, Patience patience) {
        this.channel = channel;
        this.input = input;
        this.patience = patience;
    }

    /** @param nothingFollows whether the client is known to send nothing any more */
    void begin(boolean nothingFollows) {
        input.drop();
        patience.forSendingOnly();
        if (nothingFollows || input.ended()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) this::sent);
            input.read(true);
        }
    }

    private void sent(ChannelFuture written) {
        if (!written.isSuccess() || input.ended()) {
            channel.close();
        } else {
            outputEnded = true;
            ((DuplexChannel) channel).shutdownOutput();
            patience.moves();
            patience.within(Setting.LINGERING_TIME);
        }
    }

    /** The client has ended its side too. */
    void inputEnded() {
        if (outputEnded) {
            channel.close();
        }
    }
}
