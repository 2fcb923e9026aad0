package footplate.core.rule;

import footplate.core.rule.limit.KeyedHash;
import org.jspecify.annotations.Nullable;

/** Who a client is: an IPv4 or IPv6 address. Immutable. */
public final class ClientAddress {
    private static final int LONGEST = 45;
    private static final int NETWORK = 8;

    private final String text;
    private final byte[] bytes;

    private ClientAddress(String text, byte[] bytes) {
        this.text = text;
        this.bytes = bytes;
    }

    /**
     * Reads an address: {@code 10.0.0.5}, {@code 2001:db8::1}; {@code ::ffff:10.0.0.5} is the IPv4 address.
     *
     * @return null if {@code text} is none
     */
    public static @Nullable ClientAddress parse(String text) {
        if (text.length() > LONGEST) {
            return null;
        }
        if (text.indexOf(':') < 0) {
            var four = four(text);
            return four == null ? null : new ClientAddress(text, four);
        }
        var sixteen = sixteen(text);
        if (sixteen == null) {
            return null;
        }
        if (mapped(sixteen)) {
            var four = java.util.Arrays.copyOfRange(sixteen, 12, 16);
            return new ClientAddress(
                    (four[0] & 255) + "." + (four[1] & 255) + "." + (four[2] & 255) + "." + (four[3] & 255), four);
        }
        return new ClientAddress(text, sixteen);
    }

    /**
     * The address of a connection.
     *
     * @param bytes 4 or 16, in network order
     * @param text how it is written
     */
    public static ClientAddress of(byte[] bytes, String text) {
        if (bytes.length != 4 && bytes.length != 16) {
            throw new IllegalArgumentException("an address of " + bytes.length + " bytes");
        }
        return new ClientAddress(text, bytes);
    }

    /**
     * Reads an address as proxies write it: with a port, or in brackets, or both (RFC 7239 §6).
     *
     * @return null if {@code text} is none
     */
    static @Nullable ClientAddress parseNode(String text) {
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            return end > 0 && isPort(text, end + 1) ? parse(text.substring(1, end)) : null;
        }
        int colon = text.indexOf(':');
        if (colon > 0 && text.indexOf('.') > 0 && text.indexOf('.') < colon) {
            return isPort(text, colon) ? parse(text.substring(0, colon)) : null;
        }
        return parse(text);
    }

    private static boolean isPort(String text, int from) {
        if (from == text.length()) {
            return true;
        }
        if (text.charAt(from) != ':' || text.length() - from > 6 || text.length() - from < 2) {
            return false;
        }
        for (int i = from + 1; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean mapped(byte[] sixteen) {
        for (int i = 0; i < 10; i++) {
            if (sixteen[i] != 0) {
                return false;
            }
        }
        return sixteen[10] == -1 && sixteen[11] == -1;
    }

    private static byte @Nullable [] four(String text) {
        var bytes = new byte[4];
        int part = 0;
        int value = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? '.' : text.charAt(i);
            if (c == '.') {
                if (value < 0 || part == 4) {
                    return null;
                }
                bytes[part++] = (byte) value;
                value = -1;
            } else if (c < '0' || c > '9' || value == 0) {
                // No leading zero: some read it as octal.
                return null;
            } else {
                value = value < 0 ? c - '0' : value * 10 + c - '0';
                if (value > 255) {
                    return null;
                }
            }
        }
        return part == 4 ? bytes : null;
    }

    private static byte @Nullable [] sixteen(String text) {
        int gap = text.indexOf("::");
        var head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
        var tail = groups(gap < 0 ? "" : text.substring(gap + 2), true);
        if (head == null || tail == null) {
            return null;
        }
        int known = head.length + tail.length;
        if (gap < 0 ? known != 16 : known > 14) {
            return null;
        }
        var bytes = new byte[16];
        System.arraycopy(head, 0, bytes, 0, head.length);
        System.arraycopy(tail, 0, bytes, 16 - tail.length, tail.length);
        return bytes;
    }

    private static byte @Nullable [] groups(String text, boolean last) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        var parts = text.split(":", -1);
        var four = last && parts[parts.length - 1].indexOf('.') > 0 ? four(parts[parts.length - 1]) : new byte[0];
        if (four == null) {
            return null;
        }
        int count = parts.length - (four.length > 0 ? 1 : 0);
        var bytes = new byte[count * 2 + four.length];
        for (int i = 0; i < count; i++) {
            int group = group(parts[i]);
            if (group < 0) {
                return null;
            }
            bytes[2 * i] = (byte) (group >> 8);
            bytes[2 * i + 1] = (byte) group;
        }
        System.arraycopy(four, 0, bytes, 2 * count, four.length);
        return bytes;
    }

    private static int group(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        int group = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            group = group << 4 | digit;
        }
        return group;
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    /** Its bytes, 4 or 16; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** What counts as one client: an IPv4 address, or an IPv6 network of 64 bits, which is what one household gets. */
    long key(KeyedHash hash) {
        return hash.of(bytes, 0, Math.min(bytes.length, bytes.length == 4 ? 4 : NETWORK));
    }

    @Override
    public String toString() {
        return text;
    }
}
