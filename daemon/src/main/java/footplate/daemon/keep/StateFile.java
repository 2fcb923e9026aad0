package footplate.daemon.keep;

import footplate.core.keep.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the daemon's state on disk: written beside the old file, forced to disk, then renamed over it, so that a reader
 * finds the old state or the new one and never a part. The newest state wins when several wait. Readable by its owner
 * only: it holds the apps' environments.
 */
public final class StateFile implements AutoCloseable {
    private static final long RETRY_MILLIS = 2_000;

    private final Path file;
    private final Consumer<String> troubles;
    private final Thread writer;

    // Guards the fields below: the Keeper hands over a state, the writer takes it, a command waits for it.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable State waiting;
    private CompletableFuture<Void> waitingWritten = new CompletableFuture<>();
    private CompletableFuture<Void> lastWritten = CompletableFuture.completedFuture(null);
    private long saves;
    private boolean closed;

    // The writer's own.
    private boolean told;

    /** What is wrong with the file, and what to do. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Opens the file for writing.
     *
     * @param troubles told once when writing begins to fail and once when it works again
     */
    public StateFile(Path file, Consumer<String> troubles) {
        this.file = file;
        this.troubles = troubles;
        this.writer = Thread.ofVirtual().name("state-file").start(this::run);
    }

    /**
     * Reads what an earlier daemon wrote; the empty state if there is nothing.
     *
     * @param troubles told of what was left out
     */
    public static State read(Path file, Consumer<String> troubles) throws Unreadable {
        try {
            var home = file.toAbsolutePath().resolveSibling("");
            return new StateJson(new AcceptedFiles(home), troubles)
                    .read(Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException none) {
            return State.EMPTY;
        } catch (IOException | RuntimeException broken) {
            throw new Unreadable(
                    "the state file %s cannot be read: %s%n    Move it away to begin with no apps, or put a copy back."
                            .formatted(file, broken.getMessage()),
                    broken);
        }
    }

    /** Has {@code state} written soon; any thread, returns at once. */
    public void save(State state) {
        lock.lock();
        try {
            if (waiting == null) {
                waitingWritten = new CompletableFuture<>();
                lastWritten = waitingWritten;
            }
            waiting = state;
            saves++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Completed when everything saved so far is on disk, or with the reason why it is not. */
    public CompletableFuture<Void> written() {
        lock.lock();
        try {
            return lastWritten;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (true) {
            State state;
            CompletableFuture<Void> written;
            lock.lock();
            try {
                while (waiting == null && !closed) {
                    changed.await();
                }
                if (waiting == null) {
                    return;
                }
                state = waiting;
                written = waitingWritten;
                waiting = null;
            } catch (InterruptedException asked) {
                return;
            } finally {
                lock.unlock();
            }
            try {
                write(state);
                written.complete(null);
                if (told) {
                    told = false;
                    troubles.accept("the state is written again to " + file);
                }
            } catch (IOException | RuntimeException | Error failure) {
                // Whatever it was: a daemon that no longer writes must say so and go on trying.
                written.completeExceptionally(failure);
                if (!again(state, failure)) {
                    return;
                }
            }
        }
    }

    /** Puts a state back that could not be written, unless a newer one waits already, and waits a little. */
    private boolean again(State state, Throwable failure) {
        if (!told) {
            told = true;
            troubles.accept(
                    "the state cannot be written to %s (%s): what runs goes on, but a restart of the daemon would"
                                    .formatted(file, failure.getMessage())
                            + " not know of the last changes; make room or mend the folder's permissions");
        }
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            if (waiting == null) {
                waiting = state;
                waitingWritten = new CompletableFuture<>();
                lastWritten = waitingWritten;
            }
            long left = TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
            long seen = saves;
            while (saves == seen && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException asked) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void write(State state) throws IOException {
        DurableFile.write(file, StateJson.write(state));
    }

    /** Writes what waits, then ends. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            writer.join();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }
}
