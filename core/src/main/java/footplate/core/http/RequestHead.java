package footplate.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One request head, read in place from an array: what matters is kept as offsets, nothing is made per field. Strict
 * (RFC 9112): what two readers could understand differently is refused. One object is used again for many heads; what it
 * says is true until the array changes. Longer than 500 lines: its parts share one array and the offsets into it, and a head is
 * gone through once.
 */
public final class RequestHead {
    /** {@link #read} needs more bytes. */
    public static final int INCOMPLETE = FieldLines.INCOMPLETE;

    /** {@link #read} refuses: see {@link #refusal}. */
    public static final int REFUSED = FieldLines.REFUSED;

    private static final byte[] CHUNKED = "chunked".getBytes(US_ASCII);
    private static final byte[] CONTINUE = "100-continue".getBytes(US_ASCII);
    private static final byte[] WEBSOCKET = "websocket".getBytes(US_ASCII);
    private static final byte[] HTTP = "http://".getBytes(US_ASCII);
    private static final byte[] HTTPS = "https://".getBytes(US_ASCII);
    /** More than that no request can mean (RFC 9110 §7.6.2: a recipient's own maximum). */
    private static final long MOST_HOPS = 1_000_000_000;

    private static final byte[] HTML = "text/html".getBytes(US_ASCII);
    private static final byte[] TRAILERS = "trailers".getBytes(US_ASCII);
    private static final byte[] VERSION = "HTTP/".getBytes(US_ASCII);
    private static final long HTTP_1_1 = (long) Octets.EIGHT.get("HTTP/1.1".getBytes(US_ASCII), 0);

    private final int targetLimit;
    private final FieldLines lines;
    private final ConnectionField connection = new ConnectionField();

    private byte[] bytes = new byte[0];
    private Method method = Method.OTHER;
    private int methodStart;
    private int methodEnd;
    private int pathStart;
    private int targetEnd;
    private int hostStart;
    private int hostEnd;
    private boolean absolute;
    private boolean oldVersion;
    private long contentLength;
    private boolean chunked;
    private boolean webSocket;
    private boolean expectation;
    private boolean trailersWelcome;
    private long maxForwards;
    private @Nullable Refusal refusal;

    /** @param targetLimit most bytes of a request target; longer is 414 */
    public RequestHead(int targetLimit) {
        this(targetLimit, FieldLines.MOST);
    }

    private RequestHead(int targetLimit, int mostLines) {
        this.targetLimit = targetLimit;
        this.lines = new FieldLines(mostLines);
    }

