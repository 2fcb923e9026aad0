package footplate.proxy.http1;

import footplate.core.config.Setting;
import footplate.core.http.Refusal;
import footplate.core.http.RequestHead;
import footplate.proxy.flow.Loop;
import io.netty.buffer.ByteBuf;

/**
 * Finds the head at the front of what has come in. What comes in parts is parsed whenever a line has ended, so that what is
 * wrong is refused at once; what comes in very many, when the head may have ended.
 */
final class HeadSearch {
    /** Most times that one head is parsed before its end is seen. */
    private static final int MOST_LOOKS = 32;

    /** What a look has found. */
    enum Found {
        /** Nothing but empty lines. */
        NOTHING,
        /** The beginning of a head. */
        PART,
        /** A head; it is in {@link Loop#head}, and was taken out of the buffer. */
        HEAD,
        /** What cannot become one: see {@link #refusal}. */
        REFUSED
    }

    private final Loop loop;
    private Refusal refusal = Refusal.BAD_REQUEST_LINE;
    private int searched;
    private int looks;
    private boolean begun;

    HeadSearch(Loop loop) {
        this.loop = loop;
    }

    /** Whether the first byte of a head has been seen, and not yet its end. */
    boolean begun() {
        return begun;
    }

    /** Passes over empty lines; whether a head begins behind them. */
    boolean begins(ByteBuf buffer) {
        return begun || Unread.skipEmptyLines(buffer);
    }

    /** Looks once more, at a head of which nothing more will come: it is refused, or a part for ever. */
    Found lastLook(ByteBuf buffer) {
        searched = 0;
        return look(buffer);
    }

    /** Looks; call it when more has come in. */
    Found look(ByteBuf buffer) {
        if (!begins(buffer)) {
            return Found.NOTHING;
        }
        begun = true;
        int readable = buffer.readableBytes();
        int limit = (int) loop.settings().bytes(Setting.MAX_HEADER_SIZE);
        if (searched > 0 && readable < limit && !worthALook(buffer)) {
            searched = readable;
            return Found.PART;
        }
        looks++;
        int length = Math.min(readable, limit);
        var bytes = loop.scratch();
        buffer.getBytes(buffer.readerIndex(), bytes, 0, length);
        var head = loop.head();
        int end = head.read(bytes, 0, length);
        if (end == RequestHead.INCOMPLETE && readable < limit) {
            searched = readable;
            return Found.PART;
        }
        begun = false;
        searched = 0;
        looks = 0;
        if (end < 0) {
            refusal = end == RequestHead.INCOMPLETE ? tooLarge(bytes, length) : head.refusal();
            return Found.REFUSED;
        }
        buffer.skipBytes(end);
        return Found.HEAD;
    }

    private boolean worthALook(ByteBuf buffer) {
        return looks < MOST_LOOKS ? Unread.endsLine(buffer, searched) : Unread.ends(buffer, searched);
    }

    /** A request line that fills all the room there is has too long a target, whatever the limit of that. */
    private static Refusal tooLarge(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                return Refusal.HEAD_TOO_LARGE;
            }
        }
        return Refusal.TARGET_TOO_LONG;
    }

    /** Why the last look refused. */
    Refusal refusal() {
        return refusal;
    }
}
