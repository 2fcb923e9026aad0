package footplate.proxy.stream;

import footplate.core.config.file.Stream.Protocol;
import footplate.core.route.StreamBinding;
import footplate.proxy.flow.Loop;
import footplate.proxy.listen.Bound;
import footplate.proxy.listen.Entrance;
import footplate.proxy.listen.ListenFailure;
import footplate.proxy.listen.Listener;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/** One address whose connections, or datagrams, are passed on as they are. */
public final class StreamListener {
    /** Answers that wait for the kernel, in bytes; what comes then is given up. */
    private static final WriteBufferWaterMark DATAGRAMS = new WriteBufferWaterMark(1 << 20, 4 << 20);

    private final Listener listener;
    private final StreamCounts counts;

    private StreamListener(Listener listener, StreamCounts counts) {
        this.listener = listener;
        this.counts = counts;
    }

    /** Binds and listens. Not on an event loop: it waits. */
    public static StreamListener open(StreamBinding binding, Entrance entrance, Loop acceptor) throws ListenFailure {
        var counts = new StreamCounts();
        boolean udp = binding.protocol() == Protocol.UDP;
        var socket = udp
                ? datagrams(acceptor.transport().datagrams(), acceptor)
                : acceptor.transport().listening();
        socket.pipeline().addLast(handler(binding, entrance, acceptor, counts));
        return new StreamListener(Listener.open(binding.binding(), socket, acceptor), counts);
    }

    /**
     * The same on a socket that is bound to the address already, and if it is TCP's listens. Not on an event loop: it waits.
     *
     * @param descriptor the listener's own from now on
     */
    public static StreamListener adopt(StreamBinding binding, int descriptor, Entrance entrance, Loop acceptor)
            throws ListenFailure {
        var counts = new StreamCounts();
        boolean udp = binding.protocol() == Protocol.UDP;
        var socket = udp
                ? datagrams(acceptor.transport().datagrams(descriptor), acceptor)
                : acceptor.transport().listening(descriptor);
        socket.pipeline().addLast(handler(binding, entrance, acceptor, counts));
        return new StreamListener(Listener.adopt(binding.binding(), socket, acceptor), counts);
    }

    private static ChannelHandler handler(
            StreamBinding binding, Entrance entrance, Loop acceptor, StreamCounts counts) {
        return switch (binding.protocol()) {
            case UDP -> new UdpPassage(acceptor, binding, entrance, counts, UdpPassage.MOST_CLIENTS);
            case TCP -> new TcpAcceptor(binding, entrance, acceptor, counts);
        };
    }

    private static Channel datagrams(Channel socket, Loop acceptor) {
        socket.config().setAllocator(acceptor.allocator());
        socket.config().setOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(UdpClient.LARGEST));
        socket.config().setWriteBufferWaterMark(DATAGRAMS);
        return socket;
    }

    /** The socket's descriptor, open as long as the listener is. */
    public int descriptor() {
        return listener.descriptor();
    }

    public Bound bound() {
        return listener.bound();
    }

    /** What it has done. */
    public StreamCounts.Stand counts() {
        return counts.stand();
    }

    /** Takes no more; connections stay, and datagrams' clients are forgotten. */
    public void close() {
        listener.close();
    }
}
