package footplate.core.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The path of a request as routes see it: percent-decoded once, dot segments resolved, slashes merged (nginx: {@code $uri}).
 * One object is used again for many requests; nothing is made or copied where a path is so as it was written.
 */
public final class NormalPath {
    private static final byte[] ROOT = {'/'};

    private byte[] scratch = new byte[256];
    private byte[] bytes = ROOT;
    private int from;
    private int to;

    /**
     * Reads the path of {@code head}; what it says is true until the head's bytes change.
     *
     * @return false if it is none: it climbs above the root, or has a percent sign without two digits, or a NUL
     */
    public boolean read(RequestHead head) {
        return read(head.bytes(), head.pathStart(), head.targetEnd());
    }

    /** Reads what lies in {@code source}, up to a question mark if there is one. */
    boolean read(byte[] source, int start, int end) {
        bytes = source;
        from = start;
        boolean plain = true;
        byte before = 0;
        int i = start;
        for (; i < end && source[i] != '?'; i++) {
            byte octet = source[i];
            if (octet == '%' || (before == '/' && (octet == '/' || octet == '.'))) {
                plain = false;
            }
            before = octet;
        }
        to = i;
        if (from == to) {
            // RFC 9110 §4.2.3: an absolute form without a path means the root.
            bytes = ROOT;
            from = 0;
            to = 1;
            return true;
        }
        if (source[start] != '/') {
            // The asterisk form.
            to = from;
            return true;
        }
        return plain || (decode(source, start, i) && resolve());
    }

    private boolean decode(byte[] source, int start, int end) {
        if (scratch.length < end - start) {
            scratch = new byte[end - start];
        }
        int length = 0;
        for (int i = start; i < end; i++) {
            byte octet = source[i];
            if (octet == '%') {
                int high = i + 2 < end ? Octets.hex(source[i + 1]) : -1;
                int low = i + 2 < end ? Octets.hex(source[i + 2]) : -1;
                octet = (byte) (high << 4 | low);
                if (high < 0 || low < 0 || octet == 0) {
                    return false;
                }
                i += 2;
            }
            scratch[length++] = octet;
        }
        bytes = scratch;
        from = 0;
        to = length;
        return true;
    }

    /** In place: what is written never overtakes what is read. False if it climbs above the root. */
    private boolean resolve() {
        int written = 0;
        boolean folder = true;
        for (int i = 0; i < to; ) {
            while (i < to && scratch[i] == '/') {
                i++;
            }
            int segment = i;
            while (i < to && scratch[i] != '/') {
                i++;
            }
            int length = i - segment;
            boolean here = length == 0 || (length == 1 && scratch[segment] == '.');
            boolean up = length == 2 && scratch[segment] == '.' && scratch[segment + 1] == '.';
            folder = here || up;
            if (up) {
                if (written == 0) {
                    return false;
                }
                do {
                    written--;
                } while (scratch[written] != '/');
            } else if (!here) {
                scratch[written++] = '/';
                System.arraycopy(scratch, segment, scratch, written, length);
                written += length;
            }
        }
        if (folder) {
            scratch[written++] = '/';
        }
        to = written;
        return true;
    }

    /** A path as a file has it, percent-encoded; null if it is none. */
    public static byte @Nullable [] of(String written) {
        var source = written.getBytes(StandardCharsets.UTF_8);
        var path = new NormalPath();
        return path.read(source, 0, source.length) ? Arrays.copyOfRange(path.bytes, path.from, path.to) : null;
    }

    /** Whether an octet can be written into a path as it is (RFC 3986 §3.3). */
    private static boolean isPlain(int octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= '/' && octet <= ':')
                || (octet >= '@' && octet <= 'Z')
                || (octet > 0 && "-._~!$&'()*+,;=".indexOf(octet) >= 0);
    }

    /** A decoded path, or a part of one, as it is written in a request: percent-encoded where it has to be. */
    public static String encoded(byte[] decoded, int from, int to) {
        var text = new StringBuilder(to - from + 16);
        for (int i = from; i < to; i++) {
            int octet = decoded[i] & 0xFF;
            if (isPlain(octet)) {
                text.append((char) octet);
            } else {
                text.append('%')
                        .append(Character.toUpperCase(Character.forDigit(octet >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(octet & 15, 16)));
            }
        }
        return text.toString();
    }

    /** Where its octets are, from {@link #from} to {@link #to}. */
    public byte[] bytes() {
        return bytes;
    }

    public int from() {
        return from;
    }

    /** The same as {@link #from} for the asterisk form, which names no path. */
    public int to() {
        return to;
    }
}
