package footplate.core.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Looks up fields and cookies of a request by their names, for the few requests that need it: none is kept apart. */
public final class AskedFields {
    private static final String COOKIE = "cookie";

    private AskedFields() {}

    /**
     * The value of the first line of a field.
     *
     * @param name in any case
     * @return null if there is none
     */
    public static @Nullable String header(RequestHead head, String name) {
        var lines = head.lines();
        for (int line = 0; line < lines.count(); line++) {
            if (isNamed(head, line, name)) {
                return value(head, line);
            }
        }
        return null;
    }

    /**
     * The value of a cookie (RFC 6265 §5.4), the first of its name; null if there is none.
     *
     * @param name as it was set
     */
    public static @Nullable String cookie(RequestHead head, String name) {
        var lines = head.lines();
        for (int line = 0; line < lines.count(); line++) {
            if (!isNamed(head, line, COOKIE)) {
                continue;
            }
            for (var pair : value(head, line).split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    return pair.substring(equals + 1).strip();
                }
            }
        }
        return null;
    }

    /**
     * The first line of a field, from line {@code from} on; -1 if there is none.
     *
     * @param name in any case
     */
    public static int line(RequestHead head, String name, int from) {
        for (int line = from; line < head.lines().count(); line++) {
            if (isNamed(head, line, name)) {
                return line;
            }
        }
        return -1;
    }

    /**
     * The values of all lines of a field, joined by commas (RFC 9110 §5.3), those of Cookie by semicolons (RFC 9113 §8.2.3);
     * empty if there is none.
     *
     * @param name in any case
     */
    public static String all(RequestHead head, String name) {
        int line = line(head, name, 0);
        if (line < 0) {
            return "";
        }
        var value = value(head, line);
        int more = line(head, name, line + 1);
        if (more < 0) {
            return value;
        }
        var all = new StringBuilder(value);
        for (; more >= 0; more = line(head, name, more + 1)) {
            all.append(name.equalsIgnoreCase(COOKIE) ? "; " : ", ").append(value(head, more));
        }
        return all.toString();
    }

    private static boolean isNamed(RequestHead head, int line, String name) {
        var lines = head.lines();
        int start = lines.start(line);
        if (lines.nameEnd(line) - start != name.length()) {
            return false;
        }
        var bytes = head.bytes();
        for (int i = 0; i < name.length(); i++) {
            if (lower(bytes[start + i]) != lower(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    private static String value(RequestHead head, int line) {
        int from = head.lines().valueStart(line);
        return new String(head.bytes(), from, head.lines().valueEnd(line) - from, StandardCharsets.ISO_8859_1);
    }
}
