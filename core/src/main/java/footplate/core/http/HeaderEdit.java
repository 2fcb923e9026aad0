package footplate.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an operator wants changed in the field lines of a head: lines that go, and lines that come. Immutable. */
public final class HeaderEdit {
    /** Changes nothing. */
    public static final HeaderEdit NONE = new HeaderEdit(new byte[0][], "", null);

    private final byte[][] dropped;
    private final byte[] added;
    private final @Nullable String host;

    private HeaderEdit(byte[][] dropped, String added, @Nullable String host) {
        this.dropped = dropped;
        this.added = added.getBytes(ISO_8859_1);
        this.host = host;
    }

    /**
     * A change.
     *
     * @param dropped names of lines that go, in any case
     * @param added lines that come, each with its CRLF
     * @param host the value of a request's Host; null: as it is
     */
    public static HeaderEdit of(Collection<String> dropped, String added, @Nullable String host) {
        return new HeaderEdit(
                dropped.stream()
                        .map(name -> name.toLowerCase(Locale.ROOT).getBytes(ISO_8859_1))
                        .toArray(byte[][]::new),
                added,
                host);
    }

    /** One line as {@link #of} wants it: control characters, which no value may have (RFC 9110 §5.5), are left out. */
    public static String line(String name, String value) {
        return name + ": " + clean(value) + "\r\n";
    }

    /** A text without what must not be in a field's value. */
    public static String clean(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (!isValue(value.charAt(i))) {
                var clean = new StringBuilder();
                value.chars().filter(c -> isValue((char) c)).forEach(c -> clean.append((char) c));
                return clean.toString();
            }
        }
        return value;
    }

    private static boolean isValue(char c) {
        return c < 256 && Octets.isValue((byte) c);
    }

    /** This change and another: both lines go, both come. */
    public HeaderEdit and(HeaderEdit other) {
        if (other == NONE) {
            return this;
        }
        if (this == NONE) {
            return other;
        }
        var both = java.util.Arrays.copyOf(dropped, dropped.length + other.dropped.length);
        System.arraycopy(other.dropped, 0, both, dropped.length, other.dropped.length);
        return new HeaderEdit(
                both,
                new String(added, ISO_8859_1) + new String(other.added, ISO_8859_1),
                other.host == null ? host : other.host);
    }

    boolean drops(byte[] bytes, int from, int to) {
        for (var name : dropped) {
            if (same(bytes, from, to, name)) {
                return true;
            }
        }
        return false;
    }

    /** To many apps an underscore is a dash: what may not pass must not pass so. */
    private static boolean same(byte[] bytes, int from, int to, byte[] lower) {
        if (to - from != lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            byte octet = Octets.lower(bytes[from + i]);
            if (octet != lower[i] && !(octet == '_' && lower[i] == '-')) {
                return false;
            }
        }
        return true;
    }

    byte[] added() {
        return added;
    }

    @Nullable
    String host() {
        return host;
    }

    /** Makes the change in a request's lines, but for what comes: {@link RequestEdit} writes that. */
    void dropFrom(RequestHead head) {
        drop(head.bytes(), head.lines());
    }

    private void drop(byte[] bytes, FieldLines lines) {
        for (int line = 0; line < lines.count(); line++) {
            if (drops(bytes, lines.start(line), lines.nameEnd(line))) {
                lines.drop(line);
            }
        }
    }

    /** Makes the change in an answer of a process. */
    public void in(ResponseHead head) {
        drop(head.bytes(), head.lines());
        head.add(added);
    }

    /**
     * The change made in an answer of our own.
     *
     * @param head status line and fields, each with its CRLF
     */
    public byte[] in(byte[] head) {
        var out = new HeadBytes(head.length + added.length);
        int at = lineEnd(head, 0);
        out.add(head, 0, at);
        while (at < head.length) {
            int end = lineEnd(head, at);
            if (!drops(head, at, nameEnd(head, at))) {
                out.add(head, at, end);
            }
            at = end;
        }
        out.add(added);
        return java.util.Arrays.copyOf(out.array(), out.length());
    }

    /** The lines of ours about the client that a request still gets. */
    byte[] of(byte[] lines) {
        var out = new HeadBytes(lines.length);
        int at = 0;
        while (at < lines.length) {
            int end = lineEnd(lines, at);
            if (!drops(lines, at, nameEnd(lines, at))) {
                out.add(lines, at, end);
            }
            at = end;
        }
        return java.util.Arrays.copyOf(out.array(), out.length());
    }

    /** Behind the end of a line, or where the bytes end. */
    private static int lineEnd(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, bytes.length);
    }

    private static int nameEnd(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != ':') {
            at++;
        }
        return at;
    }
}
