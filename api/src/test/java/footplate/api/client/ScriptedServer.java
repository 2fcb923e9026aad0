package footplate.api.client;

import footplate.api.v1.Lines;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A control socket that does with each connection what a test says. */
public final class ScriptedServer implements AutoCloseable {
    /** What to do with a connection whose request line was read. */
    @FunctionalInterface
    public interface Script {
        void serve(String request, SocketChannel connection) throws Exception;
    }

    private final ServerSocketChannel server;
    private final Thread acceptor;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    public ScriptedServer(Path socket, Script script) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        acceptor = Thread.ofVirtual().start(() -> accept(script));
    }

    /** {@return a script that sends these bytes and closes} */
    public static Script sends(byte[]... answers) {
        return (_, connection) -> {
            for (byte[] answer : answers) {
                write(connection, answer);
            }
        };
    }

    /** {@return a script that sends this text and closes} */
    public static Script sends(String text) {
        return sends(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends all of the bytes. */
    public static void write(SocketChannel connection, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            connection.write(buffer);
        }
    }

    /** {@return the request lines that came, in order} */
    public List<String> requests() {
        return requests;
    }

    private void accept(Script script) {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                Thread.ofVirtual().start(() -> serve(script, connection));
            }
        } catch (IOException _) {
            // closed: the test is over
        }
    }

    private void serve(Script script, SocketChannel connection) {
        try (connection) {
            String line = new Lines(connection, 1 << 21).next();
            if (line != null) {
                requests.add(line);
                script.serve(line, connection);
            }
        } catch (Exception _) {
            // The client went away, as some tests want it to.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            // The socket is let go of only when nobody stands in accept any more.
            acceptor.join();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }
}
