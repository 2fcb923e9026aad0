package footplate.daemon.keep;

import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Whether processes may be started just now: not while the daemon is about to be followed by another one. */
final class Births {
    // Read-held around each birth; write-held by an upgrade, which thus waits for those under way.
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean over;

    /** Waits until a process may be started; false if none may be any more, and then {@link #end} is not to be called. */
    boolean begin() {
        lock.readLock().lock();
        if (over) {
            lock.readLock().unlock();
        }
        return lock.getReadHoldCount() > 0;
    }

    void end() {
        lock.readLock().unlock();
    }

    void freeze() {
        lock.writeLock().lock();
    }

    /** On the thread that froze. */
    void thaw() {
        lock.writeLock().unlock();
    }

    /** The same, and nothing is started any more. */
    void endForEver() {
        over = true;
        lock.writeLock().unlock();
    }
}
