package footplate.proxy.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** epoll(7): there on every Linux. */
final class EpollTransport implements Transport {
    EpollTransport() {
        if (!Epoll.isAvailable()) {
            throw new UnsupportedOperationException(
                    "Footplate's proxy needs Linux on x86-64 or ARM64: epoll is not available here ("
                            + Epoll.unavailabilityCause() + ")",
                    Epoll.unavailabilityCause());
        }
    }

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public IoHandlerFactory engine(ByteBufAllocator allocator) {
        return SteadyEpoll.factory();
    }

    @Override
    public ServerChannel listening() {
        return new EpollServerSocketChannel();
    }

    @Override
    public boolean takesSockets() {
        return true;
    }

    @Override
    public ServerChannel listening(int descriptor) {
        return new EpollServerSocketChannel(descriptor);
    }

    @Override
    public ServerChannel listeningUnix() {
        return new EpollServerDomainSocketChannel();
    }

    @Override
    public Channel connecting() {
        return new EpollSocketChannel();
    }

    @Override
    public Channel connectingUnix() {
        return new EpollDomainSocketChannel();
    }

    @Override
    public DatagramChannel datagrams() {
        return new EpollDatagramChannel();
    }

    @Override
    public DatagramChannel datagrams(int descriptor) {
        return new EpollDatagramChannel(descriptor);
    }

    @Override
    public int listener(Channel unix) throws IOException {
        return ((EpollDomainSocketChannel) unix).peerCredentials().uid();
    }

    @Override
    public void probe(Channel channel, int seconds) {
        channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, seconds);
        channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, seconds);
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
    }

    @Override
    public void accepted(Channel channel) {}

    @Override
    public boolean parks() {
        return true;
    }

    @Override
    public @Nullable ParkedSocket park(Channel channel, EventLoop loop, ParkedSocket.Stirred stirs) {
        return EpollParkedSocket.of(((EpollSocketChannel) channel).fd(), loop, stirs);
    }

    @Override
    public boolean sendsFiles() {
        return true;
    }

    @Override
    public boolean writesCompleteLater() {
        return false;
    }
}
