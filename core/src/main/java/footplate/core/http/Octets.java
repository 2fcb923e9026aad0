package footplate.core.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Which octets may stand where in a head. */
final class Octets {
    /** Eight octets at once, the first of them lowest. */
    static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long TOPS = 0x8080_8080_8080_8080L;
    private static final int TOKEN = 1;
    private static final int VALUE = 2;
    private static final int TARGET = 4;
    private static final int HOST = 8;
    /** An underscore, which is a {@link #TOKEN} too. */
    static final int UNDERSCORE = 16;

    private static final byte[] KIND = kinds();

    private Octets() {}

    private static byte[] kinds() {
        var kinds = new byte[256];
        for (int c = 0; c < 256; c++) {
            boolean digit = c >= '0' && c <= '9';
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean visible = c > 0x20 && c < 0x7F;
            int kind = 0;
            // RFC 9110 §5.6.2
            if (digit || letter || (visible && "!#$%&'*+-.^_`|~".indexOf(c) >= 0)) {
                kind |= TOKEN;
            }
            // RFC 9110 §5.5: visible, space, tab, and obs-text
            if (visible || c == ' ' || c == '\t' || c >= 0x80) {
                kind |= VALUE;
            }
            // RFC 3986 allows fewer, browsers send more; a fragment is never sent (RFC 9112 §3.2), and it is how caches
            // and servers come to disagree about a path.
            if (visible && c != '#') {
                kind |= TARGET;
            }
            // RFC 3986 §3.2.2: reg-name without the brackets of IPv6 and without user information. No comma: it is how
            // two
            // Host fields look that somebody joined.
            if (digit || letter || (visible && "-._~!$&'()*+;=%".indexOf(c) >= 0)) {
                kind |= HOST;
            }
            if (c == '_') {
                kind |= UNDERSCORE;
            }
            kinds[c] = (byte) kind;
        }
        return kinds;
    }

    /** What {@code octet} is, to be asked by {@link #isToken(int)}; what several are, together, by {@code |}. */
    static int kind(byte octet) {
        return KIND[octet & 0xFF];
    }

    static boolean isToken(int kind) {
        return (kind & TOKEN) != 0;
    }

    /**
     * The first position from {@code from} on where no octet of a value stands; {@code end} if all are of a value. Eight
     * octets are looked at in one step: below 0x20 or 0x7F stops it, and a tab does not.
     */
    static int valueEnd(byte[] bytes, int from, int end) {
        int i = from;
        while (i + 8 <= end) {
            long eight = (long) EIGHT.get(bytes, i);
            long delete = eight ^ (0x7F * ONES);
            // In the lowest octet that it marks, a difference has borrowed from nobody: that one is right.
            long stop = (((eight - 0x20 * ONES) & ~eight) | ((delete - ONES) & ~delete)) & TOPS;
            if (stop == 0) {
                i += 8;
            } else {
                i += Long.numberOfTrailingZeros(stop) >>> 3;
                if (bytes[i] != '\t') {
                    return i;
                }
                i++;
            }
        }
        while (i < end && isValue(bytes[i])) {
            i++;
        }
        return i;
    }

    static boolean isToken(byte octet) {
        return (KIND[octet & 0xFF] & TOKEN) != 0;
    }

    static boolean isValue(byte octet) {
        return (KIND[octet & 0xFF] & VALUE) != 0;
    }

    static boolean isTarget(byte octet) {
        return (KIND[octet & 0xFF] & TARGET) != 0;
    }

    static boolean isHost(byte octet) {
        return (KIND[octet & 0xFF] & HOST) != 0;
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hex(int octet) {
        if (octet >= '0' && octet <= '9') {
            return octet - '0';
        }
        int lower = octet | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** Whether {@code bytes[from..to)} is {@code lower}, which is ASCII in lower case, whatever its own case. */
    static boolean same(byte[] bytes, int from, int to, byte[] lower) {
        if (to - from != lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            if (lower(bytes[from + i]) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether two ranges are the same, whatever their case. */
    static boolean same(byte[] bytes, int from, int to, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            if (lower(bytes[from + i]) != lower(bytes[otherFrom + i])) {
                return false;
            }
        }
        return true;
    }

    static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
    }

    /** A decimal number of 1 to 18 digits and nothing else, or -1: no sign, no space, no list. */
    static long decimal(byte[] bytes, int from, int to) {
        if (to == from || to - from > 18) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
