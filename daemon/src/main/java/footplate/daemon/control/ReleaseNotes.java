package footplate.daemon.control;

import footplate.core.deploy.Ended;
import footplate.core.happen.Happening;
import footplate.core.keep.AppState;
import footplate.core.name.AppName;
import footplate.daemon.control.Commands.Surroundings;
import footplate.daemon.deploy.ReleaseStore;
import footplate.daemon.keep.Keeper;
import footplate.daemon.observe.HappeningStream;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is noted of releases on disk in line with what runs, whoever changed it and whether anybody waits: why one ended,
 * and that those too old are removed. On a thread of its own; the Keeper never waits for it.
 */
public final class ReleaseNotes implements AutoCloseable {
    private static final long LOOK_EVERY_MILLIS = 1_000;

    private final Keeper keeper;
    private final HappeningStream.Subscription subscription;
    private final ReleaseStore store;
    private final Surroundings surroundings;
    private final Consumer<Throwable> mistakes;
    private final Thread thread;
    private volatile boolean closed;

    /** Begins; the Keeper has taken over what an earlier daemon left. */
    public ReleaseNotes(
            Keeper keeper,
            HappeningStream stream,
            ReleaseStore store,
            Surroundings surroundings,
            Consumer<Throwable> mistakes) {
        this.keeper = keeper;
        this.subscription = stream.subscribe();
        this.store = store;
        this.surroundings = surroundings;
        this.mistakes = mistakes;
        this.thread = Thread.ofVirtual().name("release-notes").start(this::run);
    }

    private void run() {
        try {
            for (var app : store.apps()) {
                settle(app, null);
            }
            while (!closed) {
                var told = subscription.next(LOOK_EVERY_MILLIS);
                if (told != null) {
                    heard(told.happening());
                }
            }
        } catch (InterruptedException asked) {
            // closed
        }
    }

    private void heard(Happening happening) throws InterruptedException {
        switch (happening) {
            case Happening.Settled settled -> settle(settled.app(), null);
            case Happening.Switched switched -> settle(switched.app(), null);
            case Happening.NotSettled not -> settle(not.app(), new ReleaseStore.Why(Ended.Kind.FAILED, why(not)));
            case Happening.RollbackBegins back ->
                settle(back.app(), new ReleaseStore.Why(Ended.Kind.ROLLED_BACK, back.why()));
            case Happening.RolledBack back ->
                settle(back.app(), new ReleaseStore.Why(Ended.Kind.ROLLED_BACK, back.why()));
            default -> {
                // nothing that ends a release
            }
        }
    }

    private static String why(Happening.NotSettled not) {
        var failure = not.failure();
        return failure == null ? not.why() : failure.journey().problem();
    }

    private void settle(AppName name, ReleaseStore.@Nullable Why why) throws InterruptedException {
        var app = keeper.state().apps().get(name);
        if (app == null) {
            return;
        }
        try {
            var live = live(app);
            var rollout = app.rollout();
            store.settle(name, live, app.definition().release(), rollout == null || rollout.switched(), why);
            if (rollout == null && surroundings.awaitSaved().isEmpty()) {
                // Not before: the state on disk may still name what is about to be removed.
                store.prune(name, app.definition().release(), live);
            }
        } catch (RuntimeException mistake) {
            mistakes.accept(mistake);
        }
    }

    /** Numbers of the releases that serve or may serve again without being asked for. */
    static Set<Integer> live(AppState app) {
        var live = new HashSet<Integer>();
        live.add(app.definition().release());
        var warm = app.warm();
        if (warm != null) {
            live.add(warm.definition().release());
        }
        var rollout = app.rollout();
        if (rollout != null) {
            var before = rollout.before();
            if (before != null) {
                live.add(before.release());
            }
        }
        return live;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        subscription.close();
    }
}
