package footplate.daemon.keep;

import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.keep.Keep;
import footplate.core.keep.State;
import footplate.core.keep.Step;
import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.route.PoolSignals;
import footplate.core.route.Target;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one writer: a thread that takes events from its mailbox, applies {@link Keep}, and has the shells carry out the
 * effects. Everybody else posts, or reads the last state.
 */
public final class Keeper implements PoolSignals {
    private static final Duration OBSERVE_EVERY = Duration.ofSeconds(1);

    private record Letter(Event event, @Nullable CompletableFuture<State> reply) {}

    private final LinkedBlockingQueue<Letter> mailbox = new LinkedBlockingQueue<>();
    private final InstantSource clock;
    private final Consumer<Throwable> mistakes;
    private final Thread thread = Thread.ofPlatform().name("keeper").unstarted(this::run);
    // Held while an event is taken, and by whoever has us decide nothing for a while (an upgrade).
    private final ReentrantLock deciding = new ReentrantLock();
    private volatile State state = State.EMPTY;
    private volatile boolean stopped;
    private @Nullable Shells shells;

    /**
     * @param clock must never go backwards
     * @param mistakes told of exceptions that are our own mistakes; the Keeper goes on
     */
    public Keeper(InstantSource clock, Consumer<Throwable> mistakes) {
        this.clock = clock;
        this.mistakes = mistakes;
    }

    /** Takes over what an earlier daemon left, on the caller's thread, and begins to take events. Once. */
    public void start(Shells shells, State found) {
        this.shells = shells;
        apply(Keep.restore(found, clock.instant()), shells);
        thread.start();
    }

    /** Stops taking events; what is in the mailbox is dropped. */
    public void stop() {
        stopped = true;
        mailbox.add(new Letter(new Event.Wake(), null));
    }

    /** Decides nothing from now on, until {@link #thaw} or {@link #stop}: what is posted meanwhile waits. */
    public void freeze() {
        deciding.lock();
    }

    /** Goes on where it was frozen; on the thread that froze it. */
    public void thaw() {
        deciding.unlock();
    }

    /** Posts an event; any thread, returns at once. */
    public void post(Event event) {
        mailbox.add(new Letter(event, null));
    }

    /** Posts an event; completed with the state after it. */
    public CompletableFuture<State> ask(Event event) {
        var reply = new CompletableFuture<State>();
        mailbox.add(new Letter(event, reply));
        return reply;
    }

    /** The state after the last event. */
    public State state() {
        return state;
    }

    @Override
    public void busy(AppName app) {
        post(new Event.Busy(app));
    }

    @Override
    public void overdue(Target target) {
        post(new Event.Replace(target.run(), "did not answer a request within max-request-time"));
    }

    @Override
    public void drained(RunId run) {
        post(new Event.Drained(run));
    }

    private void run() {
        var shells = this.shells;
        if (shells == null) {
            throw new IllegalStateException("the Keeper runs before it was started");
        }
        var observeAt = clock.instant();
        while (!stopped) {
            try {
                var now = clock.instant();
                if (!now.isBefore(observeAt)) {
                    observeAt = now.plus(OBSERVE_EVERY);
                    unfrozen(() -> observe(shells));
                    continue;
                }
                var due = state.wakeAt().filter(observeAt::isAfter).orElse(observeAt);
                // Rounded up: waking a fraction of a millisecond early would only spin.
                var letter =
                        mailbox.poll(Math.max(0, Duration.between(now, due).toMillis() + 1), TimeUnit.MILLISECONDS);
                unfrozen(() -> take(letter == null ? new Letter(new Event.Wake(), null) : letter, shells));
            } catch (InterruptedException asked) {
                return;
            }
        }
    }

    private void unfrozen(Runnable deed) {
        deciding.lock();
        try {
            if (!stopped) {
                deed.run();
            }
        } finally {
            deciding.unlock();
        }
    }

    private void observe(Shells shells) {
        List<Event.AppUse> uses;
        try {
            uses = shells.observe();
        } catch (RuntimeException | Error mistake) {
            // Nobody else would ever take an event again: this thread must not end with it.
            mistakes.accept(mistake);
            uses = List.of();
        }
        take(new Letter(new Event.Observed(uses), null), shells);
    }

    private void take(Letter letter, Shells shells) {
        try {
            apply(Keep.step(state, letter.event(), clock.instant()), shells);
            if (letter.event() instanceof Event.Exited exited) {
                shells.forget(exited.run());
            }
        } catch (RuntimeException | Error mistake) {
            mistakes.accept(mistake);
        }
        if (letter.reply() != null) {
            letter.reply().complete(state);
        }
    }

    private void apply(Step step, Shells shells) {
        state = step.state();
        for (var effect : step.effects()) {
            try {
                carryOut(effect, shells);
            } catch (RuntimeException | Error mistake) {
                // The next event compares desired and observed again; the other effects must not be lost with this one.
                mistakes.accept(mistake);
            }
        }
    }

    private static void carryOut(Effect effect, Shells shells) {
        switch (effect) {
            case Effect.Start start -> shells.start(start);
            case Effect.Ask ask -> shells.ask(ask);
            case Effect.Kill(var run) -> shells.kill(run);
            case Effect.Drain(var run) -> shells.drain(run);
            case Effect.Apply(var settings) -> shells.apply(settings);
            case Effect.Publish publish -> shells.publish(publish);
            case Effect.RefuseWaiting refuse -> shells.refuseWaiting(refuse.app(), refuse.failure());
            case Effect.Save(var state) -> shells.save(state);
            case Effect.Tell(var happening) -> shells.tell(happening);
            case Effect.Check check -> shells.check(check);
            case Effect.Left _ -> shells.left();
        }
    }

    /** A clock that starts at the time of day and then goes by the machine's monotonic clock, whatever is set meanwhile. */
    public static InstantSource steadyClock() {
        var base = Instant.now();
        long start = System.nanoTime();
        return () -> base.plusNanos(System.nanoTime() - start);
    }
}
