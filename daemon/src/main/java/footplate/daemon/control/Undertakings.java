package footplate.daemon.control;

import footplate.api.json.JsonBody;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Event;
import footplate.api.v1.Problem;
import footplate.core.name.AppName;
import footplate.daemon.config.Refused;
import footplate.daemon.control.ControlServer.CallRefused;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What takes long and must not end with the connection of whoever asked for it: one at a time for each app, each on a thread
 * of its own. Its caller follows it until it ends, or leaves, and it goes on.
 */
final class Undertakings {
    private static final int BACKLOG = 1_024;
    private static final long LOOK_AGAIN_MILLIS = 100;

    /** One undertaking. */
    interface Work {
        /**
         * Carries it out.
         *
         * @param events takes what happens meanwhile; never throws, and waits for a caller who is slow
         */
        JsonBody carryOut(Consumer<Event> events) throws Refused, CallRefused, InterruptedException;
    }

    /** How one ended; exactly one of the two is there. */
    private record End(@Nullable JsonBody answer, @Nullable Throwable failure) {}

    private static final class Under {
        final BlockingQueue<Optional<Event>> events = new ArrayBlockingQueue<>(BACKLOG);
        volatile boolean left; // by its caller

        // Guarded by this object, together with the interrupt that breaks it off: one that comes too late would tell of
        // a deploy that changed nothing.
        boolean breakable = true;
        volatile @Nullable End end;
        volatile @Nullable Thread thread;

        void tell(Optional<Event> event) {
            try {
                while (!left && !events.offer(event, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                    // The caller reads slowly: so does what writes.
                }
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final Map<AppName, Under> underWay = new ConcurrentHashMap<>();
    private final Consumer<Throwable> mistakes;

    /** @param mistakes told of exceptions that are our own mistakes */
    Undertakings(Consumer<Throwable> mistakes) {
        this.mistakes = mistakes;
    }

    /**
     * Begins an undertaking and follows it to its end.
     *
     * @throws CallRefused LOCKED if the app has one under way
     */
    JsonBody carryOut(AppName app, Work work, Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        var under = new Under();
        if (underWay.putIfAbsent(app, under) != null) {
            throw locked(app);
        }
        var thread = Thread.ofVirtual().name("deploy-" + app).unstarted(() -> run(app, work, under));
        under.thread = thread;
        thread.start();
        boolean followed = false;
        try {
            for (var event = under.events.take(); event.isPresent(); event = under.events.take()) {
                events.accept(event.get());
            }
            followed = true;
        } finally {
            under.left = !followed;
        }
        return ended(under);
    }

    private void run(AppName app, Work work, Under under) {
        try {
            var answer = work.carryOut(event -> under.tell(Optional.of(event)));
            under.end = new End(answer, null);
        } catch (RuntimeException | Error mistake) {
            mistakes.accept(mistake);
            under.end = new End(null, mistake);
        } catch (Refused | CallRefused | InterruptedException failure) {
            under.end = new End(null, failure);
        } finally {
            // Before the end is told: whoever hears of it may begin the next.
            underWay.remove(app);
            synchronized (under) {
                under.breakable = false;
                Thread.interrupted();
            }
            under.tell(Optional.empty());
        }
    }

    private static JsonBody ended(Under under) throws Refused, CallRefused {
        var end = under.end;
        if (end == null) {
            throw new IllegalStateException("an undertaking ended without an end");
        }
        return switch (end.failure()) {
            case Refused refused -> throw refused;
            case CallRefused refused -> throw refused;
            case InterruptedException _ ->
                throw new Refused(
                        "deploy", "it was broken off before it changed anything", "What served before serves on.");
            case null -> {
                var answer = end.answer();
                if (answer == null) {
                    throw new IllegalStateException("an undertaking ended without an answer");
                }
                yield answer;
            }
            default -> throw new IllegalStateException("an undertaking failed by a mistake", end.failure());
        };
    }

    /** Whether an app has one under way. */
    boolean has(AppName app) {
        return underWay.containsKey(app);
    }

    /**
     * From here on the one of this app is not to be broken off: the Keeper has it in hand. Called by its own thread.
     *
     * @throws InterruptedException if it was broken off before
     */
    void commit(AppName app) throws InterruptedException {
        var under = underWay.get(app);
        if (under != null) {
            synchronized (under) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                under.breakable = false;
            }
        }
    }

    /**
     * Breaks off the one of an app, if it has changed nothing yet.
     *
     * @return whether there was one
     */
    boolean breakOff(AppName app) {
        var under = underWay.get(app);
        var thread = under == null ? null : under.thread;
        if (under == null || thread == null) {
            return false;
        }
        synchronized (under) {
            if (under.breakable) {
                thread.interrupt();
            }
            return under.breakable;
        }
    }

    /** Breaks off all that have changed nothing yet. */
    void breakOff() {
        underWay.keySet().forEach(this::breakOff);
    }

    static CallRefused locked(AppName app) {
        return new CallRefused(ErrorAnswer.of(
                ErrorAnswer.LOCKED,
                new Problem(
                        "app '" + app + "'",
                        "another deploy of it is under way",
                        "Wait for its end, or break it off: 'footplate abort " + app + "'.")));
    }
}
