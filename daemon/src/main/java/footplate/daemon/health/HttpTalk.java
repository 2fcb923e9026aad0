package footplate.daemon.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import footplate.core.health.Observation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.IntPredicate;

/**
 * One GET over HTTP/1.1, and the status of its answer. Only the head is read, at most 64 KiB; interim
 * answers (RFC 9110 §15.2) are passed over.
 *
 * @param host for the Host field
 * @param target what is asked for
 * @param well which statuses are
 */
record HttpTalk(String host, String target, IntPredicate well) implements SocketProbe.Talk {
    private static final int MOST = 64 * 1024;

    @Override
    public Observation with(SocketChannel channel) throws IOException {
        var request =
                "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Footplate-Health\r\nAccept: */*\r\nConnection: close\r\n\r\n"
                        .formatted(target, host);
        for (var bytes = ByteBuffer.wrap(request.getBytes(ISO_8859_1)); bytes.hasRemaining(); ) {
            channel.write(bytes);
        }
        var answer = new byte[MOST];
        int length = 0;
        int head = 0;
        while (true) {
            int read = channel.read(ByteBuffer.wrap(answer, length, MOST - length));
            if (read < 0) {
                return new Observation.Failed(
                        length == 0 ? "it closed the connection without an answer" : "its answer is cut off");
            }
            length += read;
            for (int end = endOfHead(answer, head, length); end >= 0; end = endOfHead(answer, head, length)) {
                int status = status(answer, head);
                if (status < 0) {
                    return new Observation.Failed("its answer is not HTTP");
                }
                if (status >= 200) {
                    return well.test(status) ? new Observation.Passed() : new Observation.Failed("status " + status);
                }
                head = end;
            }
            if (length == MOST) {
                return new Observation.Failed("its answer has a head of more than 64 KiB");
            }
        }
    }

    /** Where the head that begins at {@code from} is over; -1 if it goes on. */
    private static int endOfHead(byte[] bytes, int from, int length) {
        for (int at = from; at + 3 < length; at++) {
            if (bytes[at] == '\r' && bytes[at + 1] == '\n' && bytes[at + 2] == '\r' && bytes[at + 3] == '\n') {
                return at + 4;
            }
        }
        return -1;
    }

    /** The number in {@code HTTP/1.1 200 OK} (RFC 9112 §4); -1 if that is not what stands there. */
    private static int status(byte[] bytes, int at) {
        var line = new String(bytes, at, Math.min(13, bytes.length - at), ISO_8859_1);
        return line.matches("HTTP/1\\.[0-9] [1-5][0-9][0-9][ \r]") ? Integer.parseInt(line.substring(9, 12)) : -1;
    }
}
