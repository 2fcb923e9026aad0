package footplate.core.http;

import footplate.core.http.Conditions.Answer;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes a Range field asks for (RFC 9110 §14.1). What is malformed, of another unit, has more than {@link #MOST}
 * ranges, or asks for more than there is by overlapping, is answered with the whole, as §14.2 allows: nobody can make us
 * send more than the file.
 */
final class Ranges {
    /** Most ranges of one request. */
    static final int MOST = 16;

    private static final String UNIT = "bytes=";
    private static final Answer WHOLE = new Answer.Whole();

    private Ranges() {}

    /**
     * The answer to {@code field}.
     *
     * @param size bytes of the whole
     */
    static Answer of(String field, long size) {
        // Nothing of an empty file can be named in Content-Range.
        if (size == 0 || !field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return WHOLE;
        }
        var parts = new ArrayList<Answer.Part>(1);
        int asked = 0;
        long sum = 0;
        for (int from = UNIT.length(); from <= field.length(); ) {
            int comma = field.indexOf(',', from);
            int end = comma < 0 ? field.length() : comma;
            var spec = field.substring(from, end).strip();
            from = end + 1;
            if (spec.isEmpty()) {
                // An empty element of a list means nothing (RFC 9110 §5.6.1.2).
                continue;
            }
            if (++asked > MOST || !isRange(spec)) {
                return WHOLE;
            }
            var part = part(spec, size);
            if (part != null) {
                parts.add(part);
                sum += part.length();
            }
        }
        if (asked == 0) {
            return WHOLE;
        }
        return switch (parts.size()) {
            case 0 -> new Answer.NoSuchPart();
            case 1 -> parts.getFirst();
            default -> sum > size ? WHOLE : new Answer.Parts(parts);
        };
    }

    /** {@code 1-5}, {@code 1-} or {@code -5}; the last must not be before the first. */
    private static boolean isRange(String spec) {
        int dash = spec.indexOf('-');
        if (dash < 0 || spec.length() == 1) {
            return false;
        }
        for (int i = 0; i < spec.length(); i++) {
            if (i != dash && (spec.charAt(i) < '0' || spec.charAt(i) > '9')) {
                return false;
            }
        }
        boolean open = dash == 0 || dash == spec.length() - 1;
        return open || number(spec.substring(dash + 1)) >= number(spec.substring(0, dash));
    }

    /** The part, as far as it is there; null if none of it is. */
    private static Answer.@Nullable Part part(String spec, long size) {
        int dash = spec.indexOf('-');
        if (dash == 0) {
            long length = Math.min(number(spec.substring(1)), size);
            return length == 0 ? null : new Answer.Part(size - length, length);
        }
        long from = number(spec.substring(0, dash));
        if (from >= size) {
            return null;
        }
        var last = spec.substring(dash + 1);
        long to = last.isEmpty() ? size - 1 : Math.min(number(last), size - 1);
        return new Answer.Part(from, to - from + 1);
    }

    /** Digits as a number; what no file can be as long as is the largest number. */
    private static long number(String digits) {
        return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    }
}
