package footplate.proxy.stream;

import footplate.core.name.RunId;
import footplate.core.route.Target;
import footplate.proxy.upstream.TargetAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One client's datagrams and the server's answers: the server sees a socket of ours, connected to it. On the loop of both. */
@SuppressWarnings("FutureReturnValueIgnored") // a datagram that is not sent is lost, as any may be
final class UdpClient extends ChannelInboundHandlerAdapter {
    /** Bytes of the largest datagram there is. */
    static final int LARGEST = 65_535;

    private static final int MOST_WAITING = 16;

    private final UdpPassage passage;
    private final Choice choice;
    private final InetSocketAddress client;
    private final long idleMillis;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private @Nullable Channel server;
    private long lastMillis;
    private boolean connected;
    private boolean answered;
    private boolean unflushed;
    private boolean closed;

    UdpClient(UdpPassage passage, Choice choice, InetSocketAddress client, long idleMillis) {
        this.passage = passage;
        this.choice = choice;
        this.client = client;
        this.idleMillis = idleMillis;
        this.lastMillis = passage.loop().nowMillis();
    }

    /** Whether there is a server for it. */
    boolean begin() {
        var place = choice.claim();
        if (place == null || !open(place)) {
            choice.release();
            return false;
        }
        // Where the kernel knows of no way there, it has said so already.
        return !closed;
    }

    private boolean open(Target place) {
        var where = TargetAddress.of(place.address());
        if (where.isUnix()) {
            return false;
        }
        Channel channel;
        try {
            channel = passage.loop().transport().datagrams();
        } catch (ChannelException noDescriptor) {
            return false;
        }
        if (!passage.hasRoom(channel)) {
            channel.unsafe().closeForcibly();
            return false;
        }
        server = channel;
        channel.config().setAllocator(passage.loop().allocator());
        channel.config().setOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LARGEST));
        channel.pipeline().addLast(this);
        passage.loop().events().register(channel).addListener((ChannelFuture registered) -> {
            if (registered.isSuccess()) {
                channel.connect(where.socket()).addListener((ChannelFuture done) -> connected(done.isSuccess()));
            } else {
                connected(false);
            }
        });
        return true;
    }

    private void connected(boolean well) {
        if (closed) {
            return;
        }
        if (!well) {
            unreachable();
            return;
        }
        connected = true;
        for (var next = waiting.poll(); next != null; next = waiting.poll()) {
            write(next);
        }
        flush();
    }

    InetSocketAddress address() {
        return client;
    }

    boolean isWith(RunId run) {
        var place = choice.target();
        return place != null && place.run().equals(run);
    }

    /**
     * Sends a datagram on; it is released.
     *
     * @return whether it is the first one that {@link #flush} is for
     */
    boolean toServer(ByteBuf datagram) {
        lastMillis = passage.loop().nowMillis();
        boolean before = unflushed;
        if (connected) {
            write(datagram);
        } else if (waiting.size() < MOST_WAITING) {
            // Its buffer is as large as any datagram may be.
            waiting.add(datagram.copy());
            datagram.release();
        } else {
            drop(datagram);
        }
        return unflushed && !before;
    }

    private void write(ByteBuf datagram) {
        var to = server;
        if (to == null || !to.isWritable()) {
            drop(datagram);
        } else {
            to.write(datagram);
            unflushed = true;
        }
    }

    private void drop(ByteBuf datagram) {
        passage.counts().dropped.increment();
        datagram.release();
    }

    void flush() {
        if (unflushed && server != null) {
            unflushed = false;
            server.flush();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var content = message instanceof DatagramPacket packet ? packet.content() : (ByteBuf) message;
        lastMillis = passage.loop().nowMillis();
        if (!answered) {
            answered = true;
            choice.succeeded();
        }
        passage.toClient(content, client);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        passage.flush();
    }

    /** Nobody listens there: the client's next datagram goes to another server. */
    private void unreachable() {
        if (!closed) {
            choice.failed(true);
            close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            passage.loop().bug(cause);
        }
        unreachable();
    }

    void tick(long nowMillis) {
        // The loop's time moves once a second.
        if (nowMillis - lastMillis > idleMillis) {
            close();
        }
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (var next = waiting.poll(); next != null; next = waiting.poll()) {
            next.release();
        }
        choice.release();
        if (server != null) {
            server.close();
        }
        passage.gone(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        close();
    }
}
