package footplate.proxy.http1;

import footplate.core.http.ChunkedBody;
import footplate.core.http.RequestHead;
import io.netty.buffer.ByteBuf;

/**
 * The body of a client's request: where it ends (RFC 9112 §6), whether it is longer than it may be, and whether it comes
 * fast enough.
 */
final class IncomingBody {
    /** {@link #follow}: its framing is broken. */
    static final int MALFORMED = -1;

    /** {@link #follow}: it is longer than it may be. */
    static final int TOO_LONG = -2;

    /** How long it may be slow at first (Apache: RequestReadTimeout body=20,MinRate=500). */
    private static final long GRACE_MILLIS = 20_000;

    private final ChunkedBody chunks = new ChunkedBody();
    private boolean chunked;
    private boolean complete = true;
    private boolean asksFirst;
    private long left;
    private long allowed;
    private long come;
    private long awaitedMillis;

    /** A request begins; {@link #allow} is called before its body is followed. */
    void begin(RequestHead head) {
        complete = !head.hasBody();
        if (!complete) {
            chunked = head.chunked();
            left = Math.max(head.contentLength(), 0);
            asksFirst = head.expectsContinue();
            come = 0;
            awaitedMillis = 0;
            if (chunked) {
                chunks.reset();
            }
        }
    }

    /**
     * Sets how long it may be.
     *
     * @param most bytes, framing not counted; 0 for any number
     * @return false if it says itself that it is longer
     */
    boolean allow(long most) {
        allowed = most == 0 ? Long.MAX_VALUE : most;
        return chunked || left <= allowed;
    }

    /** Whether all of it has come in. */
    boolean complete() {
        return complete;
    }

    /** Whether its client waits for a 100 before it sends it, as far as we know (RFC 9110 §10.1.1). */
    boolean awaitsContinue() {
        return asksFirst;
    }

    /** A 100 was sent: now it is up to the client. */
    void continued() {
        asksFirst = false;
    }

    /**
     * Follows it through what has come in; the buffer's reader index is not moved.
     *
     * @return how many bytes belong to it, {@link #MALFORMED} or {@link #TOO_LONG}
     */
    int follow(ByteBuf buffer) {
        asksFirst = false;
        int part = chunked ? followChunks(buffer) : (int) Math.min(left, buffer.readableBytes());
        if (part > 0) {
            come += part;
        }
        if (!chunked) {
            left -= part;
        }
        complete = chunked ? chunks.ended() : left == 0;
        return part;
    }

    private int followChunks(ByteBuf buffer) {
        int from = buffer.readerIndex();
        int i = from;
        int end = buffer.writerIndex();
        while (i < end && !chunks.ended()) {
            long data = chunks.dataLeft();
            if (data > 0) {
                int part = (int) Math.min(data, end - i);
                chunks.skip(part);
                i += part;
                continue;
            }
            chunks.next(buffer.getByte(i++));
            if (chunks.bad()) {
                return MALFORMED;
            }
            // A chunk that says that it will be too long needs not be waited for.
            if (chunks.dataLeft() > allowed) {
                return TOO_LONG;
            }
            allowed -= chunks.dataLeft();
        }
        return i - from;
    }

    /**
     * It was waited for, and read from, for {@code millis} more.
     *
     * @param rate fewest bytes a second, on average; 0 for any
     * @return whether it has come too slowly since its beginning
     */
    boolean tooSlow(long millis, long rate) {
        if (asksFirst) {
            return false;
        }
        awaitedMillis += millis;
        return rate > 0 && awaitedMillis > GRACE_MILLIS && come < (awaitedMillis - GRACE_MILLIS) * rate / 1_000;
    }
}
