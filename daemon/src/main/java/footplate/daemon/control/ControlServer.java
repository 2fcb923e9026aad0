package footplate.daemon.control;

import footplate.api.json.JsonBody;
import footplate.api.json.Malformed;
import footplate.api.v1.Call;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Event;
import footplate.api.v1.Lines;
import footplate.api.v1.Problem;
import footplate.api.v1.Request;
import footplate.api.v1.Wire;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;

/**
 * The control API's socket: one request a connection, each on a virtual thread of its own. Everything that comes in is
 * hostile until parsed: the peer must be this user or root, its line has a bound, and so has the time it may take.
 */
public final class ControlServer implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 128;
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(60);
    private static final Duration FAREWELL_LIMIT = Duration.ofSeconds(1);

    /** Carries out calls. */
    public interface Calls {
        /**
         * Carries out one call.
         *
         * @param who the user who asks
         * @param events where to tell what happens meanwhile; throws {@link Gone} once the client has left
         * @return the answer
         * @throws CallRefused with the answer if it cannot be carried out
         */
        JsonBody carryOut(Request request, String who, Consumer<Event> events) throws CallRefused, InterruptedException;
    }

    /** A call that is answered by an error. */
    public static final class CallRefused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient ErrorAnswer answer;

        public CallRefused(ErrorAnswer answer) {
            super(answer.problems().getFirst().what(), null, false, false);
            this.answer = answer;
        }

        public ErrorAnswer answer() {
            return answer;
        }
    }

    /** The client has left; thrown through a call to end it. */
    public static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Gone() {
            super("the client has left", null, false, false);
        }
    }

    private final ServerSocketChannel listener;
    private final Path socket;
    private final Calls calls;
    private final Consumer<Throwable> mistakes;
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);
    // Those who asked the daemon to leave: they are answered before it ends.
    private final Phaser farewells = new Phaser(1);
    private final ScheduledExecutorService limits = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("control-limits").factory());
    private final UserPrincipal owner;
    private final UserPrincipal root;
    private volatile boolean left;

    /**
     * Listens.
     *
     * @param socket a path in a folder that is this user's alone; a socket that is there is replaced
     * @param mistakes told of exceptions that are our own mistakes
     */
    public ControlServer(Path socket, Calls calls, Consumer<Throwable> mistakes) throws IOException {
        this.socket = socket;
        this.calls = calls;
        this.mistakes = mistakes;
        // Bound under another name and renamed: whoever finds the socket finds one that answers.
        var fresh = socket.resolveSibling(socket.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(fresh), MOST_CONNECTIONS);
        this.owner = Files.getOwner(fresh);
        this.root = Files.getOwner(Path.of("/"));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        Files.move(fresh, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Thread.ofVirtual().name("control").start(this::accept);
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                places.acquire();
                var client = listener.accept();
                Thread.ofVirtual().name("control-call").start(() -> serve(client));
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException failure) {
                places.release();
                // Out of descriptors, most likely: the clients that are served will give theirs back.
                mistakes.accept(failure);
                pause();
            } catch (InterruptedException asked) {
                return;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(100));
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            if (trusted(client)) {
                answer(client);
            }
        } catch (IOException | Gone left) {
            // The client left: there is nobody to tell.
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error mistake) {
            mistakes.accept(mistake);
        } finally {
            places.release();
        }
    }

    private boolean trusted(SocketChannel client) throws IOException {
        var peer = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        return peer.equals(owner) || peer.equals(root);
    }

    private void answer(SocketChannel client) throws IOException, InterruptedException {
        byte[] last;
        try {
            var request = Wire.readRequest(requestLine(client));
            if (endsDaemons(request.call())) {
                farewells.register();
                try {
                    write(client, carryOut(client, request));
                } finally {
                    farewells.arriveAndDeregister();
                }
                return;
            }
            last = carryOut(client, request);
        } catch (Wire.Refused refused) {
            last = Wire.error(refused.answer());
        } catch (Malformed malformed) {
            last = Wire.error(ErrorAnswer.of(malformed));
        }
        write(client, last);
    }

    /** A daemon may end by these: of kill and upgrade always, of the others where it runs in the foreground for one app. */
    private static boolean endsDaemons(Call call) {
        return call == Call.KILL || call == Call.UPGRADE || call == Call.STOP || call == Call.DELETE;
    }

    private String requestLine(SocketChannel client) throws IOException, Malformed {
        // A client that sends no whole line in time is cut: closing the channel ends the read.
        var limit = limits.schedule(() -> closeQuietly(client), REQUEST_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        try {
            var line = new Lines(client, Wire.MAX_REQUEST_BYTES).next();
            if (line == null) {
                throw new Gone();
            }
            return line;
        } finally {
            limit.cancel(false);
        }
    }

    private byte[] carryOut(SocketChannel client, Request request) throws InterruptedException {
        var caller = Thread.currentThread();
        var done = new AtomicBoolean();
        // A call may take long and say nothing: this thread notices that nobody waits for it any more.
        var watcher = Thread.ofVirtual().name("control-watch").start(() -> {
            try {
                while (client.read(ByteBuffer.allocate(64)) >= 0) {
                    // One request a connection: anything more is ignored.
                }
            } catch (IOException closed) {
                // gone either way
            }
            if (done.compareAndSet(false, true)) {
                caller.interrupt();
            }
        });
        try {
            var who = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
            var answer = calls.carryOut(request, who, event -> write(client, Wire.event(event)));
            return Wire.ok(answer);
        } catch (CallRefused refused) {
            return Wire.error(refused.answer());
        } catch (Gone gone) {
            throw gone;
        } catch (InterruptedException | IOException left) {
            throw new Gone();
        } catch (RuntimeException | Error mistake) {
            mistakes.accept(mistake);
            return Wire.error(ErrorAnswer.of(
                    ErrorAnswer.INTERNAL,
                    new Problem("footplate", "a mistake of Footplate's own: " + mistake, "See the daemon's log.")));
        } finally {
            if (!done.compareAndSet(false, true)) {
                // The watcher's interrupt is on its way or here: it must not hit what comes after this call.
                watcher.join();
                Thread.interrupted();
            }
        }
    }

    /** A client that takes nothing for a minute is cut: it must not keep its place for ever. */
    private void write(SocketChannel client, byte[] line) {
        ScheduledFuture<?> limit;
        try {
            limit = limits.schedule(() -> closeQuietly(client), WRITE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            throw new Gone();
        }
        try {
            var bytes = ByteBuffer.wrap(line);
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        } catch (IOException left) {
            throw new Gone();
        } finally {
            limit.cancel(false);
        }
    }

    private static void closeQuietly(SocketChannel client) {
        try {
            client.close();
        } catch (IOException alreadyGone) {
            // nothing is left to close
        }
    }

    /** Takes no more calls, and leaves the socket's file to the daemon that has opened its own there. */
    public void leave() throws IOException {
        left = true;
        listener.close();
    }

    /** Takes no more calls; those under way go on. Waits a moment until whoever had the daemon leave is answered. */
    @Override
    public void close() throws IOException {
        listener.close();
        if (!left) {
            Files.deleteIfExists(socket);
        }
        try {
            farewells.awaitAdvanceInterruptibly(
                    farewells.arriveAndDeregister(), FAREWELL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException unread) {
            // A client that does not read its answer does not keep the daemon.
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } finally {
            // Only now: answers are still written until here, and each under a limit.
            limits.shutdownNow();
        }
    }
}
