package footplate.proxy.http1;

import io.netty.buffer.ByteBuf;

/** What has come in and is not read yet: where heads begin and end in it. */
final class Unread {
    /** The four letters, as a number. */
    private static final int HEAD = 'H' << 24 | 'E' << 16 | 'A' << 8 | 'D';

    private Unread() {}

    /**
     * Passes over empty lines before a request (RFC 9112 §2.2).
     *
     * @return whether something else is there
     */
    static boolean skipEmptyLines(ByteBuf buffer) {
        while (buffer.isReadable()) {
            int at = buffer.readerIndex();
            if (buffer.getByte(at) != '\r') {
                return true;
            }
            if (buffer.readableBytes() < 2) {
                return false;
            }
            if (buffer.getByte(at + 1) != '\n') {
                return true;
            }
            buffer.skipBytes(2);
        }
        return false;
    }

    /** Whether it begins with the method HEAD, whatever follows. */
    static boolean isHead(ByteBuf buffer) {
        int at = buffer.readerIndex();
        return buffer.readableBytes() > 4 && buffer.getInt(at) == HEAD && buffer.getByte(at + 4) == ' ';
    }

    /**
     * Whether a line ends among the bytes that came since the last look.
     *
     * @param searched how many bytes were looked at before
     */
    static boolean endsLine(ByteBuf buffer, int searched) {
        int from = buffer.readerIndex() + searched;
        return buffer.indexOf(from, buffer.writerIndex(), (byte) '\n') >= 0;
    }

    /**
     * Whether an empty line is among the bytes that came since the last look, so that a head that comes byte by byte is
     * parsed but a few times.
     *
     * @param searched how many bytes were looked at before
     */
    static boolean ends(ByteBuf buffer, int searched) {
        int from = buffer.readerIndex();
        int end = buffer.writerIndex();
        for (int i = from + Math.max(searched - 3, 1); i < end; i++) {
            if (buffer.getByte(i) == '\n') {
                byte before = buffer.getByte(i - 1);
                if (before == '\n' || (before == '\r' && i - 2 >= from && buffer.getByte(i - 2) == '\n')) {
                    return true;
                }
            }
        }
        return false;
    }
}
