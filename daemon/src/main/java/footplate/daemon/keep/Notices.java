package footplate.daemon.keep;

import footplate.daemon.os.NotifySocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hears processes say READY=1 (sd_notify(3)), where this machine has the socket for it. */
final class Notices implements AutoCloseable {
    private final Path path;
    private final boolean others;
    private final Consumer<NotifySocket.Ready> listener;
    private volatile @Nullable NotifySocket socket;

    private Notices(Path path, boolean others, Consumer<NotifySocket.Ready> listener) throws IOException {
        this.path = path;
        this.others = others;
        this.listener = listener;
        this.socket = NotifySocket.open(path, others, listener);
    }

    /** @param others whether processes of other users may say it too */
    static Notices open(Path path, boolean others, Consumer<NotifySocket.Ready> listener) throws IOException {
        return new Notices(path, others, listener);
    }

    /** Tells a process to be started where we hear it. */
    void mark(Map<String, String> environment) {
        if (socket != null) {
            environment.put("NOTIFY_SOCKET", path.toString());
        }
    }

    /** Opens it anew, in place of the socket of a daemon that was to come after this one and has failed. */
    void reopen() throws IOException {
        leave();
        socket = NotifySocket.open(path, others, listener);
    }

    /** Ends, and leaves the path to the daemon that has opened its own socket there. */
    void leave() {
        var open = socket;
        if (open != null) {
            open.leave();
        }
    }

    @Override
    public void close() throws IOException {
        var open = socket;
        if (open != null) {
            open.close();
        }
    }
}
