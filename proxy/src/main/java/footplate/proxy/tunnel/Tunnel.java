package footplate.proxy.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection and a process's, joined, which is mostly a WebSocket: every byte of one goes to the other, as fast as the slower takes it. The end
 * of one direction is passed on as such; a connection that breaks takes the other with it.
 *
 * <p>A process that leaves has its WebSockets closed by us ({@link #part}): each side is told so by a Close frame of ours,
 * behind the last whole frame of the other, and by the end of its connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection, and that is heard of
public final class Tunnel {
    /** How long both sides have to end a WebSocket that we have closed. */
    private static final int PARTING_MILLIS = 1_000;

    /** 1001, the endpoint is going away (RFC 6455 §7.4.1). */
    private static final int GOING_AWAY = 1001;

    /** Where memory is scarce, no more than this waits for a side that takes nothing, beside the read that fills it. */
    private static final WriteBufferWaterMark NARROW = new WriteBufferWaterMark(4 * 1024, 16 * 1024);

    /** What is left of the memory that connections are served from. */
    public interface Room {
        /** Whether it is scarce, now that {@code bytes} have come that stay for now. */
        boolean memoryTight(int bytes);

        /** Whether hardly any is left. */
        boolean memoryFull();
    }

    private final Runnable ended;
    private final Consumer<Throwable> bugs;
    private final Room room;
    private final Channel client;
    private final Channel app;
    private final boolean webSocket;
    private final End ofClient;
    private final End ofApp;
    private int open = 2;
    private int closedDirections;
    private @Nullable CompletableFuture<Void> parted;
    private boolean moved = true;
    private long idleSinceMillis;

    private Tunnel(
            Channel client, Channel app, boolean webSocket, Room room, Runnable ended, Consumer<Throwable> bugs) {
        this.room = room;
        this.webSocket = webSocket;
        this.client = client;
        this.app = app;
        this.ended = ended;
        this.bugs = bugs;
        this.ofClient = new End(client, app);
        this.ofApp = new End(app, client);
    }

    /**
     * Joins two connections of the same loop that are no WebSocket, and of which nothing more is known: {@link #part} is not for them.
     * The rest is as with {@link #join}.
     */
    public static Tunnel plain(
            Channel client, ByteBuf fromClient, Channel app, Room room, Runnable ended, Consumer<Throwable> bugs) {
        return begin(new Tunnel(client, app, false, room, ended, bugs), fromClient, Unpooled.EMPTY_BUFFER);
    }

    /**
     * Joins two connections of the same loop; each one's handler is replaced.
     *
     * @param fromClient bytes that {@code client} had sent already; released here
     * @param fromApp bytes that {@code app} had sent already; released here
     * @param room is asked when one of them does not take what there is for it
     * @param ended called once, when both are closed
     */
    public static Tunnel join(
            Channel client,
            ByteBuf fromClient,
            Channel app,
            ByteBuf fromApp,
            Room room,
            Runnable ended,
            Consumer<Throwable> bugs) {
        return begin(new Tunnel(client, app, true, room, ended, bugs), fromClient, fromApp);
    }

    private static Tunnel begin(Tunnel tunnel, ByteBuf fromClient, ByteBuf fromApp) {
        var client = tunnel.client;
        var app = tunnel.app;
        // A peer that has fallen off the network says nothing for ever, and so may one that is well.
        client.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        app.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        app.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        app.config().setAutoClose(true);
        client.pipeline().replace(client.pipeline().last(), "tunnel", tunnel.ofClient);
        app.pipeline().replace(app.pipeline().last(), "tunnel", tunnel.ofApp);
        if (tunnel.webSocket) {
            tunnel.ofClient.frames.follow(fromClient);
            tunnel.ofApp.frames.follow(fromApp);
        }
        app.writeAndFlush(fromClient, app.voidPromise());
        client.writeAndFlush(fromApp, client.voidPromise());
        client.config().setAutoRead(true);
        app.config().setAutoRead(true);
        // The end of a side that came before its handler was replaced is not told a second time.
        if (((DuplexChannel) client).isInputShutdown()) {
            tunnel.ofClient.inputEnded();
        }
        if (((DuplexChannel) app).isInputShutdown()) {
            tunnel.ofApp.inputEnded();
        }
        // One of them may have been closed before its handler was replaced.
        if (!client.isActive() || !app.isActive()) {
            client.close();
            app.close();
        }
        return tunnel;
    }

    /**
     * Ends it if nothing has moved in either direction for too long; called about once a second.
     *
     * @param timeoutMillis 0: never
     * @param stalledMillis the same while memory is scarce and one side does not take what there is for it
     */
    public void tick(long nowMillis, long timeoutMillis, long stalledMillis) {
        if (moved) {
            moved = false;
            idleSinceMillis = nowMillis;
        }
        long idle = nowMillis - idleSinceMillis;
        boolean scarce = room.memoryTight(0);
        boolean forApp = ofClient.look(scarce);
        boolean forClient = ofApp.look(scarce);
        boolean stalled = scarce && (forApp || forClient) && (room.memoryFull() || idle >= stalledMillis);
        if (stalled || (timeoutMillis > 0 && idle >= timeoutMillis)) {
            cut();
        }
    }

    /**
     * Closes the WebSocket, as its process is going away (1001): at once, or behind the frame that is under way. Whoever has
     * not ended its side after a second is cut.
     *
     * @return completed when both connections are closed
     */
    public CompletableFuture<Void> part() {
        var already = parted;
        if (already != null) {
            return already;
        }
        var gone = new CompletableFuture<Void>();
        parted = gone;
        client.eventLoop().schedule(this::cut, PARTING_MILLIS, TimeUnit.MILLISECONDS);
        ofApp.partIfBetween();
        ofClient.partIfBetween();
        return gone;
    }

    private void cut() {
        client.close();
        app.close();
    }

    private void closed() {
        if (--open == 0) {
            ended.run();
            if (parted != null) {
                parted.complete(null);
            }
        }
    }

    /** The Close frame that we say to {@code to}; what goes to an app is masked (RFC 6455 §5.3). */
    private ByteBuf closeFrame(Channel to) {
        var frame = to.alloc().buffer(8).writeByte(0x88);
        if (to == client) {
            return frame.writeByte(2).writeShort(GOING_AWAY);
        }
        int mask = ThreadLocalRandom.current().nextInt();
        return frame.writeByte(0x82).writeInt(mask).writeShort(GOING_AWAY ^ (mask >>> 16));
    }

    /** One connection's input, on its way to the other. */
    private final class End extends ChannelInboundHandlerAdapter {
        private final Channel mine;
        private final Channel other;
        private final Frames frames = new Frames();
        private boolean inputEnded;

        /** How much was kept for the other side before memory was scarce; null: it is not. */
        private @Nullable WriteBufferWaterMark wide;

        /** Nothing more goes to the other side. */
        private boolean told;

        End(Channel mine, Channel other) {
            this.mine = mine;
            this.other = other;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object read) {
            moved = true;
            var bytes = (ByteBuf) read;
            if (parted != null) {
                partBehind(bytes);
                return;
            }
            if (webSocket) {
                frames.follow(bytes);
            }
            other.write(bytes, other.voidPromise());
            if (!other.isWritable()) {
                mine.config().setAutoRead(false);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            other.flush();
            var waiting = other.unsafe().outboundBuffer();
            if (waiting != null
                    && !waiting.isEmpty()
                    && room.memoryTight((int) waiting.totalPendingWriteBytes())
                    && look(true)
                    && room.memoryFull()) {
                cut();
            }
        }

        /**
         * Keeps less for the other side while memory is scarce, and as much as before when it is not.
         *
         * @return whether something waits for it
         */
        boolean look(boolean scarce) {
            var before = wide;
            if (scarce && before == null) {
                wide = other.config().getWriteBufferWaterMark();
                other.config().setWriteBufferWaterMark(NARROW);
            } else if (!scarce && before != null) {
                wide = null;
                other.config().setWriteBufferWaterMark(before);
            }
            var waiting = other.unsafe().outboundBuffer();
            return waiting != null && !waiting.isEmpty();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            // A slow reader that takes what there is for it is not idle.
            moved = true;
            other.config().setAutoRead(parted != null || mine.isWritable());
        }

        /** The rest of the frame under way still goes to the other side, and no byte behind it. */
        private void partBehind(ByteBuf bytes) {
            if (told) {
                bytes.release();
                return;
            }
            int edge = frames.toEdge(bytes, bytes.readerIndex());
            other.write(bytes.readRetainedSlice(edge - bytes.readerIndex()), other.voidPromise());
            bytes.release();
            partIfBetween();
        }

        void partIfBetween() {
            // What it still sends is read, as a connection that is closed over unread bytes is reset.
            mine.config().setAutoRead(true);
            if (!told && frames.between()) {
                if (!frames.closed()) {
                    other.write(closeFrame(other), other.voidPromise());
                }
                tellEnd();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                inputEnded();
            }
        }

        void inputEnded() {
            if (inputEnded) {
                return;
            }
            inputEnded = true;
            if (!told) {
                tellEnd();
            }
            if (++closedDirections == 2) {
                // Both have said all they have to say.
                closeAfterLastByte(other);
                closeAfterLastByte(mine);
            }
        }

        private void tellEnd() {
            told = true;
            other.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener((ChannelFutureListener) _ -> ((DuplexChannel) other).shutdownOutput());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (parted == null) {
                closeAfterLastByte(other);
            } else {
                // The other side has a second to hear that it is over.
                inputEnded();
            }
            closed();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) {
                bugs.accept(cause);
            }
            context.close();
        }
    }

    private static void closeAfterLastByte(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
}
