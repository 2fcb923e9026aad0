package footplate.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The head that a client receives, made from the process's by leaving lines out and adding ours (RFC 9110 §7.6.1). */
public final class ResponseEdit {
    private static final byte[] VERSION = "HTTP/1.1 ".getBytes(US_ASCII);
    private static final byte[] DATE = "Date: ".getBytes(US_ASCII);
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(US_ASCII);
    private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n".getBytes(US_ASCII);
    private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(US_ASCII);
    private static final byte[] WEBSOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\n".getBytes(US_ASCII);
    private static final byte[] VIA = "Via: 1.1 footplate\r\n".getBytes(US_ASCII);
    private static final byte[] VIA_OLD = "Via: 1.0 footplate\r\n".getBytes(US_ASCII);
    private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);

    private ResponseEdit() {}

    /** What the client is told about its connection. */
    public enum Persistence {
        /** HTTP/1.1 that stays open: nothing needs to be said. */
        SILENT,
        /** HTTP/1.0 that stays open. */
        KEEP_ALIVE,
        CLOSE
    }

    /**
     * Writes the head.
     *
     * @param chunked the body follows in chunks
     * @param via whether a Via line is added (RFC 9110 §7.6.3)
     * @param date the value for Date where the process gave none (RFC 9110 §6.6.1)
     */
    public static void write(
            ResponseHead head, Persistence persistence, boolean chunked, boolean via, byte[] date, HeadBytes out) {
        var bytes = head.bytes();
        var lines = head.lines();
        // RFC 9110 §8.6: no Content-Length in 1xx and 204.
        boolean lengthForbidden = head.status() < 200 || head.status() == 204;
        for (int line = 0; line < lines.count(); line++) {
            var field = lines.field(line);
            if (Forwarding.dropsFromAnswer(field) || (field == Field.CONTENT_LENGTH && lengthForbidden)) {
                lines.drop(line);
            }
        }
        out.clear().add(VERSION).add(bytes, head.statusStart(), head.lineEnd());
        if (head.lineEnd() == head.statusStart() + 3) {
            // RFC 9112 §4: the space is due even where no reason follows.
            out.add(" ");
        }
        out.add(CRLF);
        lines.copyKept(bytes, out);
        if (via) {
            out.add(head.oldVersion() ? VIA_OLD : VIA);
        }
        if (head.interim()) {
            out.add(CRLF);
            return;
        }
        out.add(head.added());
        if (head.webSocket()) {
            out.add(WEBSOCKET).add(CRLF);
            return;
        }
        if (!head.dated()) {
            out.add(DATE).add(date).add(CRLF);
        }
        if (head.webSocketOffered()) {
            out.add(WEBSOCKET);
        }
        switch (persistence) {
            case SILENT -> {}
            case KEEP_ALIVE -> out.add(KEEP_ALIVE);
            case CLOSE -> out.add(CLOSE);
        }
        if (chunked) {
            out.add(CHUNKED);
        }
        out.add(CRLF);
    }
}
