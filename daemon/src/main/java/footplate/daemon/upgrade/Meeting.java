package footplate.daemon.upgrade;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jdk.net.ExtendedSocketOptions;

/** The socket where a new daemon meets the old one; one visitor, of this user or root (SO_PEERCRED). */
final class Meeting implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;
    private final CompletableFuture<SocketChannel> visitor = new CompletableFuture<>();

    private Meeting(Path socket, ServerSocketChannel server) {
        this.socket = socket;
        this.server = server;
    }

    /** @param socket a path in a folder that is this user's alone; what is there is replaced */
    static Meeting open(Path socket) throws IOException {
        Files.deleteIfExists(socket);
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket), 1);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException failure) {
            server.close();
            throw failure;
        }
        var meeting = new Meeting(socket, server);
        Thread.ofVirtual().name("meeting").start(meeting::accept);
        return meeting;
    }

    private void accept() {
        try {
            var owner = Files.getOwner(socket);
            var root = Files.getOwner(Path.of("/"));
            while (true) {
                var client = server.accept();
                var peer = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
                if (peer.equals(owner) || peer.equals(root)) {
                    if (!visitor.complete(client)) {
                        client.close();
                    }
                    return;
                }
                client.close();
            }
        } catch (IOException closed) {
            visitor.completeExceptionally(closed);
        }
    }

    /** Nobody will come. */
    void fail(String why) {
        visitor.completeExceptionally(new IOException(why));
    }

    /** Waits for the one who comes. */
    Link visitor(Duration longest) throws IOException, InterruptedException {
        try {
            return new Link(visitor.get(longest.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException late) {
            throw new IOException("it has not come up within " + longest.toSeconds() + " s", late);
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof IOException why ? why : new IOException(failure);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
    }
}
