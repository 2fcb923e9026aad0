package footplate.core.supervise;

import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import java.time.Duration;
import java.time.Instant;

/**
 * One place in an app's pool, and the process that fills it.
 *
 * @param id its number for operators
 * @param index {@code NODE_APP_INSTANCE}: the lowest number that no other instance of the app had when it was made
 * @param generation which definition and which restart it belongs to; higher is later, and 0 is of a definition that was
 *     withdrawn
 * @param wanted false once it is to go, whatever its phase
 * @param replace it is of the old side of a change: it serves until new ones take over
 * @param aside it takes none of the app's requests: a new one before the switch, or an old one kept after it
 * @param singleUse its process answers one request ({@code tmp/always_restart.txt})
 * @param restarts how often it was started again after a crash
 * @param phase where it is
 */
public record Instance(
        InstanceId id,
        int index,
        int generation,
        boolean wanted,
        boolean replace,
        boolean aside,
        boolean singleUse,
        int restarts,
        Phase phase) {

    public boolean isUp() {
        return phase instanceof Phase.Up;
    }

    public boolean isFailed() {
        return phase instanceof Phase.Failed;
    }

    /** Whether it serves for want of a better one: its definition did not come up as a whole. */
    public boolean isWithdrawn() {
        return generation == 0;
    }

    /** Whether it has, or asked for, the process of {@code run}. */
    public boolean runs(RunId run) {
        return run.equals(phase.runOrNull());
    }

    public Instance unwanted() {
        return new Instance(id, index, generation, false, replace, aside, singleUse, restarts, phase);
    }

    public Instance toReplace(boolean replaced) {
        return new Instance(id, index, generation, wanted, replaced, aside, singleUse, restarts, phase);
    }

    /** Serves until another is ready in its place, as its definition was withdrawn. */
    public Instance withdrawn() {
        return new Instance(id, index, 0, wanted, true, aside, singleUse, restarts, phase);
    }

    /** Takes the app's requests no longer, or again. */
    public Instance aside(boolean on) {
        return new Instance(id, index, generation, wanted, replace, on, singleUse, restarts, phase);
    }

    public Instance in(Phase next) {
        return new Instance(id, index, generation, wanted, replace, aside, singleUse, restarts, next);
    }

    /** A start at {@code now}; counts as a restart if a crash came before. */
    public Instance starting(RunId run, Instant now, Duration startTimeout) {
        int crashes = phase instanceof Phase.Waiting(var _, int before) ? before : 0;
        return new Instance(
                id,
                index,
                generation,
                wanted,
                replace,
                aside,
                singleUse,
                crashes > 0 ? restarts + 1 : restarts,
                new Phase.Starting(run, null, now, now.plus(startTimeout), crashes));
    }

    /**
     * What follows the unwanted end of its process: another start after a wait, or giving up.
     *
     * @param now when the process ended
     */
    public Instance crashed(Instant now, RestartRule rule) {
        int crashes = switch (phase) {
            case Phase.Up up ->
                Duration.between(up.since(), now).compareTo(rule.stableAfter()) >= 0 ? 1 : up.crashes() + 1;
            case Phase.Starting starting -> starting.crashes() + 1;
            case Phase.Stopping stopping -> stopping.crashes() + 1;
            case Phase.Draining _, Phase.Waiting _, Phase.Failed _ ->
                throw new IllegalStateException("instance " + id + " cannot crash in " + phase);
        };
        return in(
                crashes >= rule.giveUpAfter()
                        ? new Phase.Failed(crashes, now)
                        : new Phase.Waiting(now.plus(rule.backoff().after(crashes)), crashes));
    }
}
