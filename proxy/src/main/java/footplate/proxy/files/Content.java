package footplate.proxy.files;

import io.netty.buffer.ByteBuf;
import io.netty.util.IllegalReferenceCountException;

/** The bytes of a file, ready to be sent by many answers at once: each holds it before and releases it afterwards. */
public sealed interface Content permits Content.Small, Content.Buffered, OpenFile {
    /** Whether it is there still, and stays until {@link #release}. */
    boolean hold();

    /** Undoes one {@link #hold}; the one who made it calls it once more, at its end. */
    void release();

    /**
     * So few that they are copied behind the head.
     *
     * @param bytes never changed
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Small(byte[] bytes) implements Content {
        @Override
        public boolean hold() {
            return true;
        }

        @Override
        public void release() {}
    }

    /**
     * Sent as they lie in memory.
     *
     * @param bytes direct; read by duplicates and slices only
     */
    record Buffered(ByteBuf bytes) implements Content {
        @Override
        public boolean hold() {
            try {
                bytes.retain();
                return true;
            } catch (IllegalReferenceCountException evicted) {
                return false;
            }
        }

        @Override
        public void release() {
            bytes.release();
        }
    }
}
