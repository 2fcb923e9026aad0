package footplate.bench;

import footplate.proxy.transport.ParkedSocket;
import footplate.proxy.transport.Transport;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.socket.DatagramChannel;
import java.net.SocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A channel without a kernel behind it: what is written is let go, what is read the benchmark hands in itself. */
final class Silent extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final SocketAddress NOWHERE = new LocalAddress("nowhere");

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private boolean active;
    private boolean closed;
    long written;

    /** @param active connected from the beginning, as a client's connection is */
    Silent(boolean active) {
        super(null);
        this.active = active;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                active = true;
                promise.setSuccess();
                pipeline().fireChannelActive();
            }
        };
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        while (out.current() != null) {
            written++;
            out.remove();
        }
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return NOWHERE;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return NOWHERE;
    }

    @Override
    protected void doBind(SocketAddress address) {}

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doClose() {
        active = false;
        closed = true;
    }

    @Override
    protected void doBeginRead() {}

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    /**
     * Makes connections of this kind to processes.
     *
     * @param made is told of each
     */
    record ToProcesses(Consumer<Silent> made) implements Transport {
        @Override
        public String name() {
            return "none";
        }

        @Override
        public Channel connecting() {
            var channel = new Silent(false);
            made.accept(channel);
            return channel;
        }

        @Override
        public Channel connectingUnix() {
            return connecting();
        }

        @Override
        public DatagramChannel datagrams() {
            throw new UnsupportedOperationException();
        }

        @Override
        public DatagramChannel datagrams(int descriptor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int listener(Channel unix) {
            throw new UnsupportedOperationException();
        }

        @Override
        public IoHandlerFactory engine(ByteBufAllocator allocator) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServerChannel listening() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean takesSockets() {
            return false;
        }

        @Override
        public ServerChannel listening(int descriptor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServerChannel listeningUnix() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void accepted(Channel channel) {}

        @Override
        public void probe(Channel channel, int seconds) {}

        @Override
        public boolean parks() {
            return false;
        }

        @Override
        public @Nullable ParkedSocket park(Channel channel, EventLoop loop, ParkedSocket.Stirred stirs) {
            return null;
        }

        @Override
        public boolean sendsFiles() {
            return false;
        }

        @Override
        public boolean writesCompleteLater() {
            return false;
        }
    }
}