    /** A reader without limits, for heads that {@link RequestEdit} wrote: they are longer than what they were made from. */
    public static RequestHead ofOurOwn() {
        return new RequestHead(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * Reads one head.
     *
     * @return the position behind it, {@link #INCOMPLETE} or {@link #REFUSED}
     */
    public int read(byte[] source, int from, int end) {
        bytes = source;
        refusal = null;
        int line = requestLine(from, end);
        if (line < 0) {
            return line;
        }
        int body = lines.scan(source, line, end);
        if (body < 0) {
            if (body == REFUSED) {
                refusal = lines.refusal();
            }
            return body;
        }
        var wrong = meaning();
        return wrong == null ? body : refuse(wrong);
    }

    private int refuse(Refusal why) {
        refusal = why;
        return REFUSED;
    }

    /** {@code METHOD SP TARGET SP HTTP/1.x CRLF}, with one space each (RFC 9112 §3). */
    private int requestLine(int from, int end) {
        int i = from;
        while (i < end && Octets.isToken(bytes[i])) {
            i++;
        }
        if (i < end && (bytes[i] != ' ' || i == from)) {
            return refuse(Refusal.BAD_REQUEST_LINE);
        }
        methodStart = from;
        methodEnd = i++;
        int start = i;
        while (i < end && Octets.isTarget(bytes[i])) {
            i++;
        }
        if (i - start > targetLimit) {
            return refuse(Refusal.TARGET_TOO_LONG);
        }
        if (i >= end) {
            return INCOMPLETE;
        }
        if (bytes[i] != ' ' || i == start) {
            return refuse(bytes[i] == '\r' || bytes[i] == '\n' ? Refusal.BAD_REQUEST_LINE : Refusal.BAD_TARGET);
        }
        pathStart = start;
        targetEnd = i++;
        return version(i, end);
    }

    private int version(int from, int end) {
        if (from + 10 <= end
                && (long) Octets.EIGHT.get(bytes, from) == HTTP_1_1
                && bytes[from + 8] == '\r'
                && bytes[from + 9] == '\n') {
            oldVersion = false;
            return from + 10;
        }
        return otherVersion(from, end);
    }

    private int otherVersion(int from, int end) {
        for (int i = from; i < from + 10; i++) {
            if (i >= end) {
                return INCOMPLETE;
            }
            int at = i - from;
            boolean right = switch (at) {
                case 5, 7 -> bytes[i] >= '0' && bytes[i] <= '9';
                case 6 -> bytes[i] == '.';
                case 8 -> bytes[i] == '\r';
                case 9 -> bytes[i] == '\n';
                default -> bytes[i] == VERSION[at];
            };
            if (!right) {
                return refuse(Refusal.BAD_REQUEST_LINE);
            }
        }
        // RFC 9110 §2.5: a minor version that is not known is read as the last one that is.
        if (bytes[from + 5] != '1') {
            return refuse(Refusal.VERSION);
        }
        oldVersion = bytes[from + 7] == '0';
        return from + 10;
    }

    private @Nullable Refusal meaning() {
        method = Method.of(bytes, methodStart, methodEnd);
        contentLength = -1;
        chunked = false;
        expectation = false;
        connection.clear();
        int host = -1;
        int encoding = -1;
        int upgrade = -1;
        int te = -1;
        maxForwards = -1;
        for (int line = 0; line < lines.count(); line++) {
            switch (lines.field(line)) {
                case HOST -> {
                    if (host >= 0) {
                        return Refusal.HOST_REPEATED;
                    }
                    host = line;
                }
                case CONTENT_LENGTH -> {
                    long length = Octets.decimal(bytes, lines.valueStart(line), lines.valueEnd(line));
                    if (length < 0 || contentLength >= 0) {
                        return Refusal.BAD_LENGTH;
                    }
                    contentLength = length;
                }
                case TRANSFER_ENCODING -> {
                    if (encoding >= 0 || oldVersion || !is(line, CHUNKED)) {
                        return Refusal.BAD_ENCODING;
                    }
                    encoding = line;
                }
                case EXPECT -> {
                    if (!is(line, CONTINUE)) {
                        return Refusal.EXPECTATION;
                    }
                    // RFC 9110 §10.1.1: from an HTTP/1.0 client it means nothing.
                    if (oldVersion) {
                        lines.drop(line);
                    } else {
                        expectation = true;
                    }
                }
                case UPGRADE -> upgrade = upgrade == -1 ? line : -2;
                case TE -> te = line;
                case MAX_FORWARDS -> maxForwards = hops(lines.valueStart(line), lines.valueEnd(line));
                case CONNECTION -> {
                    if (!connection.read(bytes, lines, line)) {
                        return Refusal.HEAD_TOO_LARGE;
                    }
                }
                default -> {}
            }
        }
        if (encoding >= 0 && contentLength >= 0) {
            return Refusal.LENGTH_AND_ENCODING;
        }
        chunked = encoding >= 0;
        webSocket =
                upgrade >= 0 && !oldVersion && method == Method.GET && connection.upgrade() && is(upgrade, WEBSOCKET);
        if (webSocket && (chunked || contentLength > 0)) {
            return Refusal.BAD_UPGRADE;
        }
        // RFC 9110 §10.1.4: it means something only to the neighbour, and only where Connection says so.
        trailersWelcome = te >= 0 && !oldVersion && lines.isDropped(te) && hasMember(te, TRAILERS);
        return target(host);
    }

    /** A number of hops, {@link #MOST_HOPS} at most; -1 if it is none. */
    private long hops(int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return -1;
            }
        }
        long value = Octets.decimal(bytes, from, end);
        return value < 0 && end > from ? MOST_HOPS : Math.min(value, MOST_HOPS);
    }

    private boolean is(int line, byte[] lower) {
        return Octets.same(bytes, lines.valueStart(line), lines.valueEnd(line), lower);
    }

    /** Whether one of the members of a list is {@code lower}. */
    private boolean hasMember(int line, byte[] lower) {
        int end = lines.valueEnd(line);
        int from = lines.valueStart(line);
        for (int i = from; i <= end; i++) {
            if (i == end || bytes[i] == ',') {
                int to = i;
                while (from < to && (bytes[from] == ' ' || bytes[from] == '\t')) {
                    from++;
                }
                while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
                    to--;
                }
                if (Octets.same(bytes, from, to, lower)) {
                    return true;
                }
                from = i + 1;
            }
        }
        return false;
    }

