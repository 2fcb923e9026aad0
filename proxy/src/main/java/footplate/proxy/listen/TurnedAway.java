package footplate.proxy.listen;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection for which there is no room: it gets a 503 at once, and is read for a while so that its client sees it even if
 * it had sent its request already. Bounded in time, and by {@link Entrance} in number.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection, and that is heard of
final class TurnedAway extends ChannelInboundHandlerAdapter {
    private static final byte[] FULL =
            "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final long lingeringMillis;
    private @Nullable Future<?> end;

    TurnedAway(long lingeringMillis) {
        this.lingeringMillis = lingeringMillis;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        var channel = context.channel();
        end = context.executor().schedule(() -> channel.close(), lingeringMillis, TimeUnit.MILLISECONDS);
        context.writeAndFlush(Unpooled.wrappedBuffer(FULL)).addListener((ChannelFutureListener) written -> {
            if (written.isSuccess()) {
                ((DuplexChannel) channel).shutdownOutput();
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        ReferenceCountUtil.release(bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (end != null) {
            end.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
