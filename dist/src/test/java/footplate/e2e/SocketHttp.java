package footplate.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** One HTTP/1.1 request over a Unix socket, on a connection of its own, for tests that must not trust our own engine. */
final class SocketHttp {
    private SocketHttp() {}

    /** An answer: its status, its head as it came, its body with chunks joined. */
    record Answer(int status, String head, String body) {}

    static Answer get(Path socket, String target, String... fields) throws IOException {
        return send(socket, "GET", target, "", fields);
    }

    static Answer post(Path socket, String target, String body) throws IOException {
        return send(socket, "POST", target, body, "Content-Type: application/octet-stream");
    }

    private static Answer send(Path socket, String method, String target, String body, String... fields)
            throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        if (method.equals("POST")) {
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            write(channel, head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
            write(channel, bytes);
            return parse(Channels.newInputStream(channel).readAllBytes());
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        for (var buffer = ByteBuffer.wrap(bytes); buffer.hasRemaining(); ) {
            channel.write(buffer);
        }
    }

    private static Answer parse(byte[] bytes) throws IOException {
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("no answer, but: " + text);
        }
        var head = text.substring(0, end);
        int start = end + 4;
        boolean chunked = head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
        var body = new ByteArrayOutputStream();
        if (chunked) {
            for (int at = start; ; ) {
                int line = text.indexOf("\r\n", at);
                int size = Integer.parseInt(text.substring(at, line), 16);
                if (size == 0) {
                    break;
                }
                body.write(bytes, line + 2, size);
                at = line + 2 + size + 2;
            }
        } else {
            body.write(bytes, start, bytes.length - start);
        }
        return new Answer(Integer.parseInt(head.substring(9, 12)), head, body.toString(StandardCharsets.UTF_8));
    }
}
