package footplate.proxy.listen;

import footplate.core.config.Setting;
import footplate.core.proxyprotocol.Ends;
import footplate.core.proxyprotocol.ProxyHeader;
import footplate.proxy.flow.Loop;
import footplate.proxy.transport.Received;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY header that a connection has to begin with, and makes room for whoever takes the connection then. One that does
 * not begin so is closed: whoever speaks to such an address past the proxy could name any client as his own.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is closed is heard of
final class Announced extends ChannelInboundHandlerAdapter {
    private final Loop loop;
    private final Entrance entrance;
    private final Taker taker;
    private @Nullable ByteBuf held;
    private @Nullable Future<?> deadline;
    private int wanted = 1;
    private boolean over;

    Announced(Loop loop, Entrance entrance, Taker taker) {
        this.loop = loop;
        this.entrance = entrance;
        this.taker = taker;
    }

    /** Who takes a connection once its client is known. */
    interface Taker {
        /**
         * Its handler.
         *
         * @param ends those in the header; null: the connection's own
         */
        ChannelHandler handler(Channel channel, @Nullable Ends ends);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        long millis = loop.settings().millis(Setting.CLIENT_HEADER_TIMEOUT);
        deadline = context.executor().schedule(() -> refuse(context), millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var come = (ByteBuf) message;
        if (over) {
            come.release();
            return;
        }
        var before = held;
        var bytes = before == null ? come : Received.join(before, come, context.alloc());
        held = bytes;
        if (bytes.readableBytes() < wanted) {
            return;
        }
        var first = new byte[Math.min(bytes.readableBytes(), ProxyHeader.LONGEST)];
        bytes.getBytes(bytes.readerIndex(), first);
        switch (ProxyHeader.read(first, first.length)) {
            case ProxyHeader.Incomplete(var more) -> wanted = more;
            case ProxyHeader.Malformed _ -> refuse(context);
            case ProxyHeader.Complete(var length, var ends) -> {
                bytes.skipBytes(length);
                held = null;
                handOver(context, ends, bytes);
            }
        }
    }

    private void handOver(ChannelHandlerContext context, @Nullable Ends ends, ByteBuf rest) {
        end();
        var channel = context.channel();
        var pipeline = context.pipeline();
        if (!entrance.enters(channel, client(channel, ends))) {
            rest.release();
            loop.counters().turnedAway();
            channel.closeFuture().addListener(_ -> loop.crowd().load().decrementAndGet());
            pipeline.replace(this, null, entrance.turnedAway());
            pipeline.fireChannelActive();
            return;
        }
        pipeline.replace(this, null, taker.handler(channel, ends));
        pipeline.fireChannelActive();
        if (rest.isReadable()) {
            pipeline.fireChannelRead(rest);
            pipeline.fireChannelReadComplete();
        } else {
            rest.release();
        }
    }

    /** Who the client is. */
    static InetAddress client(Channel channel, @Nullable Ends ends) {
        if (ends == null) {
            return ((InetSocketAddress) channel.remoteAddress()).getAddress();
        }
        try {
            return InetAddress.getByAddress(ends.client());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void refuse(ChannelHandlerContext context) {
        if (!over) {
            loop.counters().malformed();
            context.close();
        }
    }

    private void end() {
        over = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (held != null) {
            held.release();
            held = null;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        loop.crowd().load().decrementAndGet();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            loop.bug(cause);
        }
        context.close();
    }
}
