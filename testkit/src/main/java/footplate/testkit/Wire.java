package footplate.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * One end of a connection for tests: blocking, with every wait bounded, and bytes written exactly as they are given. Text
 * is ISO-8859-1, so that a character is a byte.
 */
public final class Wire implements AutoCloseable {
    private final SocketChannel channel;
    private final Duration patience;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024).flip();

    Wire(SocketChannel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    /** Connects to a TCP port of this machine. */
    public static Wire connect(int port) throws IOException {
        return new Wire(open(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port)), Duration.ofSeconds(10));
    }

    /** Connects with a receive buffer as small as the kernel allows, to be a slow reader. */
    public static Wire connectNarrow(int port) throws IOException {
        var channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
        channel.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        return new Wire(channel, Duration.ofSeconds(10));
    }

    private static SocketChannel open(SocketAddress address) throws IOException {
        var channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        channel.connect(address);
        if (!(address instanceof UnixDomainSocketAddress)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return channel;
    }

    /** Writes all of {@code text}. */
    public Wire send(String text) throws IOException {
        return send(text.getBytes(ISO_8859_1));
    }

    /** Writes all of {@code bytes}. */
    public Wire send(byte[] bytes) throws IOException {
        var source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
            channel.write(source);
        }
        return this;
    }

    /** Ends the sending side. */
    public Wire shutdownOutput() throws IOException {
        channel.shutdownOutput();
        return this;
    }

    /** The next byte; -1 at the end of the stream. */
    public int read() throws IOException {
        return buffer.hasRemaining() || fill() ? buffer.get() & 0xFF : -1;
    }

    private boolean fill() throws IOException {
        buffer.clear().limit(0);
        if (!readable(patience)) {
            throw new SocketTimeoutException("nothing came within " + patience);
        }
        buffer.clear();
        int count = channel.read(buffer);
        buffer.flip();
        return count > 0;
    }

    private boolean readable(Duration wait) throws IOException {
        if (buffer.hasRemaining()) {
            return true;
        }
        channel.configureBlocking(false);
        try (var selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            return selector.select(Math.max(1, wait.toMillis())) > 0;
        } finally {
            channel.configureBlocking(true);
        }
    }

    /** Whether nothing comes, and the stream does not end, for {@code time}. */
    public boolean silentFor(Duration time) throws IOException {
        return !readable(time);
    }

    /** Exactly {@code count} bytes. */
    public byte[] readBytes(int count) throws IOException {
        var bytes = new byte[count];
        int at = 0;
        while (at < count) {
            if (!buffer.hasRemaining() && !fill()) {
                throw new IOException("the stream ended after " + at + " of " + count + " bytes");
            }
            int part = Math.min(buffer.remaining(), count - at);
            buffer.get(bytes, at, part);
            at += part;
        }
        return bytes;
    }

    /** Exactly {@code count} bytes as text. */
    public String read(int count) throws IOException {
        return new String(readBytes(count), ISO_8859_1);
    }

    /** Everything up to and including the first {@code end}; what came instead, if the stream ends before. */
    public String readUntil(String end) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(end, Math.max(0, text.length() - end.length())) < 0) {
            int next = read();
            if (next < 0) {
                return text.toString();
            }
            text.append((char) next);
        }
        return text.toString();
    }

    /** A head with its empty line; empty at the end of the stream. */
    public String readHead() throws IOException {
        return readUntil("\r\n\r\n");
    }

    /** Everything to the end of the stream. */
    public String readAll() throws IOException {
        var all = new ByteArrayOutputStream();
        for (int next = read(); next >= 0; next = read()) {
            all.write(next);
            while (buffer.hasRemaining()) {
                all.write(buffer.get());
            }
        }
        return all.toString(ISO_8859_1);
    }

    /** An answer with Content-Length or chunks, head and body as they came. */
    public String readAnswer() throws IOException {
        return readMessage(true);
    }

    /** A request with Content-Length, chunks, or no body, head and body as they came; empty at the end of the stream. */
    public String readRequest() throws IOException {
        return readMessage(false);
    }

    private String readMessage(boolean answer) throws IOException {
        var head = readHead();
        var lower = head.toLowerCase(java.util.Locale.ROOT);
        if (head.isEmpty()) {
            return head;
        }
        int length = lower.indexOf("\r\ncontent-length:");
        if (length >= 0) {
            int from = length + 17;
            return head
                    + read(Integer.parseInt(
                            head.substring(from, head.indexOf('\r', from)).strip()));
        }
        if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
            return head + readChunks();
        }
        return answer
                        && !head.startsWith("HTTP/1.1 304")
                        && !head.startsWith("HTTP/1.1 204")
                        && !head.startsWith("HTTP/1.1 1")
                ? head + readAll()
                : head;
    }

    private String readChunks() throws IOException {
        var body = new StringBuilder();
        while (true) {
            var line = readUntil("\r\n");
            body.append(line);
            if (!line.endsWith("\r\n")) {
                return body.toString();
            }
            int size = Integer.parseInt(line.split(";", 2)[0].strip(), 16);
            if (size == 0) {
                break;
            }
            body.append(read(size + 2));
        }
        for (var line = readUntil("\r\n"); ; line = readUntil("\r\n")) {
            body.append(line);
            if (line.length() <= 2) {
                return body.toString();
            }
        }
    }

    /** Breaks the connection off with a reset (TCP only). */
    public void reset() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
