package footplate.daemon.control;

import footplate.api.json.JsonBody;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Event;
import footplate.api.v1.Problem;
import footplate.api.v1.Request;
import footplate.daemon.control.ControlServer.CallRefused;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * Lets calls that change something in only while no upgrade is under way, and an upgrade only while none of them is: what one
 * daemon has begun for a command the next one could not answer.
 */
public final class Turnstile implements ControlServer.Calls {
    private final ControlServer.Calls inside;
    // Read-held by each call that changes something, write-held by an upgrade.
    private final ReentrantReadWriteLock changes = new ReentrantReadWriteLock();
    private boolean moved;

    public Turnstile(ControlServer.Calls inside) {
        this.inside = inside;
    }

    @Override
    public JsonBody carryOut(Request request, String who, Consumer<Event> events)
            throws CallRefused, InterruptedException {
        return switch (request.call()) {
            case PING, LIST, UPSTREAMS, DESCRIBE, SETTINGS, REQUESTS, COUNTS, LOGS, EVENTS, HISTORY, DIFF, UPGRADE ->
                inside.carryOut(request, who, events);
            case START,
                    STOP,
                    RESTART,
                    DELETE,
                    SCALE,
                    SET,
                    KILL,
                    DEPLOY,
                    RELOAD,
                    CONFIGURE,
                    ROLLBACK,
                    PROMOTE,
                    ABORT,
                    PAUSE,
                    RESUME -> change(request, who, events);
        };
    }

    private JsonBody change(Request request, String who, Consumer<Event> events)
            throws CallRefused, InterruptedException {
        changes.readLock().lockInterruptibly();
        try {
            if (moved) {
                throw new CallRefused(ErrorAnswer.of(
                        ErrorAnswer.STOPPING,
                        new Problem(
                                request.call().wireName(),
                                "another daemon has taken over just now: nothing was changed",
                                "Call again; the new daemon answers.")));
            }
            return inside.carryOut(request, who, events);
        } finally {
            changes.readLock().unlock();
        }
    }

    /** Lets no change in until {@link #open} or {@link #close}; false if those under way do not end in time. */
    public boolean hold(Duration longest) throws InterruptedException {
        return changes.writeLock().tryLock(longest.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** On the thread that held it. */
    public void open() {
        changes.writeLock().unlock();
    }

    /** Refuses every change from now on; on the thread that held it. */
    public void close() {
        moved = true;
        changes.writeLock().unlock();
    }
}
