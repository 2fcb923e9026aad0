package footplate.daemon.control;

import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Event;
import footplate.api.v1.Problem;
import footplate.core.happen.Happening;
import footplate.core.keep.AppState;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.daemon.control.ControlServer.CallRefused;
import footplate.daemon.keep.Keeper;
import footplate.daemon.observe.HappeningStream;
import footplate.daemon.observe.HappeningStream.Subscription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a change to be reached, and passes on what happens meanwhile. Made before the change is asked for, so that
 * nothing is missed; the Keeper's state is looked at besides, so that nothing lost is waited for.
 */
final class Changes implements AutoCloseable {
    private static final long LOOK_EVERY_MILLIS = 250;

    private final Keeper keeper;
    private final Consumer<Event> events;
    private final Subscription subscription;
    private final List<Happening> seen = new ArrayList<>();

    Changes(Keeper keeper, HappeningStream stream, Consumer<Event> events) {
        this.keeper = keeper;
        this.events = events;
        this.subscription = stream.subscribe();
    }

    /**
     * Waits until {@code app} has reached a generation.
     *
     * @throws CallRefused with the failed start's journey, if it did not reach it
     */
    void awaitReached(AppName app, int generation) throws CallRefused, InterruptedException {
        Deque<Happening> unread = new ArrayDeque<>(seen);
        boolean allTold = false;
        while (true) {
            var happening = unread.isEmpty() ? next(allTold ? 0 : LOOK_EVERY_MILLIS) : unread.poll();
            if (happening instanceof Happening.Settled settled
                    && settled.app().equals(app)
                    && settled.generation() >= generation) {
                return;
            }
            if (happening instanceof Happening.NotSettled not
                    && not.app().equals(app)
                    && not.generation() >= generation) {
                throw notReached(app, not);
            }
            if (happening instanceof Happening.RolledBack back
                    && back.app().equals(app)
                    && back.generation() >= generation) {
                throw rolledBack(app, back);
            }
            if (happening == null) {
                if (allTold) {
                    return;
                }
                if (isReached(app, generation)) {
                    // Or given up: a state is there a moment before what led to it is told.
                    awaitTold();
                    allTold = true;
                }
            }
        }
    }

    private void awaitTold() throws InterruptedException {
        try {
            keeper.ask(new footplate.core.keep.Event.Wake()).get();
        } catch (ExecutionException never) {
            throw new IllegalStateException("the Keeper answers every event", never);
        }
    }

    private boolean isReached(AppName app, int generation) throws CallRefused {
        var all = keeper.state();
        var state = all.apps().get(app);
        if (all.leaving()) {
            throw new CallRefused(ErrorAnswer.of(
                    ErrorAnswer.STOPPING,
                    new Problem(
                            "app '" + app + "'",
                            "the daemon was told to leave before it was ready",
                            "Start it again with 'footplate start " + app + "'.")));
        }
        if (state == null || !state.wanted()) {
            throw new CallRefused(ErrorAnswer.of(
                    ErrorAnswer.REFUSED,
                    new Problem(
                            "app '" + app + "'",
                            "somebody stopped it before it was ready",
                            "Start it again with 'footplate restart " + app + "'.")));
        }
        return state.rollout() == null && state.generation() >= generation;
    }

    private static CallRefused notReached(AppName app, Happening.NotSettled not) {
        var failure = not.failure();
        if (failure == null) {
            return new CallRefused(ErrorAnswer.of(
                    ErrorAnswer.START_FAILED,
                    new Problem(
                            "app '" + app + "'",
                            "the new release is taken back: " + not.why(),
                            "The old one serves on; mend the new one, and deploy it again.")));
        }
        var problem = new Problem(
                "app '" + app + "'",
                (not.oldKept() ? "the new processes did not start, the old ones serve on: " : "it did not start: ")
                        + failure.journey().problem(),
                failure.journey().cure());
        return new CallRefused(new ErrorAnswer(ErrorAnswer.START_FAILED, List.of(problem), Views.journey(failure)));
    }

    private static CallRefused rolledBack(AppName app, Happening.RolledBack back) {
        return new CallRefused(ErrorAnswer.of(
                ErrorAnswer.ROLLED_BACK,
                new Problem(
                        "app '" + app + "'",
                        "the new release had taken over, and was rolled back: " + back.why(),
                        "The release before serves again; mend the new one, and deploy it again.")));
    }

    /** Waits until no process of a stopped app is left. */
    void awaitStopped(AppName app) throws InterruptedException {
        while (true) {
            var state = keeper.state().apps().get(app);
            if (state == null || state.wanted() || state.instances().isEmpty()) {
                passOnRest();
                return;
            }
            next();
        }
    }

    /** Waits until an app is forgotten. */
    void awaitDeleted(AppName app) throws InterruptedException {
        AppState state = keeper.state().apps().get(app);
        while (state != null && state.deleted()) {
            next();
            state = keeper.state().apps().get(app);
        }
        passOnRest();
    }

    /** Waits until one instance is gone. */
    void awaitGone(AppName app, InstanceId instance) throws InterruptedException {
        while (true) {
            var state = keeper.state().apps().get(app);
            if (state == null || state.instances().stream().noneMatch(i -> i.id().equals(instance))) {
                passOnRest();
                return;
            }
            next();
        }
    }

    private void passOnRest() throws InterruptedException {
        for (var told = subscription.next(0); told != null; told = subscription.next(0)) {
            events.accept(Events.of(told.happening()));
        }
    }

    private @Nullable Happening next() throws InterruptedException {
        return next(LOOK_EVERY_MILLIS);
    }

    private @Nullable Happening next(long millis) throws InterruptedException {
        var told = subscription.next(millis);
        if (told == null) {
            return null;
        }
        seen.add(told.happening());
        events.accept(Events.of(told.happening()));
        return told.happening();
    }

    @Override
    public void close() {
        subscription.close();
    }
}
