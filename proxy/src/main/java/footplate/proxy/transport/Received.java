package footplate.proxy.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What came in in parts, put together again where it must be read as one. */
public final class Received {
    private Received() {}

    /**
     * One buffer of what was left and what has come; both are the caller's no longer. If there is no memory for it, what was left is
     * still the caller's.
     */
    public static ByteBuf join(ByteBuf left, ByteBuf come, ByteBufAllocator allocator) {
        try {
            return joined(left, come, allocator);
        } catch (RuntimeException | Error notJoined) {
            come.release();
            throw notJoined;
        }
    }

    private static ByteBuf joined(ByteBuf left, ByteBuf come, ByteBufAllocator allocator) {
        int length = left.readableBytes() + come.readableBytes();
        // Parts of it may be on their way to somebody: then it must not be moved by growing. One of a ring cannot grow.
        if (left.refCnt() == 1 && length <= left.maxCapacity()) {
            left.discardSomeReadBytes();
            if (come.readableBytes() <= left.maxWritableBytes()) {
                left.writeBytes(come);
                come.release();
                return left;
            }
        }
        // With room for more, so that what comes in small parts is not copied for each.
        var joined = allocator.directBuffer(Math.max(length, Math.min(2 * left.readableBytes(), 64 * 1024)));
        joined.writeBytes(left).writeBytes(come);
        left.release();
        come.release();
        return joined;
    }
}
