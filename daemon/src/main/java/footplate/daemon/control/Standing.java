package footplate.daemon.control;

import footplate.api.v1.Event;
import footplate.core.keep.AppState;
import footplate.core.name.AppName;
import footplate.daemon.keep.Keeper;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells once a second how a rollout stands, for those who watch it. */
final class Standing implements AutoCloseable {
    private final Keeper keeper;
    private final AppName app;
    private final Consumer<Event> events;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread;

    Standing(Keeper keeper, AppName app, Consumer<Event> events) {
        this.keeper = keeper;
        this.app = app;
        this.events = events;
        this.thread = Thread.ofVirtual().name("standing-" + app).start(this::run);
    }

    private void run() {
        try {
            while (!over.await(1, TimeUnit.SECONDS)) {
                var state = keeper.state().apps().get(app);
                if (state != null && state.rollout() != null) {
                    events.accept(event(state));
                }
            }
        } catch (InterruptedException asked) {
            // over
        }
    }

    private static Event event(AppState app) {
        var rollout = app.rollout();
        int from = rollout == null ? app.generation() : rollout.from();
        long old = app.instances().stream()
                .filter(i -> i.generation() <= from && i.isUp() && i.wanted())
                .count();
        long fresh = app.instances().stream()
                .filter(i -> i.generation() > from && i.isUp() && i.wanted())
                .count();
        long starting = app.instances().stream()
                .filter(i -> i.generation() > from && !i.isUp() && i.wanted())
                .count();
        Map<String, String> fields = new HashMap<>();
        fields.put("old", Long.toString(old));
        fields.put("new", Long.toString(fresh));
        fields.put("starting", Long.toString(starting));
        fields.put("target", Integer.toString(app.target()));
        return new Event(
                Event.STANDING,
                app.definition().name().value(),
                null,
                "new " + fresh + " of " + app.target() + " ready, old " + old,
                fields);
    }

    @Override
    public void close() {
        over.countDown();
        try {
            thread.join();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }
}
