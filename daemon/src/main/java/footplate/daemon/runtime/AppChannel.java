package footplate.daemon.runtime;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import footplate.core.name.RunId;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The Unix socket to which the preloads of Node apps report. Whoever connects is taken for hostile: a connection of another user is
 * closed at once (SO_PEERCRED), one that does not say a valid token within five seconds too, and what an app sends is bounded in
 * every way. The worst an app can do here is to be silent.
 *
 * <p>Each connection is read on a virtual thread of its own; reports of one connection are delivered in their order.
 */
public final class AppChannel implements AutoCloseable {
    /** Longest line, in bytes; a connection that sends a longer one is closed. */
    static final int LONGEST_LINE = 64 * 1024;

    /** Connections of one run: its process, cluster workers, threads, and helpers. */
    static final int MOST_PER_RUN = 256;

    /** Connections that have not said whom they speak for. */
    static final int MOST_UNKNOWN = 256;

    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

    private final Path path;
    private final String mode;
    private volatile ServerSocketChannel server;
    private final Predicate<UserPrincipal> welcome;
    private final Consumer<Report> reports;
    private final Map<RunToken, RunId> runs = new ConcurrentHashMap<>();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    /** Of each run that has spoken: open while it has no connection. */
    private final Map<RunId, CountDownLatch> heard = new ConcurrentHashMap<>();

    private volatile boolean left;
    private final Semaphore unknown = new Semaphore(MOST_UNKNOWN);

    private AppChannel(
            Path path,
            String mode,
            ServerSocketChannel server,
            Predicate<UserPrincipal> welcome,
            Consumer<Report> reports) {
        this.path = path;
        this.mode = mode;
        this.server = server;
        this.welcome = welcome;
        this.reports = reports;
    }

    /**
     * Opens the channel for processes of the daemon's own user.
     *
     * @param path the socket's path; a file left there by an earlier daemon is removed
     * @param reports called on the connections' threads; should only hand the report over
     */
    public static AppChannel open(Path path, Consumer<Report> reports) throws IOException {
        var own = Files.getOwner(path.toAbsolutePath().getParent());
        var process = System.getProperty("user.name");
        return open(
                path,
                user -> user.getName().equals(own.getName()) || user.getName().equals(process),
                reports);
    }

    /** Opens the channel for those users whom {@code welcome} accepts, in a folder that nobody else can enter. */
    public static AppChannel open(Path path, Predicate<UserPrincipal> welcome, Consumer<Report> reports)
            throws IOException {
        return open(path, "rw-------", welcome, reports);
    }

    /** The same where users whom {@code welcome} accepts have to be let in by the socket's mode too. */
    public static AppChannel openToOthers(Path path, Predicate<UserPrincipal> welcome, Consumer<Report> reports)
            throws IOException {
        return open(path, "rw-rw-rw-", welcome, reports);
    }

    private static AppChannel open(Path path, String mode, Predicate<UserPrincipal> welcome, Consumer<Report> reports)
            throws IOException {
        var server = listen(path, mode);
        var channel = new AppChannel(path, mode, server, welcome, reports);
        Thread.ofVirtual().name("app-channel").start(() -> channel.accept(server));
        return channel;
    }

