package footplate.core.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Field lines as RFC 9112 §5 and RFC 9110 §5 define them, read slowly from a text, and what becomes of them on their way
 * through a proxy. Shares nothing with the product's readers: it is what they are compared with.
 */
@SuppressWarnings("JdkObsolete") // hitEnd says exactly what is asked here: whether more text could make it right
final class ReferenceFields {
    static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):([\\t\\x20-\\x7E\\x80-\\xFF]*)\\r\\n");
    private static final int MOST_LINES = 512;
    private static final int MOST_NAMES = 64;

    /** Names that mean something between neighbours, say who the client is or where files are, or frame the message. */
    private static final Set<String> KNOWN = Set.of(
            "connection",
            "content-length",
            "expect",
            "forwarded",
            "host",
            "http2-settings",
            "keep-alive",
            "max-forwards",
            "proxy",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "transfer-encoding",
            "upgrade",
            "x-accel-buffering",
            "x-accel-mapping",
            "x-accel-redirect",
            "x-real-ip",
            "x-sendfile",
            "x-sendfile-type");

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "http2-settings",
            "keep-alive",
            "proxy",
            "proxy-authenticate",
            "proxy-connection",
            "te",
            "transfer-encoding",
            "upgrade");

    private static final Set<String> NEVER_NAMED_AWAY =
            Set.of("content-length", "date", "expect", "host", "max-forwards", "transfer-encoding");

    /**
     * One line.
     *
     * @param name in lower case
     * @param value without the white space around it
     * @param raw as it came, CRLF included
     */
    record Line(String name, String value, String raw) {}

    private final List<Line> lines = new ArrayList<>();

    private ReferenceFields() {}

    /** Reads lines up to and including the empty one. */
    static Verdict<ReferenceFields> read(String text, int from) {
        var fields = new ReferenceFields();
        int at = from;
        while (true) {
            if (text.startsWith("\r\n", at)) {
                return new Verdict.Complete<>(fields, at + 2);
            }
            if (text.substring(at).equals("\r")) {
                return new Verdict.Incomplete<>();
            }
            var line = FIELD.matcher(text).region(at, text.length());
            if (!line.lookingAt()) {
                return line.hitEnd() ? new Verdict.Incomplete<>() : new Verdict.Refused<>("no field line");
            }
            if (fields.lines.size() == MOST_LINES) {
                return new Verdict.Refused<>("too many lines");
            }
            fields.lines.add(line(line));
            at = line.end();
        }
    }

    private static Line line(Matcher line) {
        var value = line.group(2).replaceAll("^[ \\t]+|[ \\t]+$", "");
        return new Line(line.group(1).toLowerCase(Locale.ROOT), value, line.group());
    }

    List<Line> lines() {
        return lines;
    }

    /** The values of the lines of this name, in order. */
    List<String> values(String name) {
        return lines.stream()
                .filter(line -> line.name().equals(name))
                .map(Line::value)
                .toList();
    }

    /** What the Connection fields list, in lower case. */
    List<String> connectionOptions() {
        return values("connection").stream()
                .flatMap(value -> Arrays.stream(value.split("[ \\t,]+")))
                .filter(option -> !option.isEmpty())
                .map(option -> option.toLowerCase(Locale.ROOT))
                .toList();
    }

    private List<String> namedByConnection() {
        return connectionOptions().stream()
                .filter(option -> !Set.of("close", "keep-alive", "upgrade").contains(option))
                .toList();
    }

    /** What is wrong with length, coding and Connection in requests and answers alike; empty if nothing is. */
    String problem(boolean oldVersion) {
        var lengths = values("content-length");
        var codings = values("transfer-encoding");
        if (lengths.size() > 1 || lengths.stream().anyMatch(value -> !value.matches("[0-9]{1,18}"))) {
            return "Content-Length";
        }
        if (codings.size() > 1
                || codings.stream().anyMatch(value -> oldVersion || !value.equalsIgnoreCase("chunked"))) {
            return "Transfer-Encoding";
        }
        if (!lengths.isEmpty() && !codings.isEmpty()) {
            return "both";
        }
        return namedByConnection().size() > MOST_NAMES ? "Connection names too much" : "";
    }

    /** -1 if there is none. */
    long contentLength() {
        var lengths = values("content-length");
        return lengths.isEmpty() ? -1 : Long.parseLong(lengths.getFirst());
    }

    boolean chunked() {
        return !values("transfer-encoding").isEmpty();
    }

    /** RFC 9112 §9.3. */
    boolean keepAlive(boolean oldVersion) {
        var options = connectionOptions();
        return !options.contains("close") && (!oldVersion || options.contains("keep-alive"));
    }

    /** Whether it is the one line {@code Upgrade: websocket}, and Connection says so. */
    boolean upgradesToWebSocket() {
        var upgrades = values("upgrade");
        return upgrades.size() == 1
                && upgrades.getFirst().equalsIgnoreCase("websocket")
                && connectionOptions().contains("upgrade");
    }

    private boolean namedAway(Line line) {
        return namedByConnection().contains(line.name()) && !NEVER_NAMED_AWAY.contains(line.name());
    }

    /** Whether a line of a request stays behind. */
    boolean staysBehindInRequest(Line line, boolean underscores) {
        var name = line.name();
        if (name.startsWith("x-forwarded-") && name.length() > 12) {
            return true;
        }
        if (name.contains("_")) {
            var dashed = name.replace('_', '-');
            boolean doubled = KNOWN.contains(dashed) || (dashed.startsWith("x-forwarded-") && dashed.length() > 12);
            return !underscores || doubled || namedAway(line);
        }
        return HOP_BY_HOP.contains(name)
                || Set.of("proxy-authorization", "forwarded", "x-accel-mapping", "x-real-ip", "x-sendfile-type")
                        .contains(name)
                || namedAway(line);
    }

    /** Whether a line of an answer stays behind. */
    boolean staysBehindInAnswer(Line line) {
        return HOP_BY_HOP.contains(line.name()) || namedAway(line);
    }

    /** Whether a name has no business in a trailer section (RFC 9110 §6.5.1). */
    static boolean forbiddenInTrailer(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        var dashed = lower.replace('_', '-');
        return KNOWN.contains(dashed) || (dashed.startsWith("x-forwarded-") && dashed.length() > 12);
    }
}
