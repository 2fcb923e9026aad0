package footplate.proxy.flow;

import io.netty.buffer.PooledByteBufAllocator;

/**
 * How scarce the memory is that connections are served from. All loops share it, so each asks for itself: when it ticks,
 * and, at most every few milliseconds, when a client does not take what there is for it.
 */
final class Memory {
    private static final long FRESH_NANOS = 2_000_000;

    private final PooledByteBufAllocator allocator;
    private long most;
    private long askedNanos;
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

    void ask(long nowNanos) {
        if (nowNanos - askedNanos >= FRESH_NANOS) {
            askedNanos = nowNanos;
            long used = allocator.metric().usedDirectMemory();
            tight = used >= most / 2;
            full = used >= most / 8 * 7;
        }
    }

    /** Whether half of it is in use. */
    boolean tight() {
        return tight;
    }

    /** Whether hardly any is left. */
    boolean full() {
        return full;
    }
}