    /** The four forms of a target (RFC 9112 §3.2). */
    private @Nullable Refusal target(int host) {
        absolute = false;
        // TRACE gives back what it was sent, and with it what was added on the way (RFC 9110 §9.3.8, §17.12).
        if (method == Method.CONNECT || method == Method.TRACE) {
            return Refusal.METHOD_NOT_SERVED;
        }
        if (host < 0) {
            hostStart = 0;
            hostEnd = 0;
            if (!oldVersion) {
                return Refusal.HOST_MISSING;
            }
        } else {
            hostStart = lines.valueStart(host);
            hostEnd = lines.valueEnd(host);
            if (!isAuthority(hostStart, hostEnd)) {
                return Refusal.BAD_HOST;
            }
        }
        byte first = bytes[pathStart];
        if (first == '/') {
            return null;
        }
        if (first == '*') {
            return method == Method.OPTIONS && targetEnd - pathStart == 1 ? null : Refusal.BAD_TARGET;
        }
        return absoluteForm(host);
    }

    private @Nullable Refusal absoluteForm(int host) {
        int scheme = startsWith(HTTP) ? HTTP.length : startsWith(HTTPS) ? HTTPS.length : 0;
        if (scheme == 0) {
            return Refusal.BAD_TARGET;
        }
        int from = pathStart + scheme;
        int end = from;
        while (end < targetEnd && bytes[end] != '/' && bytes[end] != '?') {
            end++;
        }
        if (!isAuthority(from, end)) {
            return Refusal.BAD_TARGET;
        }
        // RFC 9112 §3.2.2: the target's host replaces what Host says.
        absolute = true;
        hostStart = from;
        hostEnd = end;
        pathStart = end;
        if (host >= 0) {
            lines.drop(host);
        }
        return null;
    }

    private boolean startsWith(byte[] lower) {
        int end = pathStart + lower.length;
        return end < targetEnd && Octets.same(bytes, pathStart, end, lower);
    }

    /** {@code host[:port]}, the host a name, an IPv4 address or a bracketed IPv6 address; no user information. */
    private boolean isAuthority(int from, int end) {
        int i = from;
        if (i < end && bytes[i] == '[') {
            i++;
            int inside = i;
            while (i < end && (Octets.hex(bytes[i]) >= 0 || bytes[i] == ':' || bytes[i] == '.')) {
                i++;
            }
            if (i == inside || i >= end || bytes[i] != ']') {
                return false;
            }
            i++;
        } else {
            while (i < end && Octets.isHost(bytes[i])) {
                // RFC 3986 §2.1
                if (bytes[i] == '%' && (i + 2 >= end || Octets.hex(bytes[i + 1]) < 0 || Octets.hex(bytes[i + 2]) < 0)) {
                    return false;
                }
                i++;
            }
            if (i == from) {
                return false;
            }
        }
        if (i == end) {
            return true;
        }
        if (bytes[i] != ':' || end - i > 6) {
            return false;
        }
        long port = end - i == 1 ? 0 : Octets.decimal(bytes, i + 1, end);
        return port >= 0 && port <= 65_535;
    }

    /** Why {@link #read} refused. */
    public Refusal refusal() {
        if (refusal == null) {
            throw new IllegalStateException("asked for the refusal of a head that was not refused");
        }
        return refusal;
    }

    public Method method() {
        return method;
    }

    /** The method as it was written. */
    public String methodName() {
        return text(methodStart, methodEnd);
    }

    /** Path and query as they were written; {@code *} for the asterisk form. */
    public String path() {
        var path = text(pathStart, targetEnd);
        return path.isEmpty() || path.charAt(0) == '?' ? "/" + path : path;
    }

    /** Host and port as they were written; empty if an HTTP/1.0 client named none. */
    public String host() {
        return text(hostStart, hostEnd);
    }

    /** The host as apps are found by: lower case, without port and trailing dot. */
    public String hostName() {
        return text(hostStart, hostNameEnd()).toLowerCase(java.util.Locale.ROOT);
    }

