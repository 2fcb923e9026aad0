package footplate.core.http;

/**
 * The framing of one chunked body (RFC 9112 §7.1), followed octet by octet so that the octets themselves can pass through
 * untouched. Data is skipped in one step: feed {@link #next} while {@link #dataLeft} is 0, {@link #skip} otherwise. Strict:
 * sizes of 1 to 15 hexadecimal digits, CRLF only, extensions and trailers bounded and of legal characters.
 */
public final class ChunkedBody {
    private static final int MOST_EXTENSION = 4_096;
    private static final int MOST_TRAILER = 16_384;

    private enum At {
        SIZE,
        SIZE_SPACE,
        EXTENSION,
        QUOTED,
        QUOTED_PAIR,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER_START,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        END_LF,
        END,
        BAD
    }

    private At at = At.SIZE;
    private long size;
    private int digits;
    private int length;

    /** Begins a new body. */
    public void reset() {
        at = At.SIZE;
        size = 0;
        digits = 0;
        length = 0;
    }

    /** Octets of data that come next; 0 while framing is expected. */
    public long dataLeft() {
        return at == At.DATA ? size : 0;
    }

    /** Passes over {@code octets} of data, at most {@link #dataLeft}. */
    public void skip(long octets) {
        size -= octets;
        if (size == 0) {
            at = At.DATA_CR;
        }
    }

    /** Whether the whole body, trailers included, has been seen. */
    public boolean ended() {
        return at == At.END;
    }

    /** Whether it is malformed; nothing after that can be trusted. */
    public boolean bad() {
        return at == At.BAD;
    }

    /** One octet of framing. */
    public void next(byte octet) {
        at = switch (at) {
            case SIZE -> size(octet);
            case SIZE_SPACE -> octet == ' ' || octet == '\t' ? bounded(At.SIZE_SPACE) : afterSpace(octet);
            case EXTENSION -> extension(octet);
            case QUOTED -> quoted(octet);
            case QUOTED_PAIR -> Octets.isValue(octet) ? bounded(At.QUOTED) : At.BAD;
            case SIZE_LF -> octet == '\n' ? sizeKnown() : At.BAD;
            case DATA_CR -> octet == '\r' ? At.DATA_LF : At.BAD;
            case DATA_LF -> octet == '\n' ? nextSize() : At.BAD;
            case TRAILER_START -> octet == '\r' ? At.END_LF : Octets.isToken(octet) ? trailer(At.TRAILER_NAME) : At.BAD;
            case TRAILER_NAME ->
                octet == ':' ? trailer(At.TRAILER_VALUE) : Octets.isToken(octet) ? trailer(At.TRAILER_NAME) : At.BAD;
            case TRAILER_VALUE ->
                octet == '\r' ? At.TRAILER_LF : Octets.isValue(octet) ? trailer(At.TRAILER_VALUE) : At.BAD;
            case TRAILER_LF -> octet == '\n' ? trailer(At.TRAILER_START) : At.BAD;
            case END_LF -> octet == '\n' ? At.END : At.BAD;
            case DATA, END, BAD -> At.BAD;
        };
    }

    private At size(byte octet) {
        int digit = Octets.hex(octet);
        if (digit >= 0) {
            size = (size << 4) | digit;
            // 15 digits cannot overflow; more are never meant well.
            return ++digits > 15 ? At.BAD : At.SIZE;
        }
        if (digits == 0) {
            return At.BAD;
        }
        return switch (octet) {
            case '\r' -> At.SIZE_LF;
            case ';' -> bounded(At.EXTENSION);
            case ' ', '\t' -> bounded(At.SIZE_SPACE);
            default -> At.BAD;
        };
    }

    /** Space may stand before an extension only (RFC 9112 §7.1.1), not before the end of the line. */
    private At afterSpace(byte octet) {
        return octet == ';' ? bounded(At.EXTENSION) : At.BAD;
    }

    private At extension(byte octet) {
        return switch (octet) {
            case '\r' -> At.SIZE_LF;
            case '"' -> bounded(At.QUOTED);
            case ';', '=', ' ', '\t' -> bounded(At.EXTENSION);
            default -> Octets.isToken(octet) ? bounded(At.EXTENSION) : At.BAD;
        };
    }

    private At quoted(byte octet) {
        return switch (octet) {
            case '"' -> bounded(At.EXTENSION);
            case '\\' -> bounded(At.QUOTED_PAIR);
            default -> Octets.isValue(octet) ? bounded(At.QUOTED) : At.BAD;
        };
    }

    /** Extensions are bounded over the whole body: many small ones cost as much as a large one. */
    private At bounded(At next) {
        return ++length > MOST_EXTENSION ? At.BAD : next;
    }

    private At trailer(At next) {
        return ++length > MOST_TRAILER ? At.BAD : next;
    }

    private At sizeKnown() {
        if (size > 0) {
            return At.DATA;
        }
        length = 0;
        return At.TRAILER_START;
    }

    private At nextSize() {
        digits = 0;
        size = 0;
        return At.SIZE;
    }
}
