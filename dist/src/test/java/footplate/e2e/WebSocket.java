package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A WebSocket (RFC 6455) that sends short texts and reads short ones. */
final class WebSocket implements AutoCloseable {
    private static final int TEXT = 0x81;
    private static final int MASKED = 0x80;

    private final Line line;

    WebSocket(int port) throws IOException {
        line = new Line(port);
        line.send(
                "GET",
                "/",
                "",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
        assertThat(line.head()).startsWith("HTTP/1.1 101 ");
    }

    /** What comes back for a text of up to 125 bytes. */
    String echo(String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var frame = new byte[6 + bytes.length]; // the mask is four zeros, so the text goes as it is
        frame[0] = (byte) TEXT;
        frame[1] = (byte) (MASKED | bytes.length);
        System.arraycopy(bytes, 0, frame, 6, bytes.length);
        line.out().write(frame);
        if (line.in().read() < 0) {
            throw new EOFException("the WebSocket was cut");
        }
        return new String(line.in().readNBytes(line.in().read()), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        line.close();
    }
}
