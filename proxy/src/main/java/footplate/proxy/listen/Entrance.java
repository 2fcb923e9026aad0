package footplate.proxy.listen;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.proxy.flow.Loop;
import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Which new connections are let in, for all listeners of a proxy together: by their number, by their client's address, and by
 * the descriptors and the heap that are left. Who is not is told so. Safe for any thread.
 */
public final class Entrance {
    /** Most connections at once that are being told that there is no room; more are closed without a word. */
    private static final int MOST_TURNED_AWAY = 256;

    /** IPv4 addresses are counted beside the networks of IPv6, under a prefix that no IPv6 client has (multicast). */
    private static final long IPV4 = 0xFF00_0000_0000_0000L;

    private static final AttributeKey<Long> ORIGIN = AttributeKey.valueOf(Entrance.class, "origin");

    private final List<Loop> loops;
    private volatile Settings settings;
    private final int mostDescriptor;
    private final HeapRoom heap;
    private final int mostTurnedAway;
    private final ConcurrentHashMap<Long, Integer> ofEach = new ConcurrentHashMap<>();
    private final AtomicInteger turnedAway = new AtomicInteger();

    /**
     * @param descriptors most that this process may have open (RLIMIT_NOFILE)
     * @param heap most bytes that its heap may have
     */
    public Entrance(Settings settings, List<Loop> loops, int descriptors, long heap) {
        this.heap = HeapRoom.of(heap);
        this.loops = loops;
        this.settings = settings;
        int reserve = Descriptors.reserve(descriptors);
        this.mostDescriptor = descriptors - reserve;
        this.mostTurnedAway = Math.min(MOST_TURNED_AWAY, reserve / 4);
    }

    /** Admits by other settings from now on; any thread. Whoever is inside stays. */
    public void apply(Settings other) {
        settings = other;
    }

    /** The loop with the fewest connections for {@code child}, counted there from now on; null if there is no room. */
    public @Nullable Loop admit(Channel child) {
        return admit(child, true);
    }

    /**
     * The same.
     *
     * @param byAddress whether its peer is its client; else {@link #enters} is to be asked once that is known
     */
    @Nullable
    Loop admit(Channel child, boolean byAddress) {
        var loop = leastLoaded();
        if (loop == null || !leavesDescriptors(child) || (byAddress && !enters(child))) {
            return null;
        }
        loop.crowd().load().incrementAndGet();
        return loop;
    }

    private @Nullable Loop leastLoaded() {
        Loop least = null;
        int fewest = Integer.MAX_VALUE;
        int all = 0;
        int parked = 0;
        for (var loop : loops) {
            int load = loop.crowd().load().get();
            all += load;
            parked += loop.crowd().parkedNow();
            if (load < fewest) {
                fewest = load;
                least = loop;
            }
        }
        boolean room = all < settings.count(Setting.MAX_CONNECTIONS) && heap.holds(all - parked + 1, parked);
        return room ? least : null;
    }

    /** Whether the heap has room for one who was parked to be awake. */
    boolean wakes() {
        int all = 0;
        int parked = 0;
        for (var loop : loops) {
            all += loop.crowd().load().get();
            parked += loop.crowd().parkedNow();
        }
        return heap.holds(all - parked + 1, parked - 1);
    }

    /** The kernel gives the lowest descriptor that is free: all below this one are in use. */
    public boolean leavesDescriptors(Channel child) {
        return !(child instanceof UnixChannel unix) || unix.fd().intValue() < mostDescriptor;
    }

    private boolean enters(Channel child) {
        return !(child.remoteAddress() instanceof InetSocketAddress address) || enters(child, address.getAddress());
    }

    /** Whether there is room for one more connection of {@code client}; if so it is counted until it is closed. */
    boolean enters(Channel child, InetAddress client) {
        int mostOfOne = settings.count(Setting.MAX_CONNECTIONS_PER_ADDRESS);
        if (mostOfOne == 0) {
            return true;
        }
        var origin = origin(client);
        if (ofEach.merge(origin, 1, Integer::sum) > mostOfOne) {
            leaves(origin);
            return false;
        }
        countFor(child, origin);
        return true;
    }

    /** What {@code child} is counted for; null: nothing. */
    static @Nullable Long countedFor(Channel child) {
        return child.attr(ORIGIN).get();
    }

    /** The count of {@code origin} has {@code child} in it, until that is closed. */
    void countFor(Channel child, @Nullable Long origin) {
        if (origin != null) {
            child.attr(ORIGIN).set(origin);
            child.closeFuture().addListener(_ -> leaves(origin));
        }
    }

    /** A connection that was counted is closed. */
    void leaves(Long origin) {
        ofEach.computeIfPresent(origin, (_, count) -> count == 1 ? null : count - 1);
    }

    /** What counts as one client: an IPv4 address, or an IPv6 network of 64 bits, which is what one household gets. */
    static Long origin(InetAddress address) {
        var bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == 4 ? IPV4 | Integer.toUnsignedLong(bytes.getInt()) : bytes.getLong();
    }

    /** Tells {@code child} that there is no room, and closes it. */
    void turnAway(Channel child, Loop acceptor) {
        acceptor.counters().turnedAway();
        if (turnedAway.incrementAndGet() > mostTurnedAway) {
            turnedAway.decrementAndGet();
            child.unsafe().closeForcibly();
            return;
        }
        child.config().setAllocator(acceptor.allocator());
        child.closeFuture().addListener(_ -> turnedAway.decrementAndGet());
        child.pipeline().addLast(turnedAway());
        acceptor.events().register(child).addListener(done -> {
            if (!done.isSuccess()) {
                child.unsafe().closeForcibly();
            }
        });
    }

    /** What tells a connection that there is no room. */
    TurnedAway turnedAway() {
        return new TurnedAway(settings.millis(Setting.LINGERING_TIME));
    }

    /** How many addresses have a connection. */
    int origins() {
        return ofEach.size();
    }
}
