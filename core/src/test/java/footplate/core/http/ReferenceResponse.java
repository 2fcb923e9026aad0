package footplate.core.http;

import java.util.regex.Pattern;

/**
 * An answer's head by the letter of RFC 9112 §4, read slowly from a text; what {@link ResponseHead} and
 * {@link ResponseEdit} are compared with.
 *
 * @param line the status code and all that follows it in the first line
 */
@SuppressWarnings("JdkObsolete") // hitEnd says exactly what is asked here: whether more text could make it right
public record ReferenceResponse(int status, String line, boolean oldVersion, ReferenceFields fields) {
    private static final Pattern LINE =
            Pattern.compile("HTTP/1\\.([0-9]) (([1-9][0-9]{2})(?: [\\t\\x20-\\x7E\\x80-\\xFF]*)?)\\r\\n");

    /** Reads one head from the beginning of {@code text}. */
    public static Verdict<ReferenceResponse> read(String text) {
        var line = LINE.matcher(text);
        if (!line.lookingAt()) {
            return line.hitEnd() ? new Verdict.Incomplete<>() : new Verdict.Refused<>("no status line");
        }
        boolean old = line.group(1).equals("0");
        return switch (ReferenceFields.read(text, line.end())) {
            case Verdict.Incomplete<ReferenceFields> _ -> new Verdict.Incomplete<>();
            case Verdict.Refused<ReferenceFields>(var why) -> new Verdict.Refused<>(why);
            case Verdict.Complete<ReferenceFields>(var fields, int end) -> {
                var problem = fields.problem(old);
                yield problem.isEmpty()
                        ? new Verdict.Complete<>(
                                new ReferenceResponse(Integer.parseInt(line.group(3)), line.group(2), old, fields), end)
                        : new Verdict.Refused<>(problem);
            }
        };
    }

    public boolean interim() {
        return status < 200 && status != 101;
    }

    public boolean webSocket() {
        return status == 101 && fields.upgradesToWebSocket();
    }

    /** -1 if none was given. */
    public long contentLength() {
        return fields.contentLength();
    }

    /** RFC 9112 §6.3, rules 1 to 8. */
    public ResponseHead.Body body(boolean answersHead) {
        if (answersHead || status < 200 || status == 204 || status == 304) {
            return ResponseHead.Body.NONE;
        }
        if (fields.chunked()) {
            return ResponseHead.Body.CHUNKED;
        }
        return fields.contentLength() > 0
                ? ResponseHead.Body.LENGTH
                : fields.contentLength() == 0 ? ResponseHead.Body.NONE : ResponseHead.Body.UNTIL_CLOSE;
    }

    /** Whether another answer may follow on the connection. */
    public boolean keepAlive() {
        boolean lies = status == 204 && (fields.chunked() || fields.contentLength() > 0);
        return !lies && fields.keepAlive(oldVersion);
    }

    /** The head that the client has to get. */
    public String forwarded(ResponseEdit.Persistence persistence, boolean chunked, boolean via, String date) {
        var out = new StringBuilder("HTTP/1.1 ")
                .append(line)
                .append(line.length() == 3 ? " " : "")
                .append("\r\n");
        boolean noLength = status < 200 || status == 204;
        for (var one : fields.lines()) {
            boolean gone =
                    fields.staysBehindInAnswer(one) || (noLength && one.name().equals("content-length"));
            out.append(gone ? "" : one.raw());
        }
        out.append(via ? "Via: 1." + (oldVersion ? 0 : 1) + " footplate\r\n" : "");
        if (interim()) {
            return out.append("\r\n").toString();
        }
        var upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
        if (webSocket()) {
            return out.append(upgrade).append("\r\n").toString();
        }
        out.append(fields.values("date").isEmpty() ? "Date: " + date + "\r\n" : "");
        out.append(status == 426 && fields.upgradesToWebSocket() ? upgrade : "");
        out.append(
                switch (persistence) {
                    case SILENT -> "";
                    case KEEP_ALIVE -> "Connection: keep-alive\r\n";
                    case CLOSE -> "Connection: close\r\n";
                });
        return out.append(chunked ? "Transfer-Encoding: chunked\r\n" : "")
                .append("\r\n")
                .toString();
    }
}
