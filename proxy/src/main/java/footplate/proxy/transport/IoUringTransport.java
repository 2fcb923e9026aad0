package footplate.proxy.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * io_uring(7): system calls are handed over in batches. Not there on every kernel, and often forbidden in containers:
 * {@link #missing} tells.
 */
final class IoUringTransport implements Transport {
    static {
        // A receive that goes on by itself is armed again even where nobody wants to read: an upload to a slow process
        // filled memory. Read by Netty once, before the first ring.
        System.setProperty("io.netty.iouring.recvMultiShotEnabled", "false");
    }

    private static final long PROBE_SECONDS = 5;

    /** Whichever it is: a loop has one ring of buffers. */
    private static final short BUFFERS = 1;

    /**
     * Buffers that wait for what comes in, per loop: a connection on which nothing comes has none. The ring begins with
     * {@link #AT_FIRST} of them and grows when they do not suffice.
     */
    private static final short MOST_BUFFERS = 256;

    private static final int AT_FIRST = 16;

    /** Bytes of each; a head fits, and a large body does not cost too many of them. */
    private static final int BUFFER = 16 * 1024;

    private final boolean bufferRing = IoUring.isRegisterBufferRingSupported();

    /**
     * Why it cannot be used here; null if it can. A ring is set up as the loops' are, and an operation done on it. Waits;
     * not for an event loop.
     */
    @Nullable
    String missing() {
        if (!IoUring.isAvailable()) {
            return reason(IoUring.unavailabilityCause());
        }
        MultiThreadIoEventLoopGroup group = null;
        try {
            group = new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("io_uring-probe", true), engine(ByteBufAllocator.DEFAULT));
            // What wakes the loop up is a read that the ring completes.
            boolean done = group.next().submit(() -> true).await(PROBE_SECONDS, TimeUnit.SECONDS);
            return done ? null : "the ring does not answer";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "the start was interrupted";
        } catch (RuntimeException failure) {
            return reason(failure);
        } finally {
            if (group != null) {
                group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            }
        }
    }

    /** The innermost message: "io_uring_setup: Operation not permitted", say. */
    private static String reason(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        var message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }

    @Override
    public String name() {
        return "io_uring";
    }

    @Override
    public IoHandlerFactory engine(ByteBufAllocator allocator) {
        var config = new IoUringIoHandlerConfig();
        if (bufferRing) {
            config.setBufferRingConfig(IoUringBufferRingConfig.builder()
                    .bufferGroupId(BUFFERS)
                    .bufferRingSize(MOST_BUFFERS)
                    .batchSize(AT_FIRST)
                    // With it the ring ran out of direct memory, and that ended the loop.
                    .incremental(false)
                    .allocator(new IoUringFixedBufferRingAllocator(allocator, BUFFER))
                    .build());
        }
        return IoUringIoHandler.newFactory(config);
    }

    @Override
    public ServerChannel listening() {
        return new IoUringServerSocketChannel();
    }

    @Override
    public boolean takesSockets() {
        return false;
    }

    @Override
    public ServerChannel listening(int descriptor) {
        throw new UnsupportedOperationException("Netty's io_uring opens every socket itself");
    }

    @Override
    public ServerChannel listeningUnix() {
        return new IoUringServerDomainSocketChannel();
    }

    @Override
    public Channel connecting() {
        return withBuffers(new IoUringSocketChannel());
    }

    @Override
    public Channel connectingUnix() {
        return withBuffers(new IoUringDomainSocketChannel());
    }

    /** Without the ring's buffers: a datagram that does not fit into one would be cut off. */
    @Override
    public DatagramChannel datagrams() {
        return new IoUringDatagramChannel();
    }

    @Override
    public DatagramChannel datagrams(int descriptor) {
        throw new UnsupportedOperationException("Netty's io_uring opens every socket itself");
    }

    @Override
    public int listener(Channel unix) throws IOException {
        return ((IoUringDomainSocketChannel) unix).peerCredentials().uid();
    }

    @Override
    public void probe(Channel channel, int seconds) {
        channel.config().setOption(IoUringChannelOption.TCP_KEEPIDLE, seconds);
        channel.config().setOption(IoUringChannelOption.TCP_KEEPINTVL, seconds);
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
    }

    @Override
    public void accepted(Channel channel) {
        withBuffers(channel);
    }

    private Channel withBuffers(Channel channel) {
        if (bufferRing) {
            channel.config().setOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, BUFFERS);
        }
        return channel;
    }

    /** A ring knows its sockets by what it has under way for them, and cannot be asked for a descriptor alone. */
    @Override
    public boolean parks() {
        return false;
    }

    @Override
    public @Nullable ParkedSocket park(Channel channel, EventLoop loop, ParkedSocket.Stirred stirs) {
        return null;
    }

    /** It could, by splice(2) through a pipe, at 2.4 times the cost of epoll's sendfile(2) and two descriptors each. */
    @Override
    public boolean sendsFiles() {
        return false;
    }

    @Override
    public boolean writesCompleteLater() {
        return true;
    }
}
