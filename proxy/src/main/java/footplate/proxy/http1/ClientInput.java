package footplate.proxy.http1;

import footplate.proxy.transport.Received;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What has come in from a client and was not used yet, and whether more of it is wanted. */
final class ClientInput {
    /** Most bytes that are read ahead while an answer is awaited. */
    private static final int AHEAD = 64 * 1024;

    /**
     * Most bytes that are kept of a client that sends and then ends its side while we do not read: the transport reads all
     * there is at the end of a stream, and the kernel may have held some megabytes.
     */
    private static final int MOST = 1024 * 1024;

    /** A buffer of twice this much is not worth a copy. */
    private static final int LITTLE = 512;

    private final ByteBufAllocator allocator;
    private final IntPredicate scarce;
    private final Channel channel;
    private @Nullable ByteBuf bytes;
    private boolean inUse;
    private boolean ended;
    private boolean overrun;

    /** @param scarce whether memory is, given that so many bytes more are to be kept */
    ClientInput(ByteBufAllocator allocator, IntPredicate scarce, Channel channel) {
        this.allocator = allocator;
        this.scarce = scarce;
        this.channel = channel;
    }

    /** Adds what came, which is its own from here on; false if it was too much to be kept: there is a gap behind the rest. */
    boolean add(ByteBuf come) {
        var left = bytes;
        overrun |= left != null
                && left.readableBytes() >= AHEAD
                && !channel.config().isAutoRead()
                && (left.readableBytes() >= MOST || scarce.test(come.readableBytes()));
        if (overrun) {
            come.release();
            return false;
        }
        bytes = left == null ? come : Received.join(left, come, allocator);
        return true;
    }

    /** To read from; null if nothing is there. */
    @Nullable
    ByteBuf bytes() {
        return bytes;
    }

    int length() {
        return bytes == null ? 0 : bytes.readableBytes();
    }

    boolean isEmpty() {
        return length() == 0;
    }

    /** Somebody reads from {@link #bytes}: they stay until {@link #used}. False if somebody does so already. */
    boolean use() {
        boolean first = !inUse;
        inUse = true;
        return first;
    }

    void used() {
        inUse = false;
        releaseIfEmpty();
    }

    void drop() {
        if (bytes != null) {
            bytes.skipBytes(bytes.readableBytes());
            releaseIfEmpty();
        }
    }

    /** There is no memory for what has come, and for what comes: it is dropped. */
    void giveUp() {
        overrun = true;
        drop();
    }

    /** Whether something was dropped that would have come next. */
    boolean hasGap() {
        return overrun;
    }

    /** What is here is kept in as little memory as it needs. */
    void shrink() {
        var kept = bytes;
        if (kept == null || inUse) {
            return;
        }
        int taken = kept.capacity();
        for (var whole = kept.unwrap(); whole != null; whole = whole.unwrap()) {
            taken = whole.capacity();
        }
        int length = kept.readableBytes();
        if (taken >= 2 * Math.max(length, LITTLE)) {
            bytes = allocator.directBuffer(length).writeBytes(kept);
            kept.release();
        }
    }

    private void releaseIfEmpty() {
        if (!inUse && bytes != null && !bytes.isReadable()) {
            bytes.release();
            bytes = null;
        }
    }

    /** All of it, the caller's from here on; null if nothing is there. */
    @Nullable
    ByteBuf takeAll() {
        var all = bytes;
        bytes = null;
        return all;
    }

    /** As much as may be read ahead is there: the client is read no further. */
    void stopAhead() {
        if (length() >= AHEAD) {
            read(false);
        }
    }

    /** Whether more is wanted. */
    void read(boolean wanted) {
        // After the end of the input there is nothing to be read, and epoll may no longer be asked for it.
        if (!ended && channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    boolean isRead() {
        return channel.config().isAutoRead();
    }

    /** The client has closed its sending side. */
    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }

    /** Whether nothing more will come: the end was seen and all before it was used. */
    boolean isOver() {
        return ended && isEmpty();
    }
}
