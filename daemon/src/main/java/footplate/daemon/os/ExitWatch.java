package footplate.daemon.os;

import footplate.core.supervise.Exit;
import footplate.core.supervise.ProcessId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sees processes end, at once and without polling: one thread waits on the pidfds of all of them (epoll(7)). It ends
 * at {@link #close()}, or with the JVM.
 */
final class ExitWatch implements AutoCloseable {
    /** Other keys are above 0. Not PIDs: the kernel may hand one out again before the end of its last process is read here. */
    private static final long CLOSING = 0;

    private final Libc libc;
    private final int epoll;
    private final int wakeUp;
    private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
    private final AtomicLong keys = new AtomicLong(CLOSING);
    private final Thread thread;
    private volatile boolean closing;

    ExitWatch(Libc libc) {
        this.libc = libc;
        try {
            epoll = libc.epollCreate();
            wakeUp = libc.eventfd();
            libc.epollAdd(epoll, wakeUp, CLOSING);
        } catch (Libc.Failure failure) {
            throw new IllegalStateException("no descriptors to watch processes with", failure);
        }
        thread = Thread.ofPlatform().name("exit-watch").daemon().start(this::watch);
    }

    /** Watches a process from now on; the pidfd is this watch's to close. */
    Child add(ProcessId id, int pidfd) throws Libc.Failure {
        requireOpen();
        var child = new Watched(keys.incrementAndGet(), id, pidfd);
        watched.put(child.key, child);
        try {
            libc.epollAdd(epoll, pidfd, child.key);
        } catch (Libc.Failure failure) {
            child.letGo();
            throw failure;
        }
        return child;
    }

    /** Whoever starts a process has to be able to watch it. */
    void requireOpen() {
        if (closing) {
            throw new IllegalStateException("the watch over processes has ended");
        }
    }

    /** The process if it is under watch already. */
    Optional<Child> get(ProcessId id) {
        return watched.values().stream()
                .filter(child -> child.id().equals(id))
                .<Child>map(child -> child)
                .findFirst();
    }

    private void watch() {
        while (!closing) {
            try {
                for (long key : libc.epollWait(epoll)) {
                    var child = watched.get(key);
                    if (child != null) {
                        child.ended();
                    }
                }
            } catch (Libc.Failure failure) {
                throw new IllegalStateException("the watch over processes is broken", failure);
            }
        }
    }

    /** The thread may see that it is to end before it is woken, so its descriptors are closed here, after it has ended. */
    @Override
    public synchronized void close() {
        if (closing) {
            return;
        }
        closing = true;
        try {
            libc.wake(wakeUp);
            thread.join();
            libc.close(wakeUp);
            libc.close(epoll);
        } catch (Libc.Failure failure) {
            throw new IllegalStateException("the watch over processes cannot be ended", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        watched.values().forEach(Watched::close);
    }

    private final class Watched implements Child {
        private final long key;
        private final ProcessId id;
        private final CompletableFuture<Exit> exit = new CompletableFuture<>();
        private int pidfd; // guarded by this: after close() the kernel may give the number to another file

        Watched(long key, ProcessId id, int pidfd) {
            this.key = key;
            this.id = id;
            this.pidfd = pidfd;
        }

        @Override
        public ProcessId id() {
            return id;
        }

        @Override
        public CompletableFuture<Exit> exit() {
            return exit;
        }

        @Override
        public synchronized boolean signal(Signal signal) {
            if (pidfd < 0) {
                return false;
            }
            try {
                libc.pidfdSendSignal(pidfd, signal.number());
                return true;
            } catch (Libc.Failure goneOrNotAllowed) {
                return false;
            }
        }

        void ended() {
            Exit how;
            synchronized (this) {
                if (pidfd < 0) {
                    return;
                }
                how = reap();
                letGo();
            }
            exit.complete(how);
        }

        private Exit reap() {
            try {
                var ended = libc.waitExit(pidfd);
                return ended.code() == 1 ? new Exit.Code(ended.status()) : new Exit.Signalled(ended.status());
            } catch (Libc.Failure notOurChild) {
                return new Exit.Unknown();
            }
        }

        /** Closing the last descriptor of a file takes it out of epoll too, but a child of ours may hold a copy. */
        synchronized void letGo() {
            if (pidfd >= 0) {
                watched.remove(key);
                try {
                    libc.epollRemove(epoll, pidfd);
                } catch (Libc.Failure closedOrNeverAdded) {
                    // then it is out already, which is all that is wanted
                }
                libc.close(pidfd);
                pidfd = -1;
            }
        }

        @Override
        public void close() {
            letGo();
            exit.cancel(false);
        }
    }
}
