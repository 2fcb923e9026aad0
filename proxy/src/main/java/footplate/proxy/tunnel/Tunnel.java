package footplate.proxy.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Two connections joined: every byte of one goes to the other, as fast as the slower takes it. The end of one direction
 * is passed on as such; a connection that breaks takes the other with it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection, and that is heard of
public final class Tunnel {
    private final Runnable ended;
    private final Consumer<Throwable> bugs;
    private int open = 2;
    private int closedDirections;
    private final Channel first;
    private final Channel second;
    private boolean moved = true;
    private long idleSinceMillis;

    private Tunnel(Channel first, Channel second, Runnable ended, Consumer<Throwable> bugs) {
        this.first = first;
        this.second = second;
        this.ended = ended;
        this.bugs = bugs;
    }

    /**
     * Joins two connections of the same loop; each one's handler is replaced.
     *
     * @param fromFirst bytes that {@code first} had sent already; released here
     * @param fromSecond bytes that {@code second} had sent already; released here
     * @param ended called once, when both are closed
     */
    public static Tunnel join(
            Channel first,
            ByteBuf fromFirst,
            Channel second,
            ByteBuf fromSecond,
            Runnable ended,
            Consumer<Throwable> bugs) {
        var tunnel = new Tunnel(first, second, ended, bugs);
        // A peer that has fallen off the network says nothing for ever, and so may one that is well.
        first.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        second.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        first.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        second.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        second.config().setAutoClose(true);
        var ofFirst = tunnel.new End(second);
        var ofSecond = tunnel.new End(first);
        first.pipeline().replace(first.pipeline().last(), "tunnel", ofFirst);
        second.pipeline().replace(second.pipeline().last(), "tunnel", ofSecond);
        second.writeAndFlush(fromFirst, second.voidPromise());
        first.writeAndFlush(fromSecond, first.voidPromise());
        first.config().setAutoRead(true);
        second.config().setAutoRead(true);
        // The end of a side that came before its handler was replaced is not told a second time.
        if (((DuplexChannel) first).isInputShutdown()) {
            ofFirst.inputEnded(first);
        }
        if (((DuplexChannel) second).isInputShutdown()) {
            ofSecond.inputEnded(second);
        }
        // One of them may have been closed before its handler was replaced.
        if (!first.isActive() || !second.isActive()) {
            first.close();
            second.close();
        }
        return tunnel;
    }

    /**
     * Ends it if nothing has moved in either direction for too long; called about once a second.
     *
     * @param timeoutMillis 0: never
     */
    public void tick(long nowMillis, long timeoutMillis) {
        if (moved) {
            moved = false;
            idleSinceMillis = nowMillis;
        } else if (timeoutMillis > 0 && nowMillis - idleSinceMillis >= timeoutMillis) {
            first.close();
            second.close();
        }
    }

    private final class End extends ChannelInboundHandlerAdapter {
        private final Channel other;
        private boolean told;

        End(Channel other) {
            this.other = other;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            moved = true;
            other.write(bytes, other.voidPromise());
            if (!other.isWritable()) {
                context.channel().config().setAutoRead(false);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            other.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            other.config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                inputEnded(context.channel());
            }
        }

        void inputEnded(Channel mine) {
            if (!told) {
                told = true;
                other.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER)
                        .addListener((ChannelFutureListener) _ -> ((DuplexChannel) other).shutdownOutput());
                if (++closedDirections == 2) {
                    // Both have said all they have to say.
                    other.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
                    mine.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
                }
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            other.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            if (--open == 0) {
                ended.run();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) {
                bugs.accept(cause);
            }
            context.close();
        }
    }
}
