package footplate.proxy.flow;

import footplate.core.http.HeadBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** A request's head as its process gets it and the first of its body, kept to be sent, and if need be sent again. */
final class KeptRequest {
    /** Most bytes that are kept while the request has no connection yet. */
    private static final int MOST = 128 * 1024;

    /** Bytes of a body for which room is made with the head. */
    private static final int LIKELY_BODY = 16 * 1024;

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf bytes;

    KeptRequest(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Begins with a head.
     *
     * @param atHand bytes behind it that have come already: as much of its body, or less
     */
    void head(HeadBytes head, int atHand) {
        int room = Math.min(atHand, LIKELY_BODY);
        bytes = allocator.directBuffer(head.length() + room).writeBytes(head.array(), 0, head.length());
    }

    /** Takes the next {@code length} bytes of the body out of {@code source}. */
    void add(ByteBuf source, int length) {
        var kept = present();
        if (kept.refCnt() > 1 && kept.writableBytes() < length) {
            // A copy of it may still be on its way out: it must not be moved by growing.
            var longer = allocator.directBuffer(kept.readableBytes() + length);
            longer.writeBytes(kept, kept.readerIndex(), kept.readableBytes());
            kept.release();
            kept = longer;
            bytes = longer;
        }
        kept.writeBytes(source, length);
    }

    boolean hasRoom() {
        return bytes != null && bytes.readableBytes() < MOST;
    }

    /** All of it, to be sent; the receiver releases it. */
    ByteBuf copy() {
        return present().retainedDuplicate();
    }

    private ByteBuf present() {
        if (bytes == null) {
            throw new IllegalStateException("a request is sent that was not kept");
        }
        return bytes;
    }

    /** To look at; null between two requests. */
    @Nullable
    ByteBuf bytes() {
        return bytes;
    }

    void drop() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
