package footplate.daemon.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The socket in {@code NOTIFY_SOCKET}, on which programs of any language say {@code READY=1}, as to systemd (sd_notify(3)).
 * Everything else they say is passed over. Whoever writes here is taken for hostile: the kernel's word for who sent a
 * message is the only one that counts, messages are short and taken at most a thousand times a second, and descriptors
 * that come with them are closed.
 */
public final class NotifySocket implements AutoCloseable {
    /** Longest message, in bytes; a longer one is passed over. */
    private static final int LONGEST = 4_096;

    private static final long BETWEEN_MESSAGES_NANOS = 1_000_000;
    private static final int ROOT = 0;

    private final Libc libc;
    private final Path path;
    private final int socket;
    private final Consumer<Ready> listener;
    private final int user;
    private final boolean others;
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean left;

    /**
     * A process has said that it is ready.
     *
     * @param pid its own
     * @param session the session it is in: the PID of that one's leader; 0 if it is gone already
     * @param run the token of the run it says it belongs to, by the environment it was started with; empty if none
     */
    public record Ready(int pid, int session, String run) {}

    private NotifySocket(Libc libc, Path path, int socket, boolean others, Consumer<Ready> listener) {
        this.others = others;
        this.libc = libc;
        this.path = path;
        this.socket = socket;
        this.listener = listener;
        this.user = Proc.user(Math.toIntExact(ProcessHandle.current().pid())).orElse(-1);
        this.thread = Thread.ofPlatform().name("notify-socket").daemon().unstarted(this::receive);
    }

    /**
     * Opens it; null where this machine has no such sockets for us.
     *
     * @param path its place, at most 107 bytes; a file left there is removed
     * @param listener called on the socket's thread; should only hand over
     */
    public static @Nullable NotifySocket open(Path path, Consumer<Ready> listener) throws IOException {
        return open(path, false, listener);
    }

    /**
     * The same.
     *
     * @param others whether processes of all users are heard
     */
    public static @Nullable NotifySocket open(Path path, boolean others, Consumer<Ready> listener) throws IOException {
        Files.deleteIfExists(path);
        try {
            var libc = Libc.load();
            int socket = libc.datagramSocket();
            try {
                libc.nameSenders(socket);
                libc.bind(socket, UnixAddress.of(path.toString()));
                Files.setPosixFilePermissions(
                        path, PosixFilePermissions.fromString(others ? "rw-rw-rw-" : "rw-------"));
            } catch (Libc.Failure | IOException failure) {
                libc.close(socket);
                throw failure;
            }
            var opened = new NotifySocket(libc, path, socket, others, listener);
            opened.thread.start();
            return opened;
        } catch (Libc.Unavailable noNativeCalls) {
            return null;
        } catch (Libc.Failure failure) {
            throw new IOException("the socket " + path + " cannot be opened: " + failure.getMessage(), failure);
        }
    }

    public Path path() {
        return path;
    }

    private void receive() {
        while (!closing) {
            try {
                var message = libc.receiveSigned(socket, LONGEST);
                try {
                    take(message);
                } finally {
                    // A sender that waits for its message to be read (BARRIER=1) waits for this.
                    message.descriptors().forEach(libc::close);
                }
            } catch (Libc.Failure interruptedOrShort) {
                // A signal, or no descriptor is left for those of a message: the next one is another.
            }
            LockSupport.parkNanos(BETWEEN_MESSAGES_NANOS);
        }
        libc.close(socket);
    }

    private void take(Libc.Signed message) {
        boolean ours = others || message.user() == user || message.user() == ROOT;
        if (message.pid() <= 1 || !ours || !message.whole()) {
            return;
        }
        if (message.text().lines().toList().contains("READY=1")) {
            listener.accept(new Ready(
                    message.pid(),
                    Proc.stat(message.pid()).map(Proc.Stat::session).orElse(0),
                    Proc.variable(message.pid(), Marker.RUN).orElse("")));
        }
    }

    /** Ends, and leaves the socket's file to the daemon that has opened its own there: processes write to that one. */
    public void leave() {
        left = true;
        end();
    }

    @Override
    public void close() throws IOException {
        if (!left) {
            end();
            Files.deleteIfExists(path);
        }
    }

    private void end() {
        if (closing) {
            return;
        }
        closing = true;
        try {
            libc.endReceiving(socket);
            thread.join();
        } catch (Libc.Failure failure) {
            throw new IllegalStateException("the socket " + path + " cannot be ended", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
