package footplate.proxy.flow;

import io.netty.buffer.PooledByteBufAllocator;

/**
 * How scarce the memory is that connections are served from. All loops share it, so each asks for itself: when it ticks,
 * and when something stays with it, in or out, at most every few milliseconds or so many bytes. To ask takes a microsecond or
 * three, with 256 MB in use.
 */
final class Memory {
    private static final long FRESH_NANOS = 2_000_000;

    /** So much may come to one loop before it asks again; all loops together must not fill the last eighth with it. */
    private static final int FRESH_BYTES = 256 * 1024;

    private final PooledByteBufAllocator allocator;
    private long most;
    private long askedNanos;
    private int sinceAsked;
    private boolean tight;
    private boolean full;

    /** @param limit bytes; 0 for what the JVM was given */
    Memory(PooledByteBufAllocator allocator, long limit) {
        this.allocator = allocator;
        limit(limit);
    }

    /** @param limit bytes; 0 for what the JVM was given */
    void limit(long limit) {
        long given = JvmMemory.given().direct();
        most = limit == 0 ? given : Math.min(limit, given);
    }

    /** Called about once a second, on the loop's thread: where it is scarce, what Netty keeps for the next buffers is given back. */
    void tick(long nowNanos) {
        ask(nowNanos);
        if (tight && allocator.trimCurrentThreadCache()) {
            ask(nowNanos);
        }
    }

    /** So many bytes have come, and stay for now. */
    void came(int bytes, long nowNanos) {
        sinceAsked += bytes;
        if (sinceAsked >= FRESH_BYTES || nowNanos - askedNanos >= FRESH_NANOS) {
            ask(nowNanos);
        }
    }

    private void ask(long nowNanos) {
        askedNanos = nowNanos;
        sinceAsked = 0;
        long used = allocator.metric().usedDirectMemory();
        tight = used >= most / 2;
        full = used >= most / 8 * 7;
    }

    /** Whether half of it was in use when it was last asked for. */
    boolean tight() {
        return tight;
    }

    /** Whether hardly any was left. */
    boolean full() {
        return full;
    }
}
