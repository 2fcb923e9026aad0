package footplate.proxy.stream;

import footplate.core.route.StreamBinding;
import footplate.proxy.flow.Loop;
import footplate.proxy.listen.Entrance;
import footplate.proxy.listen.Listener;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;

/** Lets connections in that are passed on, under the same limits as those of HTTP. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes its connection, and that is heard of
final class TcpAcceptor extends ChannelInboundHandlerAdapter {
    private final StreamBinding binding;
    private final Entrance entrance;
    private final Loop acceptor;
    private final StreamCounts counts;

    TcpAcceptor(StreamBinding binding, Entrance entrance, Loop acceptor, StreamCounts counts) {
        this.binding = binding;
        this.entrance = entrance;
        this.acceptor = acceptor;
        this.counts = counts;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        var child = (Channel) accepted;
        acceptor.transport().accepted(child);
        var loop = entrance.admit(child);
        if (loop == null) {
            // It may speak any protocol: there is nothing to tell it.
            acceptor.counters().turnedAway();
            counts.refused.increment();
            child.unsafe().closeForcibly();
            return;
        }
        var config = child.config();
        config.setAllocator(loop.allocator());
        config.setAutoRead(false);
        config.setWriteBufferWaterMark(TcpPassage.WATER_MARK);
        config.setOption(ChannelOption.TCP_NODELAY, true);
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        child.pipeline().addLast(new TcpPassage(loop, binding, child, counts));
        loop.events().register(child).addListener(done -> {
            if (!done.isSuccess()) {
                loop.crowd().load().decrementAndGet();
                child.close();
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Listener.pause(context, cause, acceptor);
    }
}
