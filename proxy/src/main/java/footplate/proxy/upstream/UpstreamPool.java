package footplate.proxy.upstream;

import footplate.core.http.ResponseHead;
import footplate.core.route.Target;
import footplate.proxy.transport.Transport;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One loop's connections to processes; used on that loop only. */
public final class UpstreamPool {
    /** Most idle connections to one process, per loop; more are closed. */
    private static final int MOST_IDLE = 256;

    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 128 * 1024);

    private final EventLoop loop;
    private final Transport transport;
    private final ByteBufAllocator allocator;
    private final Predicate<Target> besides;
    private final Predicate<Target> listed;
    private final Consumer<Throwable> bugs;
    private final Map<Target, TargetPool> targets = new HashMap<>();
    byte[] scratch;
    final ResponseHead head = new ResponseHead();
    private Set<Target> present = Set.of();
    private @Nullable TargetPool last;

    /**
     * @param headLimit most bytes of an answer's head
     * @param besides whether connections to a target are kept that is in no table
     * @param listed whether a target is in the table: one that this has not been told of yet
     */
    public UpstreamPool(
            EventLoop loop,
            Transport transport,
            ByteBufAllocator allocator,
            int headLimit,
            Predicate<Target> besides,
            Predicate<Target> listed,
            Consumer<Throwable> bugs) {
        this.loop = loop;
        this.transport = transport;
        this.allocator = allocator;
        this.scratch = new byte[headLimit];
        this.besides = besides;
        this.listed = listed;
        this.bugs = bugs;
    }

    /** Takes heads of up to so many bytes from now on. */
    public void limitHeads(int limit) {
        if (scratch.length != limit) {
            scratch = new byte[limit];
        }
    }

    /** An idle connection; null if there is none. */
    public @Nullable UpstreamConnection idle(Target target, long nowNanos) {
        var place = place(target);
        for (var next = place.newest(); next != null; next = place.newest()) {
            place.remove(next);
            if (next.idleUntilNanos - nowNanos > 0 && next.channel.isActive()) {
                return next;
            }
            next.close();
        }
        return null;
    }

    /**
     * Makes a connection; {@code user} is told. {@link UpstreamConnection#close} ends the attempt. Null, and nobody is
     * told, if there is no descriptor left for it.
     *
     * @param timeoutMillis longest wait; 0: as long as the kernel tries
     * @param announcement what it begins with; null: nothing. One that begins with something is its client's alone, and not kept
     */
    public @Nullable UpstreamConnection connect(
            Target target, long timeoutMillis, byte @Nullable [] announcement, UpstreamUser user) {
        var place = place(target);
        var address = place.address();
        Channel channel;
        try {
            channel = address.open(transport);
        } catch (ChannelException noDescriptor) {
            return null;
        }
        var connection = new UpstreamConnection(this, place, channel, announcement);
        connection.usedBy(user);
        var config = channel.config();
        config.setAllocator(allocator);
        config.setConnectTimeoutMillis((int) Math.min(timeoutMillis, Integer.MAX_VALUE));
        // A process that answers early and closes breaks our writing; its answer is there to be read all the same.
        config.setAutoClose(false);
        config.setWriteBufferWaterMark(WATER_MARK);
        if (!address.isUnix()) {
            config.setOption(ChannelOption.TCP_NODELAY, true);
        }
        channel.pipeline().addLast(connection);
        var registered = loop.register(channel);
        if (registered.cause() == null) {
            channel.connect(address.socket()).addListener(connection);
        } else {
            registered.addListener(connection);
        }
        return connection;
    }

    /**
     * Keeps a connection whose answer is complete.
     *
     * @param idleMillis longest idle time where the process names none
     */
    public void giveBack(UpstreamConnection connection, long nowNanos, long idleMillis) {
        var place = connection.place;
        if (connection.isAnnounced() || place.isGone() || place.size() >= MOST_IDLE || !connection.channel.isActive()) {
            connection.close();
            return;
        }
        connection.widen();
        int named = connection.keepAliveSeconds();
        // A second earlier than the process would: that one would race with the next request.
        long keep = 1_000_000L * (named < 0 ? idleMillis : Math.min(idleMillis, Math.max(0, named - 1) * 1_000L));
        connection.idleUntilNanos = nowNanos + keep;
        if (keep == 0) {
            connection.close();
        } else if (connection.taken()) {
            place.push(connection);
        } else {
            // The request may be with the process in full, and only the news of it not with us yet.
            connection.channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
                if (!done.isSuccess() || place.isGone() || !connection.channel.isActive()) {
                    connection.close();
                } else {
                    place.push(connection);
                }
            });
        }
    }

    boolean writesCompleteLater() {
        return transport.writesCompleteLater();
    }

    void gone(UpstreamConnection connection) {
        connection.place.remove(connection);
    }

    void bug(Throwable cause) {
        bugs.accept(cause);
    }

    private TargetPool place(Target target) {
        var place = last;
        if (place != null && place.target() == target) {
            return place;
        }
        place = targets.get(target);
        if (place == null) {
            place = new TargetPool(target, TargetAddress.of(target.address()));
            if (!present.contains(target) && !besides.test(target) && !listed.test(target)) {
                // A request that began before its process left the table: nothing is kept for those that come after it.
                place.retire();
                return place;
            }
            targets.put(target, place);
        }
        last = place;
        return place;
    }

    /** Whether who listens at a connection's other end is who should. */
    boolean knows(UpstreamConnection connection) {
        return connection.place.address().knows(transport, connection.channel);
    }

    /** Forgets every process that is not in {@code now}. */
    public void keepOnly(Set<Target> now) {
        last = null;
        present = now;
        var gone = new ArrayList<Target>();
        for (var entry : targets.entrySet()) {
            if (!now.contains(entry.getKey()) && !besides.test(entry.getKey())) {
                entry.getValue().retire();
                gone.add(entry.getKey());
            }
        }
        gone.forEach(targets::remove);
    }

    /** Closes what has been idle for too long; called about once a second. */
    public void tick(long nowNanos) {
        var gone = new ArrayList<Target>();
        for (var place : targets.values()) {
            place.closeIdle(nowNanos);
            if (!present.contains(place.target()) && !besides.test(place.target())) {
                place.retire();
                gone.add(place.target());
            }
        }
        if (!gone.isEmpty()) {
            gone.forEach(targets::remove);
            last = null;
        }
    }

    public void close() {
        for (var place : targets.values()) {
            place.retire();
        }
        targets.clear();
        last = null;
    }

    /** How many connections are idle. */
    public int idleConnections() {
        int sum = 0;
        for (var place : targets.values()) {
            sum += place.size();
        }
        return sum;
    }
}
