package footplate.daemon.upgrade;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** The daemon that another one is to follow, as its {@link Handover} sees it. All calls come on one thread. */
public interface Incumbent {
    /** Lets no command change anything from now on; false if those under way do not end in time. */
    boolean hold(Duration longest) throws InterruptedException;

    /** Lets commands in again. */
    void release();

    /** Whether a process is being started or stopped just now. */
    boolean busy();

    /**
     * Decides nothing from now on, touches no file, and gives the home up; clients are served on.
     *
     * @throws IOException if its state cannot be written down; nothing has changed then
     */
    void freeze() throws IOException, InterruptedException;

    /** Takes the home back and goes on as if nothing had been. */
    void thaw() throws IOException;

    /** The other daemon serves: this one accepts no more, and leaves when it has answered what it has begun. */
    void leaveTo(Successor successor) throws IOException;

    /** The descriptors of its listening sockets, by their addresses in words. */
    Map<String, Integer> sockets();

    /** Connections of clients. */
    int clients();
}
