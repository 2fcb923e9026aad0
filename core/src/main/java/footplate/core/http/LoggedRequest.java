package footplate.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * What an access log tells of a request, copied out of its head while that is at hand. Long values are cut. One object is
 * used again for many requests.
 */
@SuppressWarnings("EnumOrdinal") // arrays by part, read and written here only
public final class LoggedRequest {
    /** Most bytes kept of a target. */
    public static final int MOST_TARGET = 8_192;

    /** Most bytes kept of any other value. */
    public static final int MOST_VALUE = 2_048;

    /** Most bytes of a request's id that is taken over from the client. */
    public static final int MOST_ID = 128;

    private static final byte[] REFERER = "referer".getBytes(US_ASCII);
    private static final byte[] USER_AGENT = "user-agent".getBytes(US_ASCII);
    private static final byte[] REQUEST_ID = "x-request-id".getBytes(US_ASCII);
    private static final int ADDRESS = "X-Forwarded-For: ".length();

    /** A part of what was kept. */
    public enum Part {
        ADDRESS(0),
        METHOD(1),
        /** As the client wrote it, absolute form included. */
        TARGET(2),
        HOST(3),
        REFERER(4),
        USER_AGENT(5),
        /** The client's X-Request-Id if it may be believed; see {@link #hasId}. */
        ID(6);

        private static final int COUNT = values().length;

        private final int number;

        Part(int number) {
            this.number = number;
        }
    }

    private byte[] bytes = new byte[512];
    private final int[] from = new int[Part.COUNT];
    private final int[] to = new int[Part.COUNT];
    private int length;
    private boolean oldVersion;

    /**
     * Copies it. A request id of the client's is believed if it is the only one, of 1 to {@link #MOST_ID} letters, digits
     * and {@code -._~+/=:@}; any other is dropped from the head.
     *
     * @param forwardedLines what {@link RequestEdit#forwardedLines} made for this client
     */
    public void take(RequestHead head, byte[] forwardedLines) {
        length = 0;
        Arrays.fill(from, -1);
        var source = head.bytes();
        oldVersion = head.oldVersion();
        keep(Part.ADDRESS, forwardedLines, ADDRESS, endOfLine(forwardedLines), MOST_VALUE);
        keep(Part.METHOD, source, head.methodStart(), head.methodEnd(), MOST_VALUE);
        keep(Part.TARGET, source, head.methodEnd() + 1, head.targetEnd(), MOST_TARGET);
        if (head.hostEnd() > head.hostStart()) {
            keep(Part.HOST, source, head.hostStart(), head.hostEnd(), MOST_VALUE);
        }
        fields(head, source);
    }

    /** The same of a request whose head was not understood, or never came: nothing is known but who sent it. */
    public void takeNothing(byte[] forwardedLines) {
        length = 0;
        Arrays.fill(from, -1);
        oldVersion = false;
        keep(Part.ADDRESS, forwardedLines, ADDRESS, endOfLine(forwardedLines), MOST_VALUE);
    }

    private void fields(RequestHead head, byte[] source) {
        var lines = head.lines();
        boolean repeated = false;
        int id = -1;
        for (int line = 0; line < lines.count(); line++) {
            int start = lines.start(line);
            int end = lines.nameEnd(line);
            switch (end - start) {
                case 7 -> keepIf(Part.REFERER, REFERER, source, lines, line);
                case 10 -> keepIf(Part.USER_AGENT, USER_AGENT, source, lines, line);
                case 12 -> {
                    if (isId(source, start)) {
                        repeated = id >= 0 || repeated;
                        id = line;
                        if (repeated || source[start + 1] == '_' || source[start + 9] == '_') {
                            repeated = true;
                        }
                    }
                }
                default -> {}
            }
        }
        if (id < 0) {
            return;
        }
        int valueFrom = lines.valueStart(id);
        int valueTo = lines.valueEnd(id);
        if (!repeated && isSane(source, valueFrom, valueTo)) {
            keep(Part.ID, source, valueFrom, valueTo, MOST_ID);
        } else {
            for (int line = 0; line < lines.count(); line++) {
                if (lines.nameEnd(line) - lines.start(line) == 12 && isId(source, lines.start(line))) {
                    lines.drop(line);
                }
            }
        }
    }

    /** Whether the name is X-Request-Id, to an app that takes a dash and an underscore for the same too. */
    private static boolean isId(byte[] source, int start) {
        for (int i = 0; i < REQUEST_ID.length; i++) {
            byte octet = source[start + i];
            if (Octets.lower(octet) != REQUEST_ID[i] && !(octet == '_' && REQUEST_ID[i] == '-')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSane(byte[] source, int start, int end) {
        if (end == start || end - start > MOST_ID) {
            return false;
        }
        for (int i = start; i < end; i++) {
            int c = source[i];
            boolean plain = (c >= '0' && c <= '9') || (c >= '@' && c <= 'Z') || (c >= 'a' && c <= 'z');
            if (!plain && c != '-' && c != '.' && c != '_' && c != '~' && c != '+' && c != '/' && c != '='
                    && c != ':') {
                return false;
            }
        }
        return true;
    }

    private void keepIf(Part part, byte[] lower, byte[] source, FieldLines lines, int line) {
        if (from[part.number] < 0 && Octets.same(source, lines.start(line), lines.nameEnd(line), lower)) {
            keep(part, source, lines.valueStart(line), lines.valueEnd(line), MOST_VALUE);
        }
    }

    private void keep(Part part, byte[] source, int start, int end, int most) {
        int size = Math.min(end - start, most);
        if (length + size > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + size));
        }
        System.arraycopy(source, start, bytes, length, size);
        from[part.number] = length;
        length += size;
        to[part.number] = length;
    }

    private static int endOfLine(byte[] lines) {
        int end = ADDRESS;
        while (lines[end] != '\r') {
            end++;
        }
        return end;
    }

    /** Sets the id of a request whose client gave none. */
    public void id(byte[] made) {
        keep(Part.ID, made, 0, made.length, MOST_ID);
    }

    /** Whether it has an id. */
    public boolean hasId() {
        return has(Part.ID);
    }

    /** Whether there is such a part. */
    public boolean has(Part part) {
        return from[part.number] >= 0;
    }

    /** Where a part that is there begins in {@link #bytes}. */
    public int from(Part part) {
        return from[part.number];
    }

    /** Where a part that is there ends in {@link #bytes}. */
    public int to(Part part) {
        return to[part.number];
    }

    /** What was kept. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether it came as HTTP/1.0. */
    public boolean oldVersion() {
        return oldVersion;
    }
}
