package footplate.core.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The path of a file as the key of a map, and the way to ask such a map with a request's bytes as they lie in its head. A
 * key made from a text never changes; one made to ask with is used again and again, on one thread.
 */
public final class PathKey {
    /** The key of the folder itself. */
    public static final PathKey ROOT = of("");

    private static final long INDEX = StaticPath.fingerprint(StaticPath.INDEX);

    private byte[] bytes;
    private int from;
    private int to;
    private long hash;
    private long firstName;

    /** A key to ask with. */
    public PathKey() {
        this.bytes = new byte[0];
    }

    private PathKey(byte[] path) {
        this.bytes = path;
        this.to = path.length;
        read();
    }

    /** The key of a path as {@link StaticPath#of(RequestHead)} gives it. */
    public static PathKey of(String path) {
        return new PathKey(path.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Makes it the key of the path in {@code head}; true until the head's bytes change.
     *
     * @return false if the path has to be decoded first, and this is no key
     */
    public boolean ask(RequestHead head) {
        bytes = head.bytes();
        from = Math.min(head.pathStart() + 1, head.targetEnd());
        to = from;
        while (to < head.targetEnd() && bytes[to] != '?') {
            if (bytes[to] == '%') {
                return false;
            }
            to++;
        }
        if (head.pathStart() < head.targetEnd() && bytes[head.pathStart()] == '?') {
            // An absolute form without a path.
            from = head.pathStart();
            to = from;
        }
        read();
        return true;
    }

    private void read() {
        long value = StaticPath.OFFSET;
        firstName = 0;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '/' && firstName == 0) {
                firstName = value;
            }
            value = (value ^ bytes[i]) * StaticPath.PRIME;
        }
        if (firstName == 0) {
            firstName = from == to ? INDEX : value;
        }
        hash = value;
    }

    /** The {@link StaticPath#fingerprint} of the first name; for the folder itself that of its index. */
    public long firstName() {
        return firstName;
    }

    /** Bytes of the path. */
    public int length() {
        return to - from;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PathKey key
                && key.hash == hash
                && Arrays.equals(bytes, from, to, key.bytes, key.from, key.to);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }
}
