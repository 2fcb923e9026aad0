package footplate.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The head that a process receives, made from the client's by leaving lines out and adding ours (RFC 9110 §7.6.1). */
public final class RequestEdit {
    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(US_ASCII);
    private static final byte[] HOST = "Host: ".getBytes(US_ASCII);
    private static final byte[] FORWARDED_HOST = "X-Forwarded-Host: ".getBytes(US_ASCII);
    private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(US_ASCII);
    private static final byte[] WEBSOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\n".getBytes(US_ASCII);
    private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);

    private RequestEdit() {}

    /**
     * The lines that say who the client is; they are the same for all requests of a connection.
     *
     * @param client numeric address of the client
     * @param scheme {@code http} or {@code https}
     * @param port the port it came in on
     */
    public static byte[] forwardedLines(String client, String scheme, int port) {
        return ("X-Forwarded-For: " + client + "\r\nX-Forwarded-Proto: " + scheme + "\r\nX-Forwarded-Port: " + port
                        + "\r\nX-Real-IP: " + client + "\r\n")
                .getBytes(US_ASCII);
    }

    /**
     * Writes the head.
     *
     * @param forwardedLines what {@link #forwardedLines} made
     * @param underscores field names with an underscore pass
     */
    public static void write(RequestHead head, byte[] forwardedLines, boolean underscores, HeadBytes out) {
        var bytes = head.bytes();
        var lines = head.lines();
        for (int line = 0; line < lines.count(); line++) {
            if (Forwarding.dropsFromRequest(lines.field(line), underscores)) {
                lines.drop(line);
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
            out.add(HOST).add(bytes, head.hostStart(), head.hostEnd()).add(CRLF);
        } else {
            out.add(bytes, head.methodStart(), head.targetEnd()).add(VERSION);
        }
        lines.copyKept(bytes, out);
        out.add(forwardedLines);
        if (head.hostEnd() > head.hostStart()) {
            out.add(FORWARDED_HOST).add(bytes, head.hostStart(), head.hostEnd()).add(CRLF);
        } else {
            // An HTTP/1.0 client may name no host; the process is asked in HTTP/1.1, which wants one.
            out.add("Host: localhost\r\n");
        }
        if (head.chunked()) {
            out.add(CHUNKED);
        }
        if (head.webSocket()) {
            out.add(WEBSOCKET);
        }
        out.add(CRLF);
    }
}
