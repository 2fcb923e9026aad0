package footplate.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One answer's head, read in place from an array, as strictly as a request's. One object is used again for many heads;
 * what it says is true until the array changes.
 */
public final class ResponseHead {
    /** {@link #read} needs more bytes. */
    public static final int INCOMPLETE = FieldLines.INCOMPLETE;

    /** {@link #read} refuses: see {@link #refusal}. */
    public static final int REFUSED = FieldLines.REFUSED;

    private static final byte[] CHUNKED = "chunked".getBytes(US_ASCII);
    private static final byte[] WEBSOCKET = "websocket".getBytes(US_ASCII);
    private static final byte[] TIMEOUT = "timeout=".getBytes(US_ASCII);
    private static final byte[] EVENT_STREAM = "text/event-stream".getBytes(US_ASCII);
    private static final byte[] NOTHING = {};
    private static final byte[] NO = "no".getBytes(US_ASCII);
    private static final byte[] VERSION = "HTTP/1.".getBytes(US_ASCII);
    private static final long HTTP_1_1 = (long) Octets.EIGHT.get("HTTP/1.1".getBytes(US_ASCII), 0);

    private final FieldLines lines = new FieldLines(FieldLines.MOST);
    private final ConnectionField connection = new ConnectionField();

    private byte[] bytes = new byte[0];
    private byte[] added = NOTHING;
    private int status;
    private int statusStart;
    private int lineEnd;
    private boolean oldVersion;
    private boolean dated;
    private boolean webSocket;
    private boolean live;
    private boolean webSocketOffered;
    private boolean namesFile;
    private long contentLength;
    private boolean chunked;
    private int keepAliveSeconds;
    private @Nullable Refusal refusal;

