package footplate.proxy.stream;

import footplate.core.config.Setting;
import footplate.core.name.RunId;
import footplate.core.proxyprotocol.ProxyHeader;
import footplate.core.route.Gate;
import footplate.core.route.StreamBinding;
import footplate.core.route.StreamRoute;
import footplate.core.route.Target;
import footplate.core.supervise.StartFailure;
import footplate.core.tls.ClientHello;
import footplate.proxy.flow.Loop;
import footplate.proxy.flow.Passed;
import footplate.proxy.flow.PlaceWait;
import footplate.proxy.transport.Received;
import footplate.proxy.transport.SocketEnds;
import footplate.proxy.tunnel.Tunnel;
import footplate.proxy.upstream.TargetAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that is passed on as it is. On its loop.
 *
 * <ol>
 *   <li>{@link #channelActive}: where servers are chosen by name, the client's TLS hello is read first, and left as it is;
 *   <li>{@link #choose}: a place on a server is claimed, or waited for;
 *   <li>{@link #connect}: a server that cannot be reached leads to another one;
 *   <li>{@link #join}: both connections become one {@link Tunnel}, until it ends;
 *   <li>{@link #over}: exactly once, the place goes back.
 * </ol>
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes its connection, and that is heard of
final class TcpPassage extends ChannelInboundHandlerAdapter implements Passed {
    /** What one side sends goes on at the other's speed, but for this much. */
    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 128 * 1024);

    private final Loop loop;
    private final StreamBinding binding;
    private final Channel client;
    private final StreamCounts counts;
    private @Nullable StreamRoute route;
    private @Nullable Choice choice;
    private @Nullable PlaceWait wait;
    private @Nullable Channel server;
    private @Nullable Tunnel tunnel;
    private @Nullable ByteBuf held;
    private @Nullable Future<?> timer;
    private boolean reads;
    private boolean over;

    TcpPassage(Loop loop, StreamBinding binding, Channel client, StreamCounts counts) {
        this.loop = loop;
        this.binding = binding;
        this.client = client;
        this.counts = counts;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        loop.crowd().opened(this);
        counts.accepted.increment();
        counts.open.increment();
        var its = loop.table().current().stream(binding);
        route = its;
        if (its == null) {
            refuse();
        } else if (its.byName()) {
            reads = true;
            within(loop.settings().millis(Setting.CLIENT_HEADER_TIMEOUT), this::refuse);
            client.config().setAutoRead(true);
        } else {
            choose(its, null);
        }
    }

    private void within(long millis, Runnable otherwise) {
        timer = loop.events()
                .schedule(
                        () -> {
                            if (!over) {
                                guarded(otherwise);
                            }
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    /** A mistake in what no event of the connection has called ends it as one in an event would. */
    private void guarded(Runnable deed) {
        try {
            deed.run();
        } catch (RuntimeException | Error mistake) {
            loop.bug(mistake);
            cut();
        }
    }

    private void inTime() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var come = (ByteBuf) message;
        if (over) {
            come.release();
            return;
        }
        int length = come.readableBytes();
        var before = held;
        var bytes = before == null ? come : Received.join(before, come, context.alloc());
        held = bytes;
        var its = route;
        if (!reads || its == null) {
            return;
        }
        var first = new byte[Math.min(bytes.readableBytes(), ClientHello.LONGEST)];
        bytes.getBytes(bytes.readerIndex(), first);
        switch (ClientHello.read(first, first.length)) {
            case ClientHello.Incomplete() -> {
                if (loop.memoryTight(length) && loop.memoryFull()) {
                    refuse();
                }
            }
            case ClientHello.Complete(var name) -> choose(its, name);
            case ClientHello.Other() -> choose(its, null);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        var its = route;
        if (event == ChannelInputShutdownEvent.INSTANCE && reads && !over && its != null) {
            // There will be no more of a hello.
            choose(its, null);
        }
    }

    private void choose(StreamRoute its, @Nullable String name) {
        reads = false;
        inTime();
        client.config().setAutoRead(false);
        var to = its.pool(name);
        var pool = to == null ? null : loop.table().current().pool(to);
        if (pool == null || !(client.remoteAddress() instanceof InetSocketAddress address)) {
            refuse();
            return;
        }
        var choosing = new Choice(loop, pool, address);
        choice = choosing;
        place(choosing, choosing.claim(), false);
    }

    private void place(Choice choosing, @Nullable Target place, boolean again) {
        if (place != null) {
            connect(choosing, place);
        } else if (choosing.mayWait()) {
            queue(choosing, again);
        } else {
            refuse();
        }
    }

    private void queue(Choice choosing, boolean again) {
        var gate = choosing.pool().gate();
        var ticket = new PlaceWait(loop.events(), gate, choosing, this::waitEnded);
        wait = ticket;
        long now = System.nanoTime();
        var admission = again ? gate.queueAgain(ticket, now) : gate.queue(ticket, now);
        if (admission == Gate.Admission.QUEUED) {
            within(choosing.pool().queueTimeout().toMillis(), this::refuse);
        } else {
            wait = null;
            refuse();
        }
    }

    private boolean waitEnded(PlaceWait ended, @Nullable Target place, @Nullable StartFailure failure) {
        var choosing = choice;
        if (wait != ended || choosing == null) {
            return false;
        }
        wait = null;
        inTime();
        guarded(() -> {
            if (place == null) {
                refuse();
            } else {
                connect(choosing, choosing.granted(place));
            }
        });
        return true;
    }

    private void connect(Choice choosing, Target place) {
        var where = TargetAddress.of(place.address());
        Channel channel;
        try {
            channel = where.open(loop.transport());
        } catch (ChannelException noDescriptor) {
            refuse();
            return;
        }
        server = channel;
        var config = channel.config();
        config.setAllocator(loop.allocator());
        config.setAutoRead(false);
        config.setWriteBufferWaterMark(WATER_MARK);
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        config.setConnectTimeoutMillis(
                (int) Math.min(choosing.pool().http().millis(Setting.CONNECT_TIMEOUT), Integer.MAX_VALUE));
        if (!where.isUnix()) {
            config.setOption(ChannelOption.TCP_NODELAY, true);
        }
        channel.pipeline().addLast(new NotYet());
        loop.events().register(channel).addListener((ChannelFuture registered) -> {
            if (registered.isSuccess()) {
                channel.connect(where.socket())
                        .addListener((ChannelFuture done) ->
                                guarded(() -> connected(choosing, place, where, channel, done.cause())));
            } else {
                guarded(() -> connected(choosing, place, where, channel, registered.cause()));
            }
        });
    }

    /** Before it is joined with its client's. */
    private static final class NotYet extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private void connected(
            Choice choosing, Target place, TargetAddress where, Channel channel, @Nullable Throwable cause) {
        if (over || server != channel) {
            channel.close();
            return;
        }
        boolean another = cause == null && !where.knows(loop.transport(), channel);
        if (cause == null && !another) {
            choosing.succeeded();
            join(place, channel);
            return;
        }
        server = null;
        channel.close();
        boolean inTime = !(cause instanceof ConnectTimeoutException);
        choosing.failed(inTime);
        var other = choosing.other(inTime);
        if (other != null) {
            connect(choosing, other);
        } else {
            refuse();
        }
    }

    private void join(Target place, Channel channel) {
        counts.passed.increment();
        int version = route == null ? 0 : route.proxyProtocol(place);
        if (version > 0) {
            channel.write(
                    Unpooled.wrappedBuffer(ProxyHeader.write(version, SocketEnds.of(client))), channel.voidPromise());
        }
        var first = held;
        held = null;
        tunnel = Tunnel.plain(
                client, first == null ? Unpooled.EMPTY_BUFFER : first, channel, loop, this::over, loop::bug);
    }

    /** There is nobody for it. */
    private void refuse() {
        if (!over) {
            counts.refused.increment();
            cut();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        over();
    }

    /** The one end of every connection. */
    private void over() {
        if (over) {
            return;
        }
        over = true;
        inTime();
        if (held != null) {
            held.release();
            held = null;
        }
        var choosing = choice;
        if (choosing != null) {
            if (wait != null) {
                // If a place is on its way already, waitEnded will send it back.
                choosing.pool().gate().leave(wait);
                wait = null;
            }
            choosing.release();
        }
        if (server != null) {
            server.close();
        }
        counts.open.decrement();
        loop.crowd().closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            loop.bug(cause);
        }
        context.close();
    }

    @Override
    public void tick(long nowMillis) {
        if (tunnel != null && route != null) {
            tunnel.tick(nowMillis, route.idle().toMillis(), loop.settings().millis(Setting.SEND_TIMEOUT));
        }
    }

    @Override
    public void cut() {
        client.close();
        if (server != null) {
            server.close();
        }
    }

    @Override
    public void cut(RunId run) {
        var place = choice == null ? null : choice.target();
        if (place != null && place.run().equals(run)) {
            cut();
        }
    }

    @Override
    public int clients() {
        return 1;
    }
}
