package footplate.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does byte for byte what a test tells it, on a real socket: the process behind the proxy. */
public final class ScriptedUpstream implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Thread acceptor;
    private final String address;
    private final Script script;
    private final AtomicInteger accepted = new AtomicInteger();
    private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final List<Wire> open = new CopyOnWriteArrayList<>();

    private ScriptedUpstream(ServerSocketChannel server, String address, Script script) {
        this.server = server;
        this.address = address;
        this.script = script;
        acceptor = Thread.ofVirtual().name("scripted-upstream").start(this::accept);
    }

    /** What is done with one connection; returning closes it. */
    public interface Script {
        /** Plays one connection; {@code number} is 1 for the first. */
        void play(Wire wire, int number, ScriptedUpstream upstream) throws IOException;
    }

    /** On a free TCP port. */
    public static ScriptedUpstream tcp(Script script) throws IOException {
        var server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1_024);
        int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        return new ScriptedUpstream(server, "127.0.0.1:" + port, script);
    }

    /** On a Unix socket. */
    public static ScriptedUpstream unix(Path socket, Script script) throws IOException {
        Files.deleteIfExists(socket);
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), 1_024);
        return new ScriptedUpstream(server, "unix:" + socket, script);
    }

    /** Answers each request, on any number of connections, with the same bytes. */
    public static Script always(String answer) {
        return (wire, _, upstream) -> {
            for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                upstream.note(request);
                wire.send(answer);
            }
        };
    }

    private void accept() {
        while (true) {
            try {
                var channel = server.accept();
                int number = accepted.incrementAndGet();
                Thread.ofVirtual().name("scripted-upstream-" + number).start(() -> {
                    try (var wire = new Wire(channel, Duration.ofSeconds(30))) {
                        open.add(wire);
                        script.play(wire, number, this);
                        open.remove(wire);
                    } catch (IOException | RuntimeException | AssertionError failure) {
                        failures.add(failure);
                    }
                });
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** Remembers a request for {@link #next}. */
    public void note(String request) {
        received.add(request);
    }

    /** The next request that a script noted. */
    public String next() throws InterruptedException {
        var request = received.poll(10, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came; the scripts failed with " + failures);
        }
        return request;
    }

    /** How many noted requests have not been asked for. */
    public int notedLeft() {
        return received.size();
    }

    /** How many connections were accepted. */
    public int accepted() {
        return accepted.get();
    }

    /** {@code unix:/path} or {@code 127.0.0.1:port}, as routing tables name it. */
    public String address() {
        return address;
    }

    /** Exceptions that ended scripts. */
    public List<Throwable> failures() {
        return failures;
    }

    /** Listens no more; connections stay. */
    public void stopListening() throws IOException {
        server.close();
        try {
            // The socket is closed by the virtual thread that accepts, when it hears of it: until then it takes
            // connections.
            acceptor.join();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var wire : open) {
            wire.close();
        }
    }
}
