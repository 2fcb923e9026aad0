package footplate.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An app's answer that names a file to be sent in its place: by {@code X-Sendfile} (an absolute path; Apache's
 * mod_xsendfile, Rack) or {@code X-Accel-Redirect} (a path below a folder, as in a URL; nginx).
 *
 * @param written field and value, as the app wrote them
 * @param path the file, absolute or relative to the folder; null if what was written can be none
 * @param status the answer's status
 * @param statusLine the first line of the answer, with its CRLF
 * @param fields the lines of the answer that stay, each with its CRLF: all but those that tell of a body or of a
 *     connection, which are the file's or ours. nginx keeps a few of them only; what an app says about cookies, caching,
 *     origins or policies is meant for the client either way
 * @param type its Content-Type, which is not among {@code fields}; null if it has none
 */
public record NamedFile(
        String written,
        @Nullable String path,
        int status,
        String statusLine,
        String fields,
        @Nullable String type) {
    /** Of the body that the app did not send, or for a proxy only. */
    private static final Set<String> REPLACED = Set.of(
            "accept-ranges",
            "content-encoding",
            "content-length",
            "content-range",
            "date",
            "etag",
            "last-modified",
            "trailer",
            "x-accel-buffering",
            "x-accel-charset",
            "x-accel-expires",
            "x-accel-limit-rate",
            "x-accel-redirect",
            "x-sendfile");

    private static final byte[] CONTENT_TYPE = "content-type".getBytes(US_ASCII);

    /** The file that {@code head} names; it must {@link ResponseHead#namesFile}. */
    public static NamedFile of(ResponseHead head) {
        var bytes = head.bytes();
        var lines = head.lines();
        var kept = new HeadBytes(512);
        String type = null;
        String absolute = null;
        String redirect = null;
        int names = 0;
        for (int line = 0; line < lines.count(); line++) {
            var value = new String(
                    bytes, lines.valueStart(line), lines.valueEnd(line) - lines.valueStart(line), ISO_8859_1);
            switch (lines.field(line)) {
                case X_SENDFILE -> {
                    absolute = value;
                    names++;
                }
                case X_ACCEL_REDIRECT -> {
                    redirect = value;
                    names++;
                }
                default -> {
                    boolean stays = !lines.isDropped(line)
                            && !Forwarding.dropsFromAnswer(lines.field(line))
                            && !REPLACED.contains(name(head, line));
                    if (stays && Octets.same(bytes, lines.start(line), lines.nameEnd(line), CONTENT_TYPE)) {
                        type = value;
                    } else if (stays) {
                        kept.add(bytes, lines.start(line), lines.lineEnd(line));
                    }
                }
            }
        }
        // Two names, or both fields: there is no telling which is meant.
        var path = names != 1
                ? null
                : absolute != null ? absolute(absolute) : StaticPath.named(redirect == null ? "" : redirect);
        var line = "HTTP/1.1 " + new String(bytes, head.statusStart(), head.lineEnd() - head.statusStart(), ISO_8859_1);
        var written = (absolute != null ? "X-Sendfile: " + absolute : "")
                + (redirect != null ? (absolute != null ? ", " : "") + "X-Accel-Redirect: " + redirect : "");
        return new NamedFile(written, path, head.status(), line + "\r\n", kept.toString(), type);
    }

    private static String name(ResponseHead head, int line) {
        var lines = head.lines();
        int start = lines.start(line);
        return new String(head.bytes(), start, lines.nameEnd(line) - start, ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    private static @Nullable String absolute(String value) {
        // What apps write is UTF-8; heads are read as ISO-8859-1.
        return value.startsWith("/") ? new String(value.getBytes(ISO_8859_1), UTF_8) : null;
    }
}
