package footplate.daemon.control;

import footplate.api.v1.Event;
import footplate.core.deploy.Rollout;
import footplate.core.deploy.Stage;
import footplate.core.keep.AppState;
import footplate.core.keep.Event.Sides;
import footplate.core.measure.Sample;
import footplate.core.name.AppName;
import footplate.daemon.keep.Keeper;
import footplate.daemon.keep.Tables;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells once a second how a rollout stands, for those who watch it. */
final class Standing implements AutoCloseable {
    private final Keeper keeper;
    private final Tables tables;
    private final InstantSource clock;
    private final AppName app;
    private final Consumer<Event> events;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread;

    Standing(Keeper keeper, Tables tables, InstantSource clock, AppName app, Consumer<Event> events) {
        this.keeper = keeper;
        this.tables = tables;
        this.clock = clock;
        this.app = app;
        this.events = events;
        this.thread = Thread.ofVirtual().name("standing-" + app).start(this::run);
    }

    private void run() {
        try {
            while (!over.await(1, TimeUnit.SECONDS)) {
                var state = keeper.state().apps().get(app);
                var rollout = state == null ? null : state.rollout();
                if (state != null && rollout != null) {
                    events.accept(event(state, rollout, tables.sides(app)));
                }
            }
        } catch (InterruptedException asked) {
            // over
        }
    }

    private Event event(AppState app, Rollout rollout, @Nullable Sides sides) {
        var fields = instances(app, rollout);
        fields.put("strategy", rollout.plan().strategy().label());
        if (rollout.aside()) {
            fields.put("share", tenths(rollout.permille()));
        }
        if (rollout.plan().deploy() && sides != null) {
            fields.put("errorsNew", errors(sides.counts().fresh()));
            fields.put("errorsOld", errors(sides.counts().old()));
        }
        var left = left(rollout);
        if (left != null) {
            fields.put("leftMs", Long.toString(left.toMillis()));
        }
        var waits = waits(rollout);
        if (!waits.isEmpty()) {
            fields.put("waits", waits);
        }
        return new Event(
                Event.STANDING,
                app.definition().name().value(),
                null,
                "new " + fields.get("new") + " of " + fields.get("target") + " ready, old " + fields.get("old"),
                fields);
    }

    private static Map<String, String> instances(AppState app, Rollout rollout) {
        int old = 0;
        int fresh = 0;
        int starting = 0;
        for (var instance : app.instances()) {
            if (!instance.wanted()) {
                continue;
            }
            if (instance.generation() <= rollout.from()) {
                old += instance.isUp() ? 1 : 0;
            } else if (instance.isUp()) {
                fresh++;
            } else {
                starting++;
            }
        }
        Map<String, String> fields = new HashMap<>();
        fields.put("old", Integer.toString(old));
        fields.put("new", Integer.toString(fresh));
        fields.put("starting", Integer.toString(starting));
        fields.put("target", Integer.toString(app.target()));
        return fields;
    }

    /** How long it stays where it is, as far as the clock alone decides. */
    private @Nullable Duration left(Rollout rollout) {
        var due = rollout.wakeAt();
        return switch (rollout.stage()) {
            case Stage.Holding _, Stage.Monitoring _ -> {
                if (due == null) {
                    yield null;
                }
                var left = Duration.between(clock.instant(), due);
                yield left.isNegative() ? Duration.ZERO : left;
            }
            case Stage.Filling _, Stage.Checking _, Stage.Awaiting _, Stage.Paused _ -> null;
        };
    }

    private static String waits(Rollout rollout) {
        return switch (rollout.stage()) {
            case Stage.Paused(var _, var why) ->
                why.isEmpty() ? "paused: 'footplate resume' goes on" : "paused: " + why;
            case Stage.Awaiting _ -> "all is ready: 'footplate promote' makes the switch";
            case Stage.Checking _ -> "the check is asked";
            case Stage.Holding holding -> holding.told() ? "too few requests to judge by" : "";
            case Stage.Filling _, Stage.Monitoring _ -> "";
        };
    }

    private static String errors(Sample sample) {
        return String.format(Locale.ROOT, "%.1f%% of %d", sample.errorRate() * 100, sample.requests());
    }

    private static String tenths(int permille) {
        return permille % 10 == 0 ? Integer.toString(permille / 10) : permille / 10 + "." + permille % 10;
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
