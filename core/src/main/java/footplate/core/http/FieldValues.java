package footplate.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** All lines of a field, for the few requests that need them; but for those that Connection names, which mean nothing to us. */
public final class FieldValues {
    private FieldValues() {}

    /**
     * The values of a request's field, a line each.
     *
     * @param name in any case
     */
    public static List<String> of(RequestHead head, String name) {
        return of(head.bytes(), head.lines(), name, false);
    }

    /** The values of an answer's field, a line each. */
    public static List<String> of(ResponseHead head, String name) {
        return of(head.bytes(), head.lines(), name, false);
    }

    /** The value of a request's field if there is one line of it; null if there is none, or more. */
    public static @Nullable String only(RequestHead head, String name) {
        var values = of(head.bytes(), head.lines(), name, true);
        return values.size() == 1 ? values.getFirst() : null;
    }

    private static List<String> of(byte[] bytes, FieldLines lines, String name, boolean dropped) {
        var lower = name.toLowerCase(Locale.ROOT).getBytes(ISO_8859_1);
        var values = new ArrayList<String>();
        for (int line = 0; line < lines.count(); line++) {
            if ((dropped || !lines.isDropped(line))
                    && Octets.same(bytes, lines.start(line), lines.nameEnd(line), lower)) {
                int from = lines.valueStart(line);
                values.add(new String(bytes, from, lines.valueEnd(line) - from, ISO_8859_1));
            }
        }
        return values;
    }
}
