package footplate.core.http;

/**
 * The framing of one chunked body (RFC 9112 §7.1), followed octet by octet so that the octets themselves can pass through
 * untouched. Data is skipped in one step: feed {@link #next} while {@link #dataLeft} is 0, {@link #skip} otherwise. Strict:
 * sizes of 1 to 15 hexadecimal digits, CRLF only, extensions and trailers by the grammar and bounded, and no trailer that
 * would mean something else in a header (RFC 9110 §6.5.1).
 */
public final class ChunkedBody {
    /** Most octets of extensions beyond those of data: many small ones cost as much as a large one. */
    private static final int MOST_EXTENSION = 4_096;

    private static final int MOST_TRAILER = 16_384;

    /** As much of a trailer's name as has to be known to say whether it may stand there. */
    private static final int TELLING_NAME = 24;

    private static final byte[] NO_NAME = new byte[0];

    private enum At {
        SIZE,
        SIZE_SPACE,
        EXTENSION_START,
        EXTENSION_NAME,
        EXTENSION_NAME_SPACE,
        EXTENSION_VALUE_START,
        EXTENSION_VALUE,
        QUOTED,
        QUOTED_PAIR,
        QUOTED_END,
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
    private byte[] name = NO_NAME;
    private int nameLength;

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
            case SIZE_SPACE -> isSpace(octet) ? bounded(At.SIZE_SPACE) : afterSpace(octet);
            case EXTENSION_START ->
                isSpace(octet)
                        ? bounded(At.EXTENSION_START)
                        : Octets.isToken(octet) ? bounded(At.EXTENSION_NAME) : At.BAD;
            case EXTENSION_NAME ->
                Octets.isToken(octet)
                        ? bounded(At.EXTENSION_NAME)
                        : octet == '='
                                ? bounded(At.EXTENSION_VALUE_START)
                                : extensionEnd(octet, At.EXTENSION_NAME_SPACE);
            case EXTENSION_NAME_SPACE ->
                isSpace(octet)
                        ? bounded(At.EXTENSION_NAME_SPACE)
                        : octet == '=' ? bounded(At.EXTENSION_VALUE_START) : afterSpace(octet);
            case EXTENSION_VALUE_START -> extensionValue(octet);
            case EXTENSION_VALUE ->
                Octets.isToken(octet) ? bounded(At.EXTENSION_VALUE) : extensionEnd(octet, At.SIZE_SPACE);
            case QUOTED -> quoted(octet);
            case QUOTED_END -> extensionEnd(octet, At.SIZE_SPACE);
            case QUOTED_PAIR -> Octets.isValue(octet) ? bounded(At.QUOTED) : At.BAD;
            case SIZE_LF -> octet == '\n' ? sizeKnown() : At.BAD;
            case DATA_CR -> octet == '\r' ? At.DATA_LF : At.BAD;
            case DATA_LF -> octet == '\n' ? nextSize() : At.BAD;
            case TRAILER_START -> octet == '\r' ? At.END_LF : Octets.isToken(octet) ? named(octet, 0) : At.BAD;
            case TRAILER_NAME -> octet == ':' ? nameKnown() : Octets.isToken(octet) ? named(octet, nameLength) : At.BAD;
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
        return extensionEnd(octet, At.SIZE_SPACE);
    }

    private static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    /** Where the line may end, or another extension may follow. */
    private At extensionEnd(byte octet, At space) {
        return switch (octet) {
            case '\r' -> At.SIZE_LF;
            case ';' -> bounded(At.EXTENSION_START);
            case ' ', '\t' -> bounded(space);
            default -> At.BAD;
        };
    }

    /** Space may stand before an extension only (RFC 9112 §7.1.1), not before the end of the line. */
    private At afterSpace(byte octet) {
        return octet == ';' ? bounded(At.EXTENSION_START) : At.BAD;
    }

    private At extensionValue(byte octet) {
        return switch (octet) {
            case '"' -> bounded(At.QUOTED);
            case ' ', '\t' -> bounded(At.EXTENSION_VALUE_START);
            default -> Octets.isToken(octet) ? bounded(At.EXTENSION_VALUE) : At.BAD;
        };
    }

    private At quoted(byte octet) {
        return switch (octet) {
            case '"' -> bounded(At.QUOTED_END);
            case '\\' -> bounded(At.QUOTED_PAIR);
            default -> Octets.isValue(octet) ? bounded(At.QUOTED) : At.BAD;
        };
    }

    private At bounded(At next) {
        return ++length > MOST_EXTENSION ? At.BAD : next;
    }

    private At trailer(At next) {
        return ++length > MOST_TRAILER ? At.BAD : next;
    }

    private At named(byte octet, int before) {
        if (before == 0 && name.length == 0) {
            name = new byte[TELLING_NAME];
        }
        if (before < TELLING_NAME) {
            name[before] = octet;
            nameLength = before + 1;
        }
        return trailer(At.TRAILER_NAME);
    }

    private At nameKnown() {
        return Forwarding.guarded(Field.of(name, 0, nameLength, true)) ? At.BAD : trailer(At.TRAILER_VALUE);
    }

    private At sizeKnown() {
        if (size > 0) {
            length = (int) Math.max(0, length - size);
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
