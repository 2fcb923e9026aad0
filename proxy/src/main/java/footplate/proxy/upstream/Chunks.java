package footplate.proxy.upstream;

import footplate.core.http.ChunkedBody;
import io.netty.buffer.ByteBuf;

/** Follows a chunked body through a buffer without touching its data. */
public final class Chunks {
    private Chunks() {}

    /**
     * Follows the framing from the buffer's reader index on, which is not moved.
     *
     * @return how many bytes belong to the body; -1 if it is malformed
     */
    public static int follow(ChunkedBody chunks, ByteBuf buffer) {
        int from = buffer.readerIndex();
        int i = from;
        int end = buffer.writerIndex();
        while (i < end && !chunks.ended()) {
            long data = chunks.dataLeft();
            if (data > 0) {
                int part = (int) Math.min(data, end - i);
                chunks.skip(part);
                i += part;
            } else {
                chunks.next(buffer.getByte(i++));
                if (chunks.bad()) {
                    return -1;
                }
            }
        }
        return i - from;
    }
}