    private static ServerSocketChannel listen(Path path, String mode) throws IOException {
        Files.deleteIfExists(path);
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path), 512);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
            return server;
        } catch (IOException failure) {
            server.close();
            throw failure;
        }
    }

    /** Opens it anew, in place of the socket of a daemon that was to come after this one and has failed. */
    public void reopen() throws IOException {
        server.close();
        var fresh = listen(path, mode);
        server = fresh;
        Thread.ofVirtual().name("app-channel").start(() -> accept(fresh));
    }

    /** Ends, and leaves the socket's file to the daemon that has opened its own there: processes connect to that one. */
    public void leave() throws IOException {
        left = true;
        server.close();
        connections.forEach(Connection::close);
    }

    /** Where the preloads find it. */
    public Path path() {
        return path;
    }

    /** From now on, who says {@code token} speaks for {@code run}. */
    public void admit(RunToken token, RunId run) {
        runs.put(token, run);
    }

    /** {@code run} is over: its token is worth nothing any more and its connections are closed. */
    public void dismiss(RunId run) {
        runs.values().removeIf(run::equals);
        heard.remove(run);
        connections.stream().filter(connection -> run.equals(connection.run)).forEach(Connection::close);
    }

    /**
     * Waits until the last words of a run whose process has ended are heard: they may still be on their way when its end is known.
     *
     * @param most longest wait: its process may never have spoken, or have left others who hold its connections
     */
    public void hearOut(RunId run, Duration most) throws InterruptedException {
        var _ = heard.computeIfAbsent(run, _ -> new CountDownLatch(1)).await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Sends a message to a run's app, which sees it as {@code process.on('message')}.
     *
     * @return whether there was a process to send it to; not whether it has read it
     */
    public boolean tell(RunId run, JsonElement message) {
        return !send(run, message).isEmpty();
    }

    /**
     * Asks a run's app to leave by the message {@code 'shutdown'}; blocks until the message is out, or cannot be.
     *
     * @param most longest wait
     * @return whether a process has it in its hands; not whether it has read it
     */
    public boolean shutDown(RunId run, Duration most) {
        var sent = CompletableFuture.completedFuture(false);
        for (var one : send(run, new JsonPrimitive("shutdown"))) {
            sent = sent.thenCombine(one, Boolean::logicalOr);
        }
        return sent.completeOnTimeout(false, most.toNanos(), TimeUnit.NANOSECONDS)
                .join();
    }

    /** Sends a message to the app's own process: completed with whether it has it in its hands. */
    private List<CompletableFuture<Boolean>> send(RunId run, JsonElement message) {
        var line = new JsonObject();
        line.add("message", message);
        var bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        return connections.stream()
                .filter(connection -> connection.main && run.equals(connection.run))
                .map(connection -> connection.send(bytes))
                .toList();
    }

    @Override
    public void close() throws IOException {
        server.close();
        connections.forEach(Connection::close);
        if (!left) {
            Files.deleteIfExists(path);
        }
    }

    private void accept(ServerSocketChannel server) {
        while (server.isOpen()) {
            try {
                greet(server.accept());
            } catch (IOException _) {
                // The server was closed, or no descriptor is left: then others may give some back meanwhile.
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private void greet(SocketChannel socket) throws IOException {
        boolean kept = false;
        try {
            var peer = socket.getOption(ExtendedSocketOptions.SO_PEERCRED);
            if (welcome.test(peer.user()) && unknown.tryAcquire()) {
                var connection = new Connection(socket);
                connections.add(connection);
                Thread.ofVirtual().name("app-channel-connection").start(connection::read);
                kept = true;
            }
        } finally {
            if (!kept) {
                socket.close();
            }
        }
    }

    private boolean isSilent(RunId run) {
        return connections.stream().noneMatch(connection -> run.equals(connection.run));
    }

    private static CountDownLatch over(CountDownLatch end) {
        end.countDown();
        return end;
    }

    /** One process's connection. */
    private final class Connection {
        private final SocketChannel socket;
        /** Lets at most 16 messages wait for an app that does not read. */
        private final Semaphore pending = new Semaphore(16);
        /** Guards writing, so that lines do not mix. */
        private final Object writing = new Object();

        private volatile @Nullable RunId run;
        private volatile boolean main;

        Connection(SocketChannel socket) {
            this.socket = socket;
        }

        void read() {
            var buffer = ByteBuffer.allocate(4 * 1024);
            var watch = Thread.ofVirtual().start(this::closeIfSilent);
            try {
                while (socket.read(buffer) >= 0) {
                    deliverLines(buffer.flip());
                    buffer.compact();
                    if (!buffer.hasRemaining()) {
                        if (buffer.capacity() >= LONGEST_LINE) {
                            return;
                        }
                        buffer = ByteBuffer.allocate(buffer.capacity() * 4).put(buffer.flip());
                    }
                }
            } catch (IOException | Refusal _) {
                // The process has ended, or is not worth listening to; either way this connection is over.
            } finally {
                close();
                connections.remove(this);
                watch.interrupt();
                var ofRun = run;
                if (ofRun == null) {
                    unknown.release();
                } else {
                    heard.computeIfPresent(ofRun, (_, end) -> isSilent(ofRun) ? over(end) : end);
                }
            }
        }

        private void closeIfSilent() {
            try {
                Thread.sleep(LONGEST_SILENCE);
                if (run == null) {
                    close();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        private void deliverLines(ByteBuffer bytes) throws Refusal {
            int start = bytes.position();
            for (int at = start; at < bytes.limit(); at++) {
                if (bytes.get(at) == '\n') {
                    var line = new byte[at - start];
                    bytes.get(start, line);
                    deliver(new String(line, StandardCharsets.UTF_8));
                    start = at + 1;
                    bytes.position(start);
                }
            }
        }

        private void deliver(String text) throws Refusal {
            if (text.isBlank()) {
                return;
            }
            var line = ReportLine.parse(text);
            if (line == null) {
                throw new Refusal();
            }
            var speaker = speakerOf(line.token());
            if (run == null) {
                run = speaker;
                unknown.release();
                heard.compute(speaker, (_, end) -> end == null || end.getCount() == 0 ? new CountDownLatch(1) : end);
                if (connections.stream()
                                .filter(other -> speaker.equals(other.run))
                                .count()
                        > MOST_PER_RUN) {
                    throw new Refusal();
                }
            } else if (!speaker.equals(run)) {
                throw new Refusal();
            }
            var report = line.report(speaker);
            if (report instanceof Report.Hello hello) {
                main = hello.main();
            }
            if (report != null) {
                reports.accept(report);
            }
        }

        private RunId speakerOf(String token) throws Refusal {
            RunId speaker = token.length() == 32 ? find(token) : null;
            if (speaker == null) {
                throw new Refusal();
            }
            return speaker;
        }

        private @Nullable RunId find(String token) {
            try {
                return runs.get(new RunToken(token));
            } catch (IllegalArgumentException _) {
                return null;
            }
        }

        CompletableFuture<Boolean> send(byte[] line) {
            if (!pending.tryAcquire()) {
                return CompletableFuture.completedFuture(false);
            }
            var sent = new CompletableFuture<Boolean>();
            Thread.ofVirtual().start(() -> {
                try {
                    synchronized (writing) {
                        for (var bytes = ByteBuffer.wrap(line); bytes.hasRemaining(); ) {
                            socket.write(bytes);
                        }
                    }
                    sent.complete(true);
                } catch (IOException _) {
                    sent.complete(false);
                    close(); // the process has ended; its reader will see it
                } finally {
                    pending.release();
                }
            });
            return sent;
        }

        void close() {
            try {
                socket.close();
            } catch (IOException _) {
                // close(2) on a socket gives the descriptor back whatever it answers
            }
        }
    }

    /** The other side has lost its right to be heard. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;

        Refusal() {
            super(null, null, false, false);
        }
    }
}
