package footplate.daemon.keep;

import footplate.daemon.config.Refused;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Keeps exactly those addresses open that running apps use, and those a command is about to use. Opening comes after the
 * table that knows who answers there; closing after the table that no longer does.
 *
 * @param <K> what names an address: of HTTP, or of a stream
 */
public final class Listeners<K> {
    /** The data plane's side. */
    public interface Acceptor<K> {
        /** Begins to listen. */
        void listen(K binding) throws Refused;

        /** Takes no new connection; those there are go on. */
        void unlisten(K binding);
    }

    /** An address held open for a command until its app is defined. */
    public interface Reservation extends AutoCloseable {
        @Override
        void close();
    }

    private final Acceptor<K> acceptor;
    private final Consumer<String> troubles;

    // Guards the four collections: commands reserve on their own threads, the Keeper reconciles on its own.
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<K> open = new HashSet<>();
    private final Map<K, Integer> reserved = new HashMap<>();
    private final Set<K> failing = new HashSet<>();
    private final Set<K> needed = new HashSet<>(); // by the table in force, or the one about to be

    /**
     * Listeners of one daemon.
     *
     * @param troubles told once when an address that an app needs cannot be opened
     */
    public Listeners(Acceptor<K> acceptor, Consumer<String> troubles) {
        this.acceptor = acceptor;
        this.troubles = troubles;
    }

    /** Opens an address and holds it open until the reservation is closed, and then if an app needs it. */
    public Reservation reserve(K binding) throws Refused {
        lock.lock();
        try {
            if (!open.contains(binding)) {
                acceptor.listen(binding);
                open.add(binding);
                failing.remove(binding);
            }
            reserved.merge(binding, 1, Integer::sum);
        } finally {
            lock.unlock();
        }
        return () -> {
            lock.lock();
            try {
                reserved.computeIfPresent(binding, (_, holders) -> holders == 1 ? null : holders - 1);
                // The table that gave the address up may have been published while we held it.
                if (!needed.contains(binding) && !reserved.containsKey(binding) && open.remove(binding)) {
                    acceptor.unlisten(binding);
                }
            } finally {
                lock.unlock();
            }
        };
    }

    /**
     * Opens what is missing. One that cannot be opened is tried again at the next call.
     *
     * @return whether all are open
     */
    public boolean open(Set<K> wanted) {
        lock.lock();
        try {
            boolean all = true;
            needed.addAll(wanted);
            for (var binding : wanted) {
                if (open.contains(binding)) {
                    continue;
                }
                try {
                    acceptor.listen(binding);
                    open.add(binding);
                    if (failing.remove(binding)) {
                        troubles.accept(binding + " could be opened now");
                    }
                } catch (Refused refused) {
                    all = false;
                    if (failing.add(binding)) {
                        troubles.accept(String.valueOf(refused.getMessage()));
                    }
                }
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Closes what is neither wanted nor reserved. */
    public void closeOthers(Set<K> wanted) {
        lock.lock();
        try {
            needed.retainAll(wanted);
            open.removeIf(binding -> {
                if (wanted.contains(binding) || reserved.containsKey(binding)) {
                    return false;
                }
                acceptor.unlisten(binding);
                return true;
            });
            failing.retainAll(wanted);
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@code binding} is open. */
    public boolean isOpen(K binding) {
        lock.lock();
        try {
            return open.contains(binding);
        } finally {
            lock.unlock();
        }
    }
}
