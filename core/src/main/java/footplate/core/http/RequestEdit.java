package footplate.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The head that a process receives, made from the client's by leaving lines out and adding ours (RFC 9110 §7.6.1). */
public final class RequestEdit {
    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(US_ASCII);
    private static final byte[] HOST = "Host: ".getBytes(US_ASCII);
    private static final byte[] FORWARDED_HOST = "X-Forwarded-Host: ".getBytes(US_ASCII);
    private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(US_ASCII);
    private static final byte[] WEBSOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\n".getBytes(US_ASCII);
    private static final byte[] TRAILERS = "Connection: TE\r\nTE: trailers\r\n".getBytes(US_ASCII);
    private static final byte[] MAX_FORWARDS = "Max-Forwards: ".getBytes(US_ASCII);
    private static final byte[] VIA = "Via: 1.1 footplate\r\n".getBytes(US_ASCII);
    private static final byte[] VIA_OLD = "Via: 1.0 footplate\r\n".getBytes(US_ASCII);
    private static final byte[] FORWARDED_FOR_HOST = ";host=\"".getBytes(US_ASCII);
    private static final byte[] QUOTE_CRLF = "\"\r\n".getBytes(US_ASCII);
    private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);

    private RequestEdit() {}

    /**
     * What an operator may choose.
     *
     * @param underscores field names with an underscore pass, but for doubles of names that mean something to us
     * @param via a Via line is added (RFC 9110 §7.6.3)
     * @param forwarded a Forwarded line is added (RFC 7239)
     */
    public record Choices(boolean underscores, boolean via, boolean forwarded) {
        /** None of it. */
        public static final Choices PLAIN = new Choices(false, false, false);
    }

    /**
     * The lines that say who the client is; they are the same for all requests of a connection. With Forwarded, that one is
     * the last and has no end yet: the host of each request belongs into it.
     *
     * @param client numeric address of the client
     * @param scheme {@code http} or {@code https}
     * @param port the port it came in on
     */
    public static byte[] forwardedLines(String client, String scheme, int port, Choices choices) {
        var lines = "X-Forwarded-For: " + client + "\r\nX-Forwarded-Proto: " + scheme + "\r\nX-Forwarded-Port: " + port
                + "\r\nX-Real-IP: " + client + "\r\n";
        if (choices.forwarded()) {
            // RFC 7239 §6: an IPv6 address stands in brackets, and these in quotes.
            lines += "Forwarded: for=" + (client.indexOf(':') < 0 ? client : "\"[" + client + "]\"") + ";proto="
                    + scheme;
        }
        return lines.getBytes(US_ASCII);
    }

    /**
     * Writes the head.
     *
     * @param forwardedLines what {@link #forwardedLines} made, perhaps when other choices held
     */
    public static void write(RequestHead head, byte[] forwardedLines, Choices choices, HeadBytes out) {
        write(head, forwardedLines, choices, HeaderEdit.NONE, out);
    }

    /**
     * Writes the head with what an operator wants changed in it.
     *
     * @param edit may replace lines of ours too, but for those that frame the request
     */
    public static void write(RequestHead head, byte[] forwardedLines, Choices choices, HeaderEdit edit, HeadBytes out) {
        var bytes = head.bytes();
        var lines = head.lines();
        for (int line = 0; line < lines.count(); line++) {
            if (Forwarding.dropsFromRequest(lines.field(line), choices.underscores())) {
                lines.drop(line);
            }
        }
        long maxForwards = head.maxForwards();
        if (maxForwards > 0) {
            dropAll(lines, Field.MAX_FORWARDS);
        }
        var host = edit.host();
        boolean plain = edit == HeaderEdit.NONE;
        if (!plain) {
            edit.dropFrom(head);
            if (host != null) {
                dropAll(lines, Field.HOST);
            }
        }
        out.clear();
        if (head.absolute()) {
            out.add(bytes, head.methodStart(), head.methodEnd()).add(" ");
            if (head.pathStart() == head.targetEnd() && head.method() == Method.OPTIONS) {
                // RFC 9112 §3.2.4
                out.add("*");
            } else if (head.pathStart() == head.targetEnd() || bytes[head.pathStart()] != '/') {
                out.add("/");
            }
            out.add(bytes, head.pathStart(), head.targetEnd()).add(VERSION);
            if (host == null) {
                out.add(HOST).add(bytes, head.hostStart(), head.hostEnd()).add(CRLF);
            }
        } else {
            out.add(bytes, head.methodStart(), head.targetEnd()).add(VERSION);
        }
        if (host != null) {
            out.add(HOST).add(host).add(CRLF);
        }
        lines.copyKept(bytes, out);
        if (maxForwards > 0) {
            out.add(MAX_FORWARDS).add(maxForwards - 1).add(CRLF);
        }
        if (choices.via()) {
            out.add(head.oldVersion() ? VIA_OLD : VIA);
        }
        var ours = plain ? forwardedLines : edit.of(forwardedLines);
        out.add(ours);
        if (ours.length > 0 && ours[ours.length - 1] != '\n') {
            endForwarded(head, out);
        }
        if (head.hostEnd() > head.hostStart()) {
            if (plain || !edit.drops(FORWARDED_HOST, 0, FORWARDED_HOST.length - 2)) {
                out.add(FORWARDED_HOST)
                        .add(bytes, head.hostStart(), head.hostEnd())
                        .add(CRLF);
            }
        } else if (host == null) {
            // An HTTP/1.0 client may name no host; the process is asked in HTTP/1.1, which wants one.
            out.add("Host: localhost\r\n");
        }
        if (!plain) {
            out.add(edit.added());
        }
        if (head.chunked()) {
            out.add(CHUNKED);
        }
        if (head.webSocket()) {
            out.add(WEBSOCKET);
        } else if (head.trailersWelcome()) {
            out.add(TRAILERS);
        }
        out.add(CRLF);
    }

    private static void dropAll(FieldLines lines, Field field) {
        for (int line = 0; line < lines.count(); line++) {
            if (lines.field(line) == field) {
                lines.drop(line);
            }
        }
    }

    /** A host is quoted: its colon may not stand in a token. What would have to be escaped is in no host. */
    private static void endForwarded(RequestHead head, HeadBytes out) {
        if (head.hostEnd() > head.hostStart()) {
            out.add(FORWARDED_FOR_HOST)
                    .add(head.bytes(), head.hostStart(), head.hostEnd())
                    .add(QUOTE_CRLF);
        } else {
            out.add(CRLF);
        }
    }
}
