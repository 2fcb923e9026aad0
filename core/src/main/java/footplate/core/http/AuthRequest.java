package footplate.core.http;

import java.util.Collection;

/** The head that another server is asked with whether a request may pass: a GET with the client's fields, and no body. */
public final class AuthRequest {
    private AuthRequest() {}

    /**
     * Writes the head.
     *
     * @param target path and query that are asked
     * @param host the asked server
     * @param forwardedLines what {@link RequestEdit#forwardedLines} made for this client
     * @param ours names of fields that only the asked server may set: a client's are left out
     */
    public static void write(
            RequestHead head,
            String target,
            String host,
            String scheme,
            byte[] forwardedLines,
            Collection<String> ours,
            HeadBytes out) {
        var bytes = head.bytes();
        var lines = head.lines();
        var left = HeaderEdit.of(ours, "", null);
        out.clear().add("GET ").add(Retarget.encoded(target)).add(" HTTP/1.1\r\nHost: ");
        out.add(HeaderEdit.clean(host)).add("\r\n");
        for (int line = 0; line < lines.count(); line++) {
            if (!lines.isDropped(line)
                    && passes(lines.field(line))
                    && !isOriginal(bytes, lines, line)
                    && !left.drops(bytes, lines.start(line), lines.nameEnd(line))) {
                out.add(bytes, lines.start(line), lines.lineEnd(line));
            }
        }
        out.add(whole(forwardedLines));
        var asked = head.path();
        for (var name : new String[] {"X-Original-URI", "X-Forwarded-Uri"}) {
            out.add(name).add(": ").add(asked).add("\r\n");
        }
        for (var name : new String[] {"X-Original-Method", "X-Forwarded-Method"}) {
            out.add(name).add(": ").add(head.methodName()).add("\r\n");
        }
        if (!head.host().isEmpty()) {
            out.add("X-Original-Host: ").add(head.host()).add("\r\nX-Forwarded-Host: ");
            out.add(head.host()).add("\r\nX-Original-URL: ").add(scheme).add("://");
            out.add(head.host()).add(asked).add("\r\n");
        }
        out.add("\r\n");
    }

    /** Forwarded, the last line, is without its end until a request's host is in it: that one is left out. */
    private static byte[] whole(byte[] forwardedLines) {
        int end = forwardedLines.length;
        while (end > 0 && forwardedLines[end - 1] != '\n') {
            end--;
        }
        return java.util.Arrays.copyOf(forwardedLines, end);
    }

    private static final byte[] ORIGINAL = "x-original-".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private static boolean isOriginal(byte[] bytes, FieldLines lines, int line) {
        int start = lines.start(line);
        int end = Math.min(lines.nameEnd(line), start + ORIGINAL.length);
        return Octets.same(bytes, start, end, ORIGINAL);
    }

    /** What is about a body, a part or a copy of the answer, or the connection, is not asked about. */
    private static boolean passes(Field field) {
        return switch (field) {
            case CONTENT_LENGTH,
                    CONTENT_TYPE,
                    EXPECT,
                    HOST,
                    IF_MATCH,
                    IF_MODIFIED_SINCE,
                    IF_NONE_MATCH,
                    IF_RANGE,
                    IF_UNMODIFIED_SINCE,
                    MAX_FORWARDS,
                    RANGE,
                    UNDERSCORED -> false;
            default -> !Forwarding.dropsFromRequest(field, false);
        };
    }
}
