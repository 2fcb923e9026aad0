package footplate.proxy.listen;

import footplate.proxy.flow.Loop;
import footplate.proxy.flow.ParkedClient;
import footplate.proxy.http1.Parked;
import footplate.proxy.transport.ParkedSocket;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import org.jspecify.annotations.Nullable;

/** One connection that is parked, and what it takes to accept it anew. */
final class ParkedConnection implements ParkedClient, ParkedSocket.Stirred {
    private final Loop loop;
    private final Entrance entrance;
    private final Taker taker;
    private final Parked parked;
    private final @Nullable Long origin;
    private @Nullable ParkedSocket socket;

    /** Who takes a connection that is awake again. */
    interface Taker {
        void take(Loop loop, Channel channel, Parked parked);
    }

    private ParkedConnection(Loop loop, Entrance entrance, Taker taker, Parked parked, @Nullable Long origin) {
        this.loop = loop;
        this.entrance = entrance;
        this.taker = taker;
        this.parked = parked;
        this.origin = origin;
    }

    /** Null if the connection cannot be parked just now. */
    static @Nullable ParkedConnection of(Loop loop, Entrance entrance, Taker taker, Channel channel, Parked parked) {
        var connection = new ParkedConnection(loop, entrance, taker, parked, Entrance.countedFor(channel));
        var socket = loop.transport().park(channel, loop.events(), connection);
        if (socket == null) {
            return null;
        }
        connection.socket = socket;
        return connection;
    }

    /** Something has come. A mistake must not reach the loop's engine: it would stand still for a second. */
    @Override
    public void stirs(boolean ended) {
        try {
            if (entrance.wakes()) {
                wake();
            } else if (ended) {
                loop.crowd().closed(this);
                close();
            } else {
                turnAway();
            }
        } catch (RuntimeException | Error mistake) {
            loop.bug(mistake);
        }
    }

    @Override
    public boolean isOver(long nowMillis) {
        return nowMillis >= parked.deadlineMillis();
    }

    @Override
    public void wake() {
        var channel = channel();
        if (channel == null) {
            leave();
            loop.crowd().closed(this);
            return;
        }
        try {
            taker.take(loop, channel, parked);
        } catch (RuntimeException | Error mistake) {
            channel.unsafe().closeForcibly();
            leave();
            loop.crowd().closed(this);
            throw mistake;
        }
        loop.crowd().woken(this);
        entrance.countFor(channel, origin);
    }

    /** There is no room for it any more: it is told so, as one that comes anew is. */
    private void turnAway() {
        var channel = channel();
        leave();
        loop.crowd().closed(this);
        if (channel != null) {
            entrance.turnAway(channel, loop);
        }
    }

    private @Nullable Channel channel() {
        try {
            return socket().wake();
        } catch (ChannelException broken) {
            return null;
        }
    }

    @Override
    public void close() {
        socket().close();
        leave();
    }

    private void leave() {
        if (origin != null) {
            entrance.leaves(origin);
        }
    }

    private ParkedSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("a connection is asked for that was never parked");
        }
        return socket;
    }
}
