package footplate.core.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which file of a public folder a request names, if it may name one at all. Decoded once; whatever could lead out of the
 * folder, or into what is hidden, names none. Hidden is every name that starts with a dot, but for {@code .well-known} at
 * the top (RFC 8615).
 */
public final class StaticPath {
    /** The file that answers for its folder. */
    public static final String INDEX = "index.html";

    /** FNV-1a, 64 bit. */
    static final long OFFSET = 0xcbf29ce484222325L;

    static final long PRIME = 0x100000001b3L;

    private static final byte[] WELL_KNOWN = ".well-known".getBytes(StandardCharsets.US_ASCII);

    private StaticPath() {}

    /**
     * The path relative to the public folder, with {@code /} between names; it ends with one, or is empty, where it names
     * a folder. Null if the request names nothing that may be shown.
     */
    public static @Nullable String of(RequestHead head) {
        if (head.method() != Method.GET && head.method() != Method.HEAD) {
            return null;
        }
        return of(head.bytes(), head.pathStart(), pathEnd(head));
    }

    private static int pathEnd(RequestHead head) {
        int end = head.pathStart();
        while (end < head.targetEnd() && head.bytes()[end] != '?') {
            end++;
        }
        return end;
    }

    static @Nullable String of(byte[] bytes, int from, int end) {
        if (end == from) {
            // An absolute form without a path.
            return "";
        }
        if (bytes[from] != '/') {
            return null;
        }
        var path = decoded(bytes, from + 1, end);
        return path == null ? null : plain(path);
    }

    /** Without its percent signs; null if there is a control character or a separator where none should be. */
    private static byte @Nullable [] decoded(byte[] bytes, int from, int end) {
        var decoded = new ByteArrayOutputStream(end - from);
        for (int i = from; i < end; i++) {
            int octet = bytes[i];
            if (octet == '%') {
                if (i + 2 >= end) {
                    return null;
                }
                int high = Octets.hex(bytes[i + 1]);
                int low = Octets.hex(bytes[i + 2]);
                if (high < 0 || low < 0) {
                    return null;
                }
                octet = high << 4 | low;
                i += 2;
                if (octet == '/') {
                    return null;
                }
            }
            if ((octet & 0xFF) < 0x20 || octet == 0x7F || octet == '\\') {
                return null;
            }
            decoded.write(octet);
        }
        return decoded.toByteArray();
    }

    /** No empty name, and none that is hidden. */
    private static @Nullable String plain(byte[] path) {
        boolean nameStarts = true;
        for (int i = 0; i < path.length; i++) {
            byte octet = path[i];
            if (nameStarts && (octet == '/' || (octet == '.' && !(i == 0 && isWellKnown(path))))) {
                return null;
            }
            nameStarts = octet == '/';
        }
        return text(path);
    }

    private static @Nullable String text(byte[] path) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(path))
                    .toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    private static boolean isWellKnown(byte[] path) {
        int end = WELL_KNOWN.length;
        return path.length >= end
                && Arrays.equals(path, 0, end, WELL_KNOWN, 0, end)
                && (path.length == end || path[end] == '/');
    }

    /** Whether {@code path} looks like a page and not like a picture, a script or another file: its last name has no dot. */
    public static boolean isPage(String path) {
        return path.indexOf('.', path.lastIndexOf('/') + 1) < 0;
    }

    /**
     * A path that an app names in X-Accel-Redirect, relative to the folder it may name files in; null if it is none. What
     * an app may send is its own to decide, so hidden names are names; {@code ..} is none.
     */
    static @Nullable String named(String uri) {
        var bytes = uri.getBytes(StandardCharsets.ISO_8859_1);
        int end = uri.indexOf('?') < 0 ? bytes.length : uri.indexOf('?');
        if (end < 2 || bytes[0] != '/') {
            return null;
        }
        var path = decoded(bytes, 1, end);
        if (path == null || path[0] == '/') {
            return null;
        }
        var text = text(path);
        return text == null || ("/" + text + "/").contains("/../") ? null : text;
    }

    /** The fingerprint of a file's name. */
    public static long fingerprint(String name) {
        long hash = OFFSET;
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ octet) * PRIME;
        }
        return hash;
    }
}
