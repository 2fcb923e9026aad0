package footplate.proxy.http1;

import footplate.core.http.ChunkedBody;
import footplate.core.http.RequestHead;
import footplate.proxy.upstream.Chunks;
import io.netty.buffer.ByteBuf;

/** Where the body of a client's request ends (RFC 9112 §6). */
final class IncomingBody {
    private final ChunkedBody chunks = new ChunkedBody();
    private boolean chunked;
    private boolean complete = true;
    private long left;

    /** A request begins. */
    void begin(RequestHead head) {
        chunked = head.chunked();
        left = Math.max(head.contentLength(), 0);
        complete = !head.hasBody();
        if (chunked) {
            chunks.reset();
        }
    }

    /** Whether all of it has come in. */
    boolean complete() {
        return complete;
    }

    /**
     * Follows it through what has come in; the buffer's reader index is not moved.
     *
     * @return how many bytes belong to it; -1 if it is malformed
     */
    int follow(ByteBuf buffer) {
        if (chunked) {
            int part = Chunks.follow(chunks, buffer);
            complete = chunks.ended();
            return part;
        }
        int part = (int) Math.min(left, buffer.readableBytes());
        left -= part;
        complete = left == 0;
        return part;
    }
}
