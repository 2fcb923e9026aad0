package footplate.proxy.files;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer made from a file, head and body. Immutable, and sent any number of times. Whoever is given one {@link #release
 * releases} it when it has been sent or is not wanted any more.
 *
 * @param status 200, 206, 301, 304, 412 or 416; another one if an app chose it
 * @param head status line and fields, each with its CRLF, but for Date, those about the connection and the empty line
 * @param content what {@code pieces} are of; null if there is no body
 * @param pieces the body, in order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FileAnswer(int status, byte[] head, @Nullable Content content, List<Piece> pieces) implements FileLookup {
    /**
     * A part of a body.
     *
     * @param lead sent before it; not changed
     * @param from first byte of the content
     * @param length bytes of the content
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Piece(byte[] lead, long from, long length) {}

    /** Whether it may be sent; then it has to be released. */
    boolean hold() {
        return content == null || content.hold();
    }

    /** It has been sent, or is not wanted. */
    public void release() {
        if (content != null) {
            content.release();
        }
    }

    /** Bytes of the body. */
    public long length() {
        long sum = 0;
        for (int i = 0; i < pieces.size(); i++) {
            sum += pieces.get(i).lead().length + pieces.get(i).length();
        }
        return sum;
    }
}
