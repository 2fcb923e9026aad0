package footplate.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A TCP port that leads to a Unix socket, for clients that cannot be told a socket's path. */
final class TcpBridge implements AutoCloseable {
    private final ServerSocket server;
    private final Path socket;

    TcpBridge(Path socket) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.socket = socket;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                var app = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                Thread.ofVirtual().start(() -> {
                    try (app) {
                        client.getInputStream().transferTo(Channels.newOutputStream(app));
                    } catch (IOException _) {
                        return; // one side has ended the conversation
                    }
                });
                Thread.ofVirtual().start(() -> {
                    try (client) {
                        Channels.newInputStream(app).transferTo(client.getOutputStream());
                    } catch (IOException _) {
                        return; // one side has ended the conversation
                    }
                });
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
