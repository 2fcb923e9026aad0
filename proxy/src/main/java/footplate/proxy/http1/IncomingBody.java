package footplate.proxy.http1;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.http.ChunkedBody;
import footplate.core.http.RequestHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

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
    private static final long GRACE_SECONDS = 20;

    /** Most seconds of slowness that it gains by what came faster: a gigabyte that came at once is no leave to hold it for weeks. */
    private static final long MOST_GAINED_SECONDS = 60;

    /** Of a chunked body; null for one of known length. */
    private @Nullable ChunkedBody framing;

    private boolean complete = true;
    private boolean asksFirst;
    private long left;
    private long allowed;
    private long come;

    /** How many more bytes have come than had to; below 0: it is too slow. */
    private long ahead;

    private boolean awaited;

    /** A request begins; {@link #allow} is called before its body is followed. */
    void begin(RequestHead head) {
        complete = !head.hasBody();
        if (!complete) {
            framing = head.chunked() ? new ChunkedBody() : null;
            left = Math.max(head.contentLength(), 0);
            asksFirst = head.expectsContinue();
            come = 0;
            awaited = false;
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
        return framing != null || left <= allowed;
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
        var chunks = framing;
        int part;
        if (chunks == null) {
            part = (int) Math.min(left, buffer.readableBytes());
            left -= part;
            complete = left == 0;
        } else {
            part = followChunks(chunks, buffer);
            complete = chunks.ended();
        }
        come += Math.max(part, 0);
        return part;
    }

    private int followChunks(ChunkedBody chunks, ByteBuf buffer) {
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

    /** A second has passed in which it was waited for: whether it comes too slowly. */
    boolean tooSlow(Settings settings) {
        if (asksFirst) {
            return false;
        }
        long rate = settings.bytes(Setting.CLIENT_BODY_MIN_RATE);
        if (!awaited) {
            awaited = true;
            ahead = GRACE_SECONDS * rate;
        }
        ahead = Math.min(ahead + come, MOST_GAINED_SECONDS * rate) - rate;
        come = 0;
        return ahead < 0;
    }
}
