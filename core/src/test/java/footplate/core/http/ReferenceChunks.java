package footplate.core.http;

import java.util.regex.Pattern;

/**
 * A chunked body by the letter of RFC 9112 §7.1, read slowly from a text; what {@link ChunkedBody} is compared with.
 *
 * @param data without its framing
 */
@SuppressWarnings("JdkObsolete") // hitEnd says exactly what is asked here: whether more text could make it right
public record ReferenceChunks(String data) {
    private static final String QUOTED =
            "\"(?:[\\t\\x20\\x21\\x23-\\x5B\\x5D-\\x7E\\x80-\\xFF]|\\\\[\\t\\x20-\\x7E\\x80-\\xFF])*\"";
    private static final Pattern SIZE = Pattern.compile("([0-9A-Fa-f]{1,15})((?:[ \\t]*;[ \\t]*" + ReferenceFields.TOKEN
            + "(?:[ \\t]*=[ \\t]*(?:" + ReferenceFields.TOKEN + "|" + QUOTED + "))?)*)\\r\\n");
    private static final Pattern TRAILER_NAME = Pattern.compile("(" + ReferenceFields.TOKEN + "):");

    /** Reads one body from {@code from} on. */
    public static Verdict<ReferenceChunks> read(String text, int from) {
        var data = new StringBuilder();
        int at = from;
        while (true) {
            var line = SIZE.matcher(text).region(at, text.length());
            if (!line.lookingAt()) {
                return line.hitEnd() ? new Verdict.Incomplete<>() : new Verdict.Refused<>("no chunk size");
            }
            long size = Long.parseLong(line.group(1), 16);
            at = line.end();
            if (size == 0) {
                return trailers(text, at, data.toString());
            }
            if (text.length() - at < size) {
                return new Verdict.Incomplete<>();
            }
            data.append(text, at, at + (int) size);
            at += (int) size;
            var rest = text.substring(at, Math.min(at + 2, text.length()));
            if (!rest.equals("\r\n")) {
                return "\r\n".startsWith(rest) ? new Verdict.Incomplete<>() : new Verdict.Refused<>("no end of chunk");
            }
            at += 2;
        }
    }

    private static Verdict<ReferenceChunks> trailers(String text, int from, String data) {
        int at = from;
        while (at < text.length() && text.charAt(at) != '\r') {
            var name = TRAILER_NAME.matcher(text).region(at, text.length());
            if (name.lookingAt() && ReferenceFields.forbiddenInTrailer(name.group(1))) {
                return new Verdict.Refused<>("trailer " + name.group(1));
            }
            int end = text.indexOf("\r\n", at);
            if (end < 0) {
                break;
            }
            at = end + 2;
        }
        return switch (ReferenceFields.read(text, from)) {
            case Verdict.Incomplete<ReferenceFields> _ -> new Verdict.Incomplete<>();
            case Verdict.Refused<ReferenceFields>(var why) -> new Verdict.Refused<>(why);
            case Verdict.Complete<ReferenceFields> all -> new Verdict.Complete<>(new ReferenceChunks(data), all.end());
        };
    }
}
