package footplate.proxy.upstream;

import footplate.core.route.Target;
import org.jspecify.annotations.Nullable;

/** One loop's idle connections to one process: the one used last is used next, so that the others fall idle. */
final class TargetPool {
    private final Target target;
    private final TargetAddress address;
    private @Nullable UpstreamConnection newest;
    private int size;
    private boolean gone;

    TargetPool(Target target, TargetAddress address) {
        this.target = target;
        this.address = address;
    }

    Target target() {
        return target;
    }

    TargetAddress address() {
        return address;
    }

    int size() {
        return size;
    }

    @Nullable
    UpstreamConnection newest() {
        return newest;
    }

    void push(UpstreamConnection connection) {
        connection.older = newest;
        connection.newer = null;
        if (newest != null) {
            newest.newer = connection;
        }
        newest = connection;
        size++;
    }

    /** Takes a connection out; does nothing if it is not in. */
    void remove(UpstreamConnection connection) {
        if (newest != connection && connection.newer == null) {
            return;
        }
        if (connection.newer == null) {
            newest = connection.older;
        } else {
            connection.newer.older = connection.older;
        }
        if (connection.older != null) {
            connection.older.newer = connection.newer;
        }
        connection.newer = null;
        connection.older = null;
        size--;
    }

    /** The process has left the table: connections are closed instead of kept. */
    void retire() {
        gone = true;
        closeAll();
    }

    boolean isGone() {
        return gone;
    }

    void closeAll() {
        for (var next = newest; next != null; next = newest) {
            remove(next);
            next.close();
        }
    }

    /** Closes the ones that have been idle for too long. */
    void closeIdle(long nowNanos) {
        var next = newest;
        while (next != null) {
            var older = next.older;
            if (next.idleUntilNanos - nowNanos <= 0) {
                remove(next);
                next.close();
            }
            next = older;
        }
    }
}