    /** How the end of an answer's body is known (RFC 9112 §6.3). */
    public enum Body {
        /** There is none. */
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    /**
     * Reads one head.
     *
     * @return the position behind it, {@link #INCOMPLETE} or {@link #REFUSED}
     */
    public int read(byte[] source, int from, int end) {
        bytes = source;
        refusal = null;
        added = NOTHING;
        int line = statusLine(from, end);
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

    /** {@code HTTP/1.x SP CODE SP REASON CRLF}; the last space may be missing with the reason (RFC 9112 §4). */
    private int statusLine(int from, int end) {
        // Nearly every answer begins so: its first eight octets need not be looked at one by one.
        boolean usual = from + 12 <= end && (long) Octets.EIGHT.get(bytes, from) == HTTP_1_1;
        for (int i = usual ? from + 8 : from; i < from + 12; i++) {
            if (i >= end) {
                return INCOMPLETE;
            }
            int at = i - from;
            boolean right = switch (at) {
                // RFC 9110 §2.5: a minor version that is not known is read as the last one that is.
                case 7 -> bytes[i] >= '0' && bytes[i] <= '9';
                case 8 -> bytes[i] == ' ';
                case 9 -> bytes[i] >= '1' && bytes[i] <= '9';
                case 10, 11 -> bytes[i] >= '0' && bytes[i] <= '9';
                default -> bytes[i] == VERSION[at];
            };
            if (!right) {
                return refuse(Refusal.BAD_STATUS_LINE);
            }
        }
        oldVersion = bytes[from + 7] == '0';
        statusStart = from + 9;
        status = (bytes[from + 9] - '0') * 100 + (bytes[from + 10] - '0') * 10 + bytes[from + 11] - '0';
        int i = from + 12;
        if (i < end && bytes[i] != ' ' && bytes[i] != '\r') {
            return refuse(Refusal.BAD_STATUS_LINE);
        }
        i = Octets.valueEnd(bytes, i, end);
        if (i + 1 >= end) {
            return i < end && bytes[i] != '\r' ? refuse(Refusal.BAD_STATUS_LINE) : INCOMPLETE;
        }
        if (bytes[i] != '\r' || bytes[i + 1] != '\n') {
            return refuse(Refusal.BAD_STATUS_LINE);
        }
        lineEnd = i;
        return i + 2;
    }

    private @Nullable Refusal meaning() {
        contentLength = -1;
        chunked = false;
        dated = false;
        webSocket = false;
        live = false;
        namesFile = false;
        keepAliveSeconds = -1;
        connection.clear();
        int upgrades = 0;
        boolean upgrade = false;
        for (int line = 0; line < lines.count(); line++) {
            switch (lines.field(line)) {
                case CONTENT_LENGTH -> {
                    long length = Octets.decimal(bytes, lines.valueStart(line), lines.valueEnd(line));
                    if (length < 0 || contentLength >= 0) {
                        return Refusal.BAD_LENGTH;
                    }
                    contentLength = length;
                }
                case TRANSFER_ENCODING -> {
                    if (chunked || oldVersion || !is(line, CHUNKED)) {
                        return Refusal.BAD_ENCODING;
                    }
                    chunked = true;
                }
                case CONTENT_TYPE -> live |= begins(line, EVENT_STREAM);
                case X_ACCEL_BUFFERING -> live |= is(line, NO);
                case DATE -> dated = true;
                case CONNECTION -> {
                    if (!connection.read(bytes, lines, line)) {
                        return Refusal.HEAD_TOO_LARGE;
                    }
                }
                case KEEP_ALIVE -> keepAliveSeconds = timeout(line);
                case UPGRADE -> {
                    upgrades++;
                    upgrade = is(line, WEBSOCKET);
                }
                case X_SENDFILE, X_ACCEL_REDIRECT -> namesFile = true;
                default -> {}
            }
        }
        if (chunked && contentLength >= 0) {
            return Refusal.LENGTH_AND_ENCODING;
        }
        boolean offered = upgrade && upgrades == 1 && connection.upgrade();
        webSocket = status == 101 && offered;
        webSocketOffered = status == 426 && offered;
        return null;
    }

    private boolean is(int line, byte[] lower) {
        return Octets.same(bytes, lines.valueStart(line), lines.valueEnd(line), lower);
    }

    private boolean begins(int line, byte[] lower) {
        int from = lines.valueStart(line);
        int to = from + lower.length;
        return to <= lines.valueEnd(line) && Octets.same(bytes, from, to, lower);
    }

    /** {@code timeout=5}, as Node says it. */
    private int timeout(int line) {
        for (int i = lines.valueStart(line); i + TIMEOUT.length < lines.valueEnd(line); i++) {
            if (Octets.same(bytes, i, i + TIMEOUT.length, TIMEOUT)) {
                int from = i + TIMEOUT.length;
                int to = from;
                while (to < lines.valueEnd(line) && bytes[to] >= '0' && bytes[to] <= '9') {
                    to++;
                }
                return (int) Math.min(Octets.decimal(bytes, from, to), 86_400);
            }
        }
        return -1;
    }

    /** Why {@link #read} refused. */
    public Refusal refusal() {
        if (refusal == null) {
            throw new IllegalStateException("asked for the refusal of a head that was not refused");
        }
        return refusal;
    }

    public int status() {
        return status;
    }

    /** Whether another head follows for the same request; 101 is an end of its own. */
    public boolean interim() {
        return status < 200 && status != 101;
    }

    /** Whether it turns the connection into a WebSocket. */
    public boolean webSocket() {
        return webSocket;
    }

    /** Whether its body is made while it is sent, so that none of it is kept back: server-sent events, or as the app says. */
    public boolean live() {
        return live;
    }

    /** Whether it says that a WebSocket would be had in its place (426, RFC 9110 §15.5.22). */
    boolean webSocketOffered() {
        return webSocketOffered;
    }

    /** Whether it came as HTTP/1.0. */
    boolean oldVersion() {
        return oldVersion;
    }

    /** Whether it names a file to be sent in its place: see {@link NamedFile}. */
    public boolean namesFile() {
        return namesFile;
    }

    /** Whether it may have content at all (RFC 9110 §15.3.5, §15.3.6, §15.4.5); if it names a file, that is not for anybody then. */
    public boolean mayHaveContent() {
        return status >= 200 && status != 204 && status != 205 && status != 304;
    }

    /** Leaves out the name of a file. */
    public void dropNamedFile() {
        for (int line = 0; line < lines.count(); line++) {
            if (lines.field(line) == Field.X_SENDFILE || lines.field(line) == Field.X_ACCEL_REDIRECT) {
                lines.drop(line);
            }
        }
    }

    /** How the end of its body is known, given that it answers a request that was HEAD or not. */
    public Body body(boolean answersHead) {
        if (answersHead || status < 200 || status == 204 || status == 304) {
            return Body.NONE;
        }
        if (chunked) {
            return Body.CHUNKED;
        }
        if (contentLength >= 0) {
            return contentLength == 0 ? Body.NONE : Body.LENGTH;
        }
        return Body.UNTIL_CLOSE;
    }

    /** -1 if none was given. */
    public long contentLength() {
        return contentLength;
    }

    public boolean chunked() {
        return chunked;
    }

    /**
     * Whether the process will use the connection again (RFC 9112 §9.3). One that announces a body where none may follow
     * (RFC 9110 §8.6, RFC 9112 §6.1) may send it, and it would be taken for the next answer.
     */
    public boolean keepAlive() {
        boolean bodyAnnounced = status == 204 && (chunked || contentLength > 0);
        return !bodyAnnounced && !connection.close() && (!oldVersion || connection.keepAlive());
    }

    /** Seconds after which the process closes an idle connection, as it says itself; -1 if it does not. */
    public int keepAliveSeconds() {
        return keepAliveSeconds;
    }

    boolean dated() {
        return dated;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Gives it another line on its way to the client, or several: {@code Name: value} and CRLF. */
    public void add(byte[] line) {
        if (added.length == 0) {
            added = line;
            return;
        }
        int before = added.length;
        added = Arrays.copyOf(added, before + line.length);
        System.arraycopy(line, 0, added, before, line.length);
    }

    /** What {@link #add} was given; empty if nothing. */
    byte[] added() {
        return added;
    }

    FieldLines lines() {
        return lines;
    }

    int statusStart() {
        return statusStart;
    }

    int lineEnd() {
        return lineEnd;
    }
}
