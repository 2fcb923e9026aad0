package footplate.core.http;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a GET or HEAD of a file asks besides its path, and what it gets (RFC 9110 §13, §14).
 *
 * @param ifMatch value of If-Match; null if there is none
 * @param ifNoneMatch value of If-None-Match
 * @param ifModifiedSince value of If-Modified-Since
 * @param ifUnmodifiedSince value of If-Unmodified-Since
 * @param ifRange value of If-Range
 * @param range value of Range
 */
public record Conditions(
        @Nullable String ifMatch,
        @Nullable String ifNoneMatch,
        @Nullable String ifModifiedSince,
        @Nullable String ifUnmodifiedSince,
        @Nullable String ifRange,
        @Nullable String range) {

    /** Asks for nothing special. */
    public static final Conditions NONE = new Conditions(null, null, null, null, null, null);

    /** What the request is answered with. */
    public sealed interface Answer {
        /** 200 and all of it. */
        record Whole() implements Answer {}

        /**
         * 206 and a part.
         *
         * @param from first byte
         * @param length number of bytes; 1 or more
         */
        record Part(long from, long length) implements Answer {}

        /** 206 and several parts, in the order in which they were asked for (RFC 9110 §14.6). */
        record Parts(List<Part> parts) implements Answer {
            public Parts {
                parts = List.copyOf(parts);
            }
        }

        /** 304. */
        record NotModified() implements Answer {}

        /** 412. */
        record Failed() implements Answer {}

        /** 416. */
        record NoSuchPart() implements Answer {}
    }

    /** Those of a request; {@link #NONE} costs nothing. */
    public static Conditions of(RequestHead head) {
        var lines = head.lines();
        boolean any = false;
        for (int line = 0; line < lines.count() && !any; line++) {
            any = switch (lines.field(line)) {
                case IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE, IF_RANGE, RANGE -> true;
                default -> false;
            };
        }
        return any
                ? new Conditions(
                        head.values(Field.IF_MATCH),
                        head.values(Field.IF_NONE_MATCH),
                        head.value(Field.IF_MODIFIED_SINCE),
                        head.value(Field.IF_UNMODIFIED_SINCE),
                        // Of two, none can be meant: it matches nothing.
                        head.values(Field.IF_RANGE),
                        head.value(Field.RANGE))
                : NONE;
    }

    /**
     * Decides, in the order of RFC 9110 §13.2.2.
     *
     * @param etag a strong validator, quotes included
     * @param modified in whole seconds
     * @param size bytes of the whole
     * @param get whether the method is GET: ranges mean nothing else (§14.2)
     */
    public Answer answer(String etag, Instant modified, long size, boolean get) {
        if (ifMatch != null) {
            if (!matches(ifMatch, etag, false)) {
                return new Answer.Failed();
            }
        } else if (ifUnmodifiedSince != null) {
            var since = HttpDate.parse(ifUnmodifiedSince);
            if (since != null && modified.isAfter(since)) {
                return new Answer.Failed();
            }
        }
        if (ifNoneMatch != null) {
            if (matches(ifNoneMatch, etag, true)) {
                return new Answer.NotModified();
            }
        } else if (ifModifiedSince != null) {
            var since = HttpDate.parse(ifModifiedSince);
            if (since != null && !modified.isAfter(since)) {
                return new Answer.NotModified();
            }
        }
        if (range == null || !get || !rangeStillMeant(etag, modified)) {
            return new Answer.Whole();
        }
        return Ranges.of(range, size);
    }

    /** {@code *}, or a list of entity tags; a weak one means ours only where weak comparison does. */
    private static boolean matches(String list, String etag, boolean weakly) {
        if (list.equals("*")) {
            return true;
        }
        int at = list.indexOf(etag);
        while (at >= 0) {
            boolean weak = at >= 2 && list.startsWith("W/", at - 2);
            int before = weak ? at - 2 : at;
            int after = at + etag.length();
            boolean alone = (before == 0 || " ,\t".indexOf(list.charAt(before - 1)) >= 0)
                    && (after == list.length() || " ,\t".indexOf(list.charAt(after)) >= 0);
            if (alone && (weakly || !weak)) {
                return true;
            }
            at = list.indexOf(etag, at + 1);
        }
        return false;
    }

    /** If-Range: the same strong tag, or exactly the same date (RFC 9110 §13.1.5). */
    private boolean rangeStillMeant(String etag, Instant modified) {
        return ifRange == null || ifRange.equals(etag) || modified.equals(HttpDate.parse(ifRange));
    }
}