    /** Where the host ends in {@link #bytes} that begins at {@link #hostStart}: without port and trailing dot. */
    public int hostNameEnd() {
        int end = hostEnd;
        for (int i = hostStart; i < hostEnd; i++) {
            if (bytes[i] == ']') {
                end = i + 1;
                break;
            }
            if (bytes[i] == ':' && bytes[hostStart] != '[') {
                end = i;
                break;
            }
        }
        return end > hostStart && bytes[end - 1] == '.' ? end - 1 : end;
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** The value of the only line of {@code field}; null if there is none or more than one. */
    public @Nullable String value(Field field) {
        String value = null;
        for (int line = 0; line < lines.count(); line++) {
            if (lines.field(line) == field) {
                if (value != null) {
                    return null;
                }
                value = text(lines.valueStart(line), lines.valueEnd(line));
            }
        }
        return value;
    }

    /** The values of all lines of a field that is a list, as one (RFC 9110 §5.3); null if there is none. */
    @Nullable
    String values(Field field) {
        String values = null;
        for (int line = 0; line < lines.count(); line++) {
            if (lines.field(line) == field) {
                var value = text(lines.valueStart(line), lines.valueEnd(line));
                values = values == null ? value : values + ", " + value;
            }
        }
        return values;
    }

    /** Bytes of the body; -1 if no Content-Length was given. */
    public long contentLength() {
        return contentLength;
    }

    public boolean chunked() {
        return chunked;
    }

    /** Whether a body follows (RFC 9112 §6.3). */
    public boolean hasBody() {
        return chunked || contentLength > 0;
    }

    /** Whether the client may wait for a 100 before it sends the body (RFC 9110 §10.1.1). */
    public boolean expectsContinue() {
        return expectation && hasBody();
    }

    /** The expectation is met here, and does not go further. */
    public void meetExpectation() {
        for (int line = 0; line < lines.count(); line++) {
            if (lines.field(line) == Field.EXPECT) {
                lines.drop(line);
            }
        }
    }

    /** Whether it came as HTTP/1.0. */
    public boolean oldVersion() {
        return oldVersion;
    }

    /** Whether the client wants to use the connection again (RFC 9112 §9.3). */
    public boolean keepAlive() {
        return !connection.close() && (!oldVersion || connection.keepAlive());
    }

    /** Whether it asks for a WebSocket (RFC 6455 §4.1). */
    public boolean webSocket() {
        return webSocket;
    }

    /** Whether the client will not throw trailers away (RFC 9110 §10.1.4). */
    boolean trailersWelcome() {
        return trailersWelcome;
    }

    /** How many more times it may be forwarded; -1 if that does not matter (RFC 9110 §7.6.2). */
    long maxForwards() {
        return method == Method.OPTIONS ? maxForwards : -1;
    }

    /** Whether it asks about us, and nobody behind us (RFC 9110 §7.6.2). */
    public boolean endsHere() {
        return maxForwards() == 0;
    }

    /** Whether the client, by its Accept field, is likely a browser. */
    public boolean acceptsHtml() {
        int line = lines.find(Field.ACCEPT);
        if (line < 0) {
            return false;
        }
        int end = lines.valueEnd(line);
        for (int i = lines.valueStart(line); i + HTML.length <= end; i++) {
            if (Octets.same(bytes, i, i + HTML.length, HTML)) {
                return !isUnwanted(i + HTML.length, end);
            }
        }
        return false;
    }

    /** Whether the parameters of a member of Accept give it the weight of 0 (RFC 9110 §12.4.2). */
    private boolean isUnwanted(int from, int end) {
        for (int i = from; i < end && bytes[i] != ','; i++) {
            boolean weight = bytes[i] == '=' && (bytes[i - 1] | 0x20) == 'q' && " \t;".indexOf(bytes[i - 2]) >= 0;
            if (weight) {
                boolean none = i + 1 < end && bytes[i + 1] == '0';
                for (int digit = i + 2; none && digit < end && " \t,;".indexOf(bytes[digit]) < 0; digit++) {
                    none = bytes[digit] == '0' || bytes[digit] == '.';
                }
                return none;
            }
        }
        return false;
    }

    /** What the head was read from; not to be written to. */
    public byte[] bytes() {
        return bytes;
    }

    /** Its header fields, as offsets into {@link #bytes}. */
    public FieldLines lines() {
        return lines;
    }

    int methodStart() {
        return methodStart;
    }

    int methodEnd() {
        return methodEnd;
    }

    /** Where path and query start; the path may be missing from an absolute form. */
    int pathStart() {
        return pathStart;
    }

    int targetEnd() {
        return targetEnd;
    }

    /** Where the host starts in {@link #bytes}. */
    public int hostStart() {
        return hostStart;
    }

    int hostEnd() {
        return hostEnd;
    }

    boolean absolute() {
        return absolute;
    }
}
