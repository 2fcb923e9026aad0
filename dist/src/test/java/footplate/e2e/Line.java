package footplate.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One connection to the proxy, on which a client that repairs nothing and hides nothing asks one request after another. */
final class Line implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /** An answer: its status, its head as it came, its body with chunks joined. */
    record Answer(int status, String head, String body) {
        /** The value of a field, or an empty text. */
        String field(String name) {
            return head.lines()
                    .skip(1)
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }

        boolean last() {
            return field("Connection").equalsIgnoreCase("close");
        }
    }

    Line(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Asks on a connection of its own. */
    static Answer get(int port, String target, String... fields) throws IOException {
        try (var line = new Line(port)) {
            return line.ask("GET", target, "", fields);
        }
    }

    Answer ask(String method, String target, String body, String... fields) throws IOException {
        send(method, target, body, fields);
        return answer();
    }

    void send(String method, String target, String body, String... fields) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        if (List.of(fields).stream().noneMatch(field -> field.startsWith("Host:"))) {
            head.append("Host: 127.0.0.1\r\n");
        }
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        if (bytes.length > 0) {
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        var all = new ByteArrayOutputStream();
        all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        all.writeBytes(bytes);
        out.write(all.toByteArray());
    }

    OutputStream out() {
        return out;
    }

    InputStream in() {
        return in;
    }

    /** Reads the head of an answer. */
    String head() throws IOException {
        var lines = new ArrayList<String>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            lines.add(line);
        }
        return String.join("\r\n", lines);
    }

    Answer answer() throws IOException {
        var head = head();
        var answer = new Answer(Integer.parseInt(head.substring(9, 12)), head, "");
        var body = new ByteArrayOutputStream();
        if (answer.field("Transfer-Encoding").equalsIgnoreCase("chunked")) {
            for (int size = size(); size > 0; size = size()) {
                body.writeBytes(in.readNBytes(size));
                line();
            }
            line();
        } else if (answer.status() != 304) {
            int length = Integer.parseInt(answer.field("Content-Length"));
            body.writeBytes(in.readNBytes(length));
            if (body.size() < length) {
                throw new EOFException("half an answer: " + body.size() + " of " + length);
            }
        }
        return new Answer(answer.status(), head, body.toString(StandardCharsets.UTF_8));
    }

    private int size() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended after '" + line + "'");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
