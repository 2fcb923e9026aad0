package footplate.core.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Which file of a public folder a request names, if it may name one at all. Decoded once; whatever could lead out of the
 * folder, or into what is hidden, names none.
 */
public final class StaticPath {
    /** FNV-1a, 64 bit. */
    private static final long OFFSET = 0xcbf29ce484222325L;

    private static final long PRIME = 0x100000001b3L;

    private StaticPath() {}

    /** The path relative to the public folder, with {@code /} between names; null if the request names no file. */
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
        if (end - from < 2 || bytes[from] != '/') {
            return null;
        }
        var decoded = new ByteArrayOutputStream(end - from);
        for (int i = from + 1; i < end; i++) {
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
        return plain(decoded.toByteArray());
    }

    /** No empty name, none that starts with a dot, and no folder. */
    private static @Nullable String plain(byte[] path) {
        boolean nameStarts = true;
        for (byte octet : path) {
            if (nameStarts && (octet == '.' || octet == '/')) {
                return null;
            }
            nameStarts = octet == '/';
        }
        if (nameStarts) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(path))
                    .toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    /**
     * A fingerprint of the path's first name, to be compared with {@link #fingerprint}; 0 if it has to be decoded first.
     */
    public static long firstName(RequestHead head) {
        long hash = OFFSET;
        var bytes = head.bytes();
        for (int i = head.pathStart() + 1; i < head.targetEnd(); i++) {
            byte octet = bytes[i];
            if (octet == '%') {
                return 0;
            }
            if (octet == '/' || octet == '?') {
                break;
            }
            hash = (hash ^ octet) * PRIME;
        }
        return hash;
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
