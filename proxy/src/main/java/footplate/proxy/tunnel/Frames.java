package footplate.proxy.tunnel;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of one direction of a WebSocket (RFC 6455 §5.2), to know where one ends: a frame of ours can only be
 * put in there. Looks at heads alone, a few bytes of each frame, and keeps nothing.
 */
final class Frames {
    private static final int CLOSE = 8;

    /** Bytes of the frame's head so far. */
    private int head;

    /** Where in the head its length ends, and where the head does. */
    private int lengthEnd;

    private int headEnd;
    private long length;

    /** Bytes of the frame's content still to come. */
    private long content;

    private boolean close;
    private boolean closed;

    /** Whether one frame has ended and the next not begun. */
    boolean between() {
        return head == 0 && content == 0;
    }

    /** Whether a Close frame has passed: nothing may follow it (RFC 6455 §5.5.1). */
    boolean closed() {
        return closed;
    }

    /** Follows all bytes that can be read. */
    void follow(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            at = toEdge(bytes, at);
        }
    }

    /**
     * Follows bytes to the end of a frame.
     *
     * @param from index of the first byte not followed yet
     * @return the index behind the frame's last byte, or behind all bytes if it does not end in them
     */
    int toEdge(ByteBuf bytes, int from) {
        int at = from;
        int end = bytes.writerIndex();
        while (at < end) {
            if (content > 0) {
                int part = (int) Math.min(content, end - at);
                content -= part;
                at += part;
            } else if (!headEnds(bytes.getByte(at++))) {
                continue;
            }
            if (content == 0) {
                closed |= close;
                return at;
            }
        }
        return at;
    }

    private boolean headEnds(byte next) {
        head++;
        if (head == 1) {
            close = (next & 0x0F) == CLOSE;
            return false;
        }
        if (head == 2) {
            int first = next & 0x7F;
            lengthEnd = first == 126 ? 4 : first == 127 ? 10 : 2;
            headEnd = lengthEnd + ((next & 0x80) == 0 ? 0 : 4);
            length = lengthEnd == 2 ? first : 0;
        } else if (head <= lengthEnd) {
            length = (length << 8) | (next & 0xFF);
        }
        if (head < headEnd) {
            return false;
        }
        head = 0;
        // No frame is longer than 2⁶³ bytes: what says so is no WebSocket, and has no end to wait for.
        content = length < 0 ? Long.MAX_VALUE : length;
        return true;
    }
}
