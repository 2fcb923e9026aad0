package footplate.daemon;

import footplate.daemon.os.HomeLock;
import footplate.daemon.os.ListeningSockets;
import footplate.daemon.os.ServiceManager;
import footplate.daemon.upgrade.Takeover;
import org.jspecify.annotations.Nullable;

/**
 * Where a daemon comes from.
 *
 * @param services what runs it
 * @param sockets listening sockets that it was given
 * @param lock its right to the home; null if nobody else can have that home
 * @param takeover the daemon it follows; null if it follows none, or one that is gone
 */
record Origin(
        ServiceManager services,
        ListeningSockets sockets,
        @Nullable HomeLock lock,
        @Nullable Takeover takeover) {
    /** Begins with nothing. */
    static final Origin NONE = new Origin(ServiceManager.NONE, ListeningSockets.none(), null, null);
}
