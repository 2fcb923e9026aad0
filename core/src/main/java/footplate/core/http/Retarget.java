package footplate.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/** A request's head with another path and query, as if its client had asked for that. */
public final class Retarget {
    private static final String HEX = "0123456789ABCDEF";

    private Retarget() {}

    /**
     * Makes the head.
     *
     * @param target begins with a slash; what may not stand in a target is percent-encoded here
     * @param bytes where the new head lies from now on
     * @param into reads it
     * @return false if there is no such head: too long
     */
    public static boolean of(RequestHead head, String target, HeadBytes bytes, RequestHead into) {
        var source = head.bytes();
        var lines = head.lines();
        int end = lines.count() == 0 ? versionEnd(source, head.targetEnd()) : lines.lineEnd(lines.count() - 1);
        bytes.clear().add(source, head.methodStart(), head.pathStart()).add(encoded(target));
        bytes.add(source, head.targetEnd(), end).add("\r\n");
        if (into.read(bytes.array(), 0, bytes.length()) < 0) {
            return false;
        }
        // The same lines in the same order: what was left out stays out.
        for (int line = 0; line < lines.count(); line++) {
            if (lines.isDropped(line)) {
                into.lines().drop(line);
            }
        }
        return true;
    }

    private static int versionEnd(byte[] source, int from) {
        int at = from;
        while (source[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    /** A text as it may stand in a target or a Location: other characters as the percent-encoded bytes of their UTF-8. */
    public static String encoded(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 128 || !Octets.isTarget((byte) c)) {
                return encodedSlowly(text);
            }
        }
        return text;
    }

    private static String encodedSlowly(String text) {
        // Characters of heads are bytes; whatever else is in a template is text.
        boolean bytes = text.chars().allMatch(c -> c < 256);
        var encoded = new StringBuilder();
        for (byte octet : text.getBytes(bytes ? ISO_8859_1 : UTF_8)) {
            if (octet >= 0 && Octets.isTarget(octet)) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEX.charAt(octet >> 4 & 15)).append(HEX.charAt(octet & 15));
            }
        }
        return encoded.toString();
    }
}
