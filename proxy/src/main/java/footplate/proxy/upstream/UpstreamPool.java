package footplate.proxy.upstream;

import footplate.core.http.ResponseHead;
import footplate.core.route.Target;
import footplate.proxy.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One loop's connections to processes; used on that loop only. */
public final class UpstreamPool {
    /** Most idle connections to one process, per loop; more are closed. */
    private static final int MOST_IDLE = 256;

    private final EventLoop loop;
    private final Transport transport;
    private final ByteBufAllocator allocator;
    private final int connectMillis;
    private final long idleNanos;
    private final Consumer<Throwable> bugs;
    private final Map<Target, TargetPool> targets = new HashMap<>();
    byte[] scratch;
    final ResponseHead head = new ResponseHead();
    private @Nullable TargetPool last;

    /**
     * @param headLimit most bytes of an answer's head
     * @param connectTimeout longest wait for a connection
     * @param idleTimeout longest idle time where the process names none
     */
    public UpstreamPool(
            EventLoop loop,
            Transport transport,
            ByteBufAllocator allocator,
            int headLimit,
            Duration connectTimeout,
            Duration idleTimeout,
            Consumer<Throwable> bugs) {
        this.loop = loop;
        this.transport = transport;
        this.allocator = allocator;
        this.scratch = new byte[headLimit];
        this.connectMillis = (int) connectTimeout.toMillis();
        this.idleNanos = idleTimeout.toNanos();
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
     */
    public @Nullable UpstreamConnection connect(Target target, UpstreamUser user) {
        var place = place(target);
        var address = place.address();
        Channel channel;
        try {
            channel = address instanceof DomainSocketAddress ? transport.connectingUnix() : transport.connecting();
        } catch (ChannelException noDescriptor) {
            return null;
        }
        var connection = new UpstreamConnection(this, place, channel);
        connection.usedBy(user);
        var bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(() -> channel)
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                // A process that answers early and closes breaks our writing; its answer is there to be read all the
                // same.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, 128 * 1024))
                .handler(connection);
        if (!(address instanceof DomainSocketAddress)) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true);
        }
        bootstrap.connect(address).addListener((ChannelFuture done) -> connection.connectEnded(done.cause()));
        return connection;
    }

    /** Keeps a connection whose answer is complete. */
    public void giveBack(UpstreamConnection connection, long nowNanos) {
        var place = connection.place;
        if (place.isGone() || place.size() >= MOST_IDLE || !connection.channel.isActive()) {
            connection.close();
            return;
        }
        int named = connection.keepAliveSeconds();
        // A second earlier than the process would: that one would race with the next request.
        long keep = named < 0 ? idleNanos : Math.min(idleNanos, Math.max(0, named - 1) * 1_000_000_000L);
        connection.idleUntilNanos = nowNanos + keep;
        if (keep == 0) {
            connection.close();
        } else {
            place.push(connection);
        }
    }

    void gone(UpstreamConnection connection) {
        connection.place.remove(connection);
    }

    void bug(Throwable cause) {
        bugs.accept(cause);
    }

    private TargetPool place(Target target) {
        var place = last;
        if (place != null && place.target().equals(target)) {
            return place;
        }
        place = targets.computeIfAbsent(target, named -> new TargetPool(named, address(named.address())));
        last = place;
        return place;
    }

    private static SocketAddress address(String address) {
        if (address.startsWith("unix:")) {
            return new DomainSocketAddress(address.substring(5));
        }
        int colon = address.lastIndexOf(':');
        var host = address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new InetSocketAddress(InetAddress.ofLiteral(host), Integer.parseInt(address.substring(colon + 1)));
    }

    /** Forgets every process that is not in {@code present}. */
    public void keepOnly(Set<Target> present) {
        last = null;
        var gone = new ArrayList<Target>();
        for (var entry : targets.entrySet()) {
            if (!present.contains(entry.getKey())) {
                entry.getValue().retire();
                gone.add(entry.getKey());
            }
        }
        gone.forEach(targets::remove);
    }

    /** Closes what has been idle for too long; called about once a second. */
    public void tick(long nowNanos) {
        for (var place : targets.values()) {
            place.closeIdle(nowNanos);
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
