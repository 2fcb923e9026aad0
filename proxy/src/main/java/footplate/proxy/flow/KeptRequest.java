package footplate.proxy.flow;

import footplate.core.http.HeadBytes;
import footplate.proxy.body.Spool;
import footplate.proxy.body.SpoolUser;
import footplate.proxy.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A request's head as its process gets it and the first of its body, or all of it, kept to be sent, and if need be sent
 * again. All of it goes to memory first and then to a file ({@link Spool}).
 */
final class KeptRequest {
    /** Most bytes that are kept of a body that is passed on as it comes, while it has no connection yet. */
    private static final int MOST = 128 * 1024;

    /** Bytes of a body that may stand behind the head in one buffer, if they came with it: most bodies are as small. */
    private static final int BEHIND_HEAD = 16 * 1024;

    private final Loop loop;
    private final SpoolUser user;
    private @Nullable ByteBuf bytes;
    private @Nullable Spool rest;
    private long memory;
    private int headLength;

    /** @param user is told when the disk has done something */
    KeptRequest(Loop loop, SpoolUser user) {
        this.loop = loop;
        this.user = user;
    }

    /**
     * Begins with a head.
     *
     * @param atHand bytes behind it that have come already: as much of its body, or less
     * @param allInMemory bytes of memory for a body that is kept as a whole; -1 for one that is passed on as it comes
     */
    void head(HeadBytes head, int atHand, long allInMemory) {
        int room = Math.min(atHand, BEHIND_HEAD);
        bytes = loop.allocator().directBuffer(head.length() + room).writeBytes(head.array(), 0, head.length());
        headLength = head.length();
        memory = allInMemory;
    }

    /** Puts further lines into the head, behind the others; before it was sent. */
    void insert(byte[] lines) {
        var kept = present();
        int end = headLength - 2;
        var longer = loop.allocator().directBuffer(kept.readableBytes() + lines.length + kept.writableBytes());
        longer.writeBytes(kept, kept.readerIndex(), end).writeBytes(lines);
        longer.writeBytes(kept, kept.readerIndex() + end, kept.readableBytes() - end);
        kept.release();
        bytes = longer;
        headLength += lines.length;
    }

    /** A copy of the head, with room behind it; the caller releases it. */
    ByteBuf copyOfHead(int room) {
        var kept = present();
        return loop.allocator().directBuffer(headLength + room).writeBytes(kept, kept.readerIndex(), headLength);
    }

    /** Takes the next {@code length} bytes of the body out of {@code source}. */
    void add(ByteBuf source, int length) {
        var kept = present();
        var spool = rest;
        if (memory >= 0 && (spool != null || kept.writableBytes() < length)) {
            if (spool == null) {
                spool = Spool.kept(loop.spools(), loop.events(), loop.allocator(), memory, user);
                rest = spool;
            }
            spool.add(source.readRetainedSlice(length));
            return;
        }
        if (kept.refCnt() > 1 && kept.writableBytes() < length) {
            // A copy of it may still be on its way out: it must not be moved by growing.
            var longer = loop.allocator().directBuffer(kept.readableBytes() + length);
            longer.writeBytes(kept, kept.readerIndex(), kept.readableBytes());
            kept.release();
            kept = longer;
            bytes = longer;
        }
        kept.writeBytes(source, length);
    }

    /** Whether more of the body can be taken just now. */
    boolean hasRoom() {
        var spool = rest;
        if (spool != null) {
            return spool.accepts();
        }
        return bytes != null && (memory >= 0 || bytes.readableBytes() < MOST);
    }

    /** Why no more can be taken at all, or what was taken is lost; null if nothing is wrong. */
    Spool.@Nullable Trouble trouble() {
        return rest == null ? null : rest.trouble();
    }

    /** Begins to send all of it, from its start: what comes first; the receiver releases it. */
    ByteBuf first() {
        if (rest != null) {
            rest.rewind();
        }
        return present().retainedDuplicate();
    }

    /** Whether {@link #sendRest} has more to send, now or later. */
    boolean hasRest() {
        return rest != null && rest.left() > 0;
    }

    /** Sends what comes behind {@link #first}, as much as {@code connection} takes and is at hand. */
    void sendRest(UpstreamConnection connection) {
        var spool = rest;
        while (spool != null && connection.accepts()) {
            var part = spool.next();
            if (part == null) {
                break;
            }
            connection.sendBody(part);
        }
        connection.flush();
    }

    private ByteBuf present() {
        if (bytes == null) {
            throw new IllegalStateException("a request is sent that was not kept");
        }
        return bytes;
    }

    /** To look at its head; null between two requests. */
    @Nullable
    ByteBuf bytes() {
        return bytes;
    }

    void drop() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
        if (rest != null) {
            rest.close();
            rest = null;
        }
    }
}
