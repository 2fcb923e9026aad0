package footplate.proxy.listen;

import footplate.core.config.Entry.Binding;
import footplate.core.http.RequestEdit;
import footplate.proxy.flow.Loop;
import footplate.proxy.http1.ClientConnection;
import footplate.proxy.http1.Parked;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One listening socket. It is accepted from on one loop, and each connection is handed to the loop that has the fewest:
 * exclusive (another program's socket on the same port is noticed, as SO_REUSEPORT would not), evenly spread also where
 * connections are few and long, and nothing in a closed socket's queue is lost by closing one of several.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection, and that is heard of
public final class Listener {
    private static final int EADDRINUSE = -98;
    private static final int EADDRNOTAVAIL = -99;
    private static final int EACCES = -13;
    private static final int BACKLOG = 4_096;
    private static final int PAUSE_MILLIS = 100;

    /** Answers up to this much are taken from a process at its own speed, however slow the client is. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 128 * 1024);

    private final Binding binding;
    private final Channel socket;
    private final @Nullable Acceptor acceptor;
    private final int port;

    private Listener(Binding binding, Channel socket, @Nullable Acceptor acceptor) {
        this.binding = binding;
        this.socket = socket;
        this.acceptor = acceptor;
        this.port = ((InetSocketAddress) socket.localAddress()).getPort();
    }

    /**
     * Binds and listens; whoever comes waits in the kernel until {@link #accept}. Not on an event loop: it waits.
     *
     * @param acceptor the loop that accepts
     */
    public static Listener open(Binding binding, ListenTerms terms, Entrance entrance, Loop acceptor)
            throws ListenFailure {
        var socket = acceptor.transport().listening();
        return begin(binding, socket, terms, entrance, acceptor, Listener::open);
    }

    /** Opened or adopted, it accepts nothing yet: see {@link #accept}. */
    private static Listener begin(
            Binding binding, Channel socket, ListenTerms terms, Entrance entrance, Loop acceptor, Opening opening)
            throws ListenFailure {
        var accepting = new Acceptor(binding, terms, entrance, acceptor);
        socket.pipeline().addLast(accepting);
        socket.config().setAutoRead(false);
        opening.open(binding, socket, acceptor);
        return new Listener(binding, socket, accepting);
    }

    private interface Opening {
        Listener open(Binding binding, Channel socket, Loop acceptor) throws ListenFailure;
    }

    /** Accepts from now on, at first those who have come meanwhile; any thread. */
    public void accept() {
        socket.config().setAutoRead(true);
    }

    /**
     * Binds a socket whose handlers are in place, and listens where it is TCP's. Not on an event loop: it waits.
     *
     * @param acceptor the loop that accepts
     */
    public static Listener open(Binding binding, Channel socket, Loop acceptor) throws ListenFailure {
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(binding.address());
        } catch (IllegalArgumentException notNumeric) {
            socket.unsafe().closeForcibly();
            throw new ListenFailure(
                    binding, ListenFailure.Reason.ADDRESS_NOT_AVAILABLE, "not a numeric address: " + binding.address());
        }
        if (socket instanceof ServerChannel) {
            socket.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
            socket.config().setOption(ChannelOption.SO_REUSEADDR, true);
        }
        var registered = acceptor.events().register(socket).awaitUninterruptibly();
        var done = registered.isSuccess()
                ? socket.bind(new InetSocketAddress(address, binding.port())).awaitUninterruptibly()
                : registered;
        var cause = done.cause();
        if (cause != null) {
            var _ = socket.close();
            throw failure(binding, cause);
        }
        return new Listener(binding, socket, null);
    }

    /**
     * Takes over a socket that listens already, to {@link #accept} from. Whoever else holds it accepts too, until they close theirs: none of the
     * connections in its queue is lost. Not on an event loop: it waits.
     *
     * @param descriptor the listener's own from now on
     */
    public static Listener adopt(Binding binding, int descriptor, ListenTerms terms, Entrance entrance, Loop acceptor)
            throws ListenFailure {
        var socket = acceptor.transport().listening(descriptor);
        return begin(binding, socket, terms, entrance, acceptor, Listener::adopt);
    }

    /** The same with a socket whose handlers are in place. */
    public static Listener adopt(Binding binding, Channel socket, Loop acceptor) throws ListenFailure {
        var registered = acceptor.events().register(socket).awaitUninterruptibly();
        var cause = registered.cause();
        if (cause != null) {
            var _ = socket.close();
            throw failure(binding, cause);
        }
        return new Listener(binding, socket, null);
    }

    /** The socket's descriptor, open as long as the listener is. */
    public int descriptor() {
        return ((UnixChannel) socket).fd().intValue();
    }

    private static ListenFailure failure(Binding binding, Throwable cause) {
        int number = cause instanceof Errors.NativeIoException error ? error.expectedErr() : 0;
        return switch (number) {
            case EADDRINUSE -> new ListenFailure(binding, ListenFailure.Reason.PORT_IN_USE, "the port is in use");
            case EACCES ->
                new ListenFailure(
                        binding, ListenFailure.Reason.NO_PERMISSION, "no permission for port " + binding.port());
            case EADDRNOTAVAIL ->
                new ListenFailure(
                        binding, ListenFailure.Reason.ADDRESS_NOT_AVAILABLE, "this machine has no such address");
            default -> new ListenFailure(binding, ListenFailure.Reason.OTHER, String.valueOf(cause.getMessage()));
        };
    }

    public Bound bound() {
        return new Bound(binding, port);
    }

    /** Takes connections on other terms from now on; any thread. */
    public void terms(ListenTerms other) {
        if (acceptor != null) {
            acceptor.terms = other;
        }
    }

    /** Accepts no more; connections that were accepted stay. */
    public void close() {
        socket.close().awaitUninterruptibly();
    }

    private static final class Acceptor extends ChannelInboundHandlerAdapter
            implements Parked.Lot, ParkedConnection.Taker {
        private final Binding binding;
        private final Entrance entrance;
        private final Loop acceptor;
        private volatile ListenTerms terms;

        Acceptor(Binding binding, ListenTerms terms, Entrance entrance, Loop acceptor) {
            this.binding = binding;
            this.terms = terms;
            this.entrance = entrance;
            this.acceptor = acceptor;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            var child = (Channel) accepted;
            acceptor.transport().accepted(child);
            boolean announced = terms.proxyProtocol();
            var loop = entrance.admit(child, !announced);
            if (loop == null) {
                entrance.turnAway(child, acceptor);
                return;
            }
            try {
                child.config().setOption(ChannelOption.TCP_NODELAY, true);
                int port = port(context.channel());
                begin(
                        loop,
                        child,
                        announced
                                ? new Announced(
                                        loop,
                                        entrance,
                                        (channel, ends) -> connection(loop, channel, port, Parked.never(ends)))
                                : connection(loop, child, port, Parked.never(null)));
            } catch (RuntimeException | Error mistake) {
                // It is on no loop yet, and nobody else would let go of it.
                loop.crowd().load().decrementAndGet();
                child.unsafe().close(child.voidPromise());
                loop.bug(mistake);
            }
        }

        private static int port(Channel channel) {
            return ((InetSocketAddress) channel.localAddress()).getPort();
        }

        private static void begin(Loop loop, Channel child, ChannelHandler handler) {
            var config = child.config();
            config.setAllocator(loop.allocator());
            config.setWriteBufferWaterMark(WATER_MARK);
            config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            child.pipeline().addLast(handler);
            loop.events().register(child).addListener(done -> {
                if (!done.isSuccess()) {
                    loop.crowd().load().decrementAndGet();
                    var _ = child.close();
                }
            });
        }

        private ClientConnection connection(Loop loop, Channel child, int port, Parked before) {
            var client = print(Announced.client(child, before.ends()));
            var lines = RequestEdit.forwardedLines(client, "http", port, loop.choices());
            return new ClientConnection(loop, binding, lines, child, before, this);
        }

        @Override
        public boolean park(Loop loop, Channel channel, Parked parked) {
            var connection = ParkedConnection.of(loop, entrance, this, channel, parked);
            if (connection != null) {
                loop.crowd().parked(connection);
            }
            return connection != null;
        }

        @Override
        public void take(Loop loop, Channel channel, Parked parked) {
            begin(loop, channel, connection(loop, channel, port(channel), parked));
            if (!channel.isRegistered()) {
                throw new ChannelException("a connection cannot be watched any more");
            }
        }

        /** As RFC 5952 wants it, without a scope; an IPv4 client of an IPv6 socket as what it is. */
        private static String print(InetAddress address) {
            var text = NetUtil.toAddressString(address, true);
            return text.startsWith("::ffff:") && text.indexOf('.') > 0 ? text.substring(7) : text;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            pause(context, cause, acceptor);
        }
    }

    /** Accepting has failed: it goes on in a moment. */
    public static void pause(ChannelHandlerContext context, Throwable cause, Loop acceptor) {
        if (!(cause instanceof IOException)) {
            acceptor.bug(cause);
        }
        // Most likely there are no descriptors left: those who are connected are served on, and in a moment some may be
        // free.
        var config = context.channel().config();
        config.setAutoRead(false);
        var _ = context.executor().schedule(() -> config.setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
