package footplate.core.deploy;

import footplate.core.config.CanarySteps;
import footplate.core.measure.Counts;
import footplate.core.unit.Durations;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The course of a change: how many old and new processes there are to be, and its next move. All strategies are brought
 * up, watched, failed and taken back in the same way; they differ in the sizes of the two sides and in what follows when
 * the new one is ready.
 */
public final class Course {
    private static final Duration LAST_LOOK = Duration.ofSeconds(3);

    private Course() {}

    /**
     * What is seen of the two sides.
     *
     * @param target how many processes the app is to have
     * @param hopeless of these, places that were given up before the change
     * @param up new processes that are ready
     * @param settled of these, those that have been ready for long enough
     * @param old wanted places of the old side
     * @param oldLeft processes of the old side, those on their way out included
     * @param oldest since when the first of the new processes that are not settled yet is ready; null if all are
     */
    public record View(
            int target,
            int hopeless,
            int up,
            int settled,
            int old,
            int oldLeft,
            @Nullable Instant oldest) {
        int needed() {
            return target - hopeless;
        }
    }

    /**
     * How many places each side is to have.
     *
     * @param old most of the old side
     * @param keepsOld whether places of the old side that are missing are filled, by the old definition
     * @param fresh places of the new side
     * @param all most of both together
     */
    public record Sizes(int old, boolean keepsOld, int fresh, int all) {}

    /** What comes next. */
    public sealed interface Move {
        /** Nothing, until something happens or {@link Rollout#wakeAt} has come. */
        record Stay(Rollout rollout) implements Move {}

        /** Another stage. */
        record To(Rollout rollout, String told) implements Move {}

        /** The new side takes over. */
        record Switch() implements Move {}

        /** The operator's own check is to be asked. */
        record Ask(Rollout rollout, int step) implements Move {}

        /** What was asked for is reached. */
        record Done() implements Move {}

        /** It has failed. */
        record Fail(String why) implements Move {}
    }

    /** The sizes of the two sides now. */
    public static Sizes sizes(Rollout rollout, View view) {
        int target = view.target();
        return switch (rollout.plan().strategy()) {
            case Strategy.Rolling rolling -> {
                int unavailable = rolling.unavailable().downOf(target);
                int surge = rolling.surge().upOf(target);
                if (surge == 0 && unavailable == 0) {
                    surge = 1;
                }
                int old = Math.max(0, view.needed() - unavailable - view.settled());
                yield new Sizes(Math.min(old, view.old()), false, target, target + surge);
            }
            case Strategy.Recreate _ -> new Sizes(0, false, view.oldLeft() > 0 ? 0 : target, target);
            case Strategy.BlueGreen _ -> aside(rollout, Math.max(1, target), target, view.settled());
            case Strategy.Canary canary -> aside(rollout, places(rollout, canary, target), target, view.settled());
        };
    }

    private static Sizes aside(Rollout rollout, int fresh, int target, int settled) {
        // After the switch an ill process is replaced as in a rolling change.
        return rollout.switched()
                ? new Sizes(Math.max(0, target - settled), false, target, target + 1)
                : new Sizes(target, true, fresh, target + fresh);
    }

    /** A canary has the share of the processes that it has of the requests, and one at the least. */
    private static int places(Rollout rollout, Strategy.Canary canary, int target) {
        int step = switch (rollout.where()) {
            case Stage.Filling filling -> filling.step();
            case Stage.Holding holding -> holding.step();
            case Stage.Checking checking -> checking.step();
            case Stage.Awaiting _, Stage.Monitoring _, Stage.Paused _ -> last(canary.steps());
        };
        int permille = canary.step(step).permille();
        return Math.max(1, Math.ceilDiv(target * permille, 1_000));
    }

    private static int last(CanarySteps steps) {
        return steps.steps().size() - 1;
    }

    /**
     * The next move.
     *
     * @param counts how requests ended in this {@link Rollout#stretch}; null if nothing is new
     */
    public static Move next(Rollout rollout, View view, @Nullable Counts counts, Instant now) {
        if (rollout.isPaused()) {
            return new Move.Stay(rollout.wakingAt(null));
        }
        var judged = rollout;
        if (counts != null
                && rollout.plan().deploy()
                && Judge.due(counts.fresh(), rollout.looked(), rollout.plan().limits())) {
            var verdict = Judge.of(counts, rollout.plan().limits());
            if (verdict.finding() == Judge.Finding.BAD) {
                return new Move.Fail(verdict.why());
            }
            judged = rollout.judgedAt(counts.fresh().requests());
        }
        return switch (judged.stage()) {
            case Stage.Filling filling -> filling(judged, filling, view, now);
            case Stage.Holding holding -> holding(judged, holding, now);
            case Stage.Checking _, Stage.Awaiting _ -> new Move.Stay(judged.wakingAt(null));
            case Stage.Monitoring(var until) -> monitoring(judged, until, counts, now);
            case Stage.Paused _ -> new Move.Stay(judged);
        };
    }

    /** The watch ends with a last look, which comes within a second or two. */
    private static Move monitoring(Rollout rollout, Instant until, @Nullable Counts counts, Instant now) {
        if (rollout.plan().monitor().isZero()) {
            return new Move.Done();
        }
        if (now.isBefore(until)) {
            return new Move.Stay(rollout.wakingAt(until));
        }
        var last = until.plus(LAST_LOOK);
        if (counts == null && now.isBefore(last)) {
            return new Move.Stay(rollout.wakingAt(last));
        }
        if (counts != null) {
            var verdict = Judge.of(counts, rollout.plan().limits());
            if (verdict.finding() == Judge.Finding.BAD) {
                return new Move.Fail(verdict.why());
            }
        }
        return new Move.Done();
    }

    private static Move filling(Rollout rollout, Stage.Filling filling, View view, Instant now) {
        var strategy = rollout.plan().strategy();
        int needed = strategy.aside() ? sizes(rollout, view).fresh() : view.needed();
        boolean oldGone = strategy.aside() || view.old() == 0;
        if (view.settled() >= needed && oldGone) {
            return filled(rollout, filling, now);
        }
        var moved = view.up() > rollout.best() ? rollout.progressed(view.up(), now) : rollout;
        var deadline = moved.progressAt().plus(moved.plan().deadline());
        if (!now.isBefore(deadline)) {
            return new Move.Fail("it has made no progress for "
                    + Durations.print(moved.plan().deadline()));
        }
        var counts =
                view.oldest() == null ? null : view.oldest().plus(moved.plan().minReady());
        return new Move.Stay(moved.wakingAt(counts != null && counts.isBefore(deadline) ? counts : deadline));
    }

    private static Move filled(Rollout rollout, Stage.Filling filling, Instant now) {
        return switch (rollout.plan().strategy()) {
            case Strategy.Rolling _, Strategy.Recreate _ ->
                rollout.plan().monitor().isZero() ? new Move.Done() : new Move.Switch();
            case Strategy.BlueGreen _ ->
                rollout.plan().check().isEmpty()
                        ? afterCheck(rollout, 0, now)
                        : new Move.Ask(rollout.to(new Stage.Checking(0), now), 0);
            case Strategy.Canary canary ->
                filling.step() >= last(canary.steps())
                        ? new Move.Switch()
                        : new Move.To(
                                rollout.to(new Stage.Holding(filling.step(), now, false), now),
                                "the new release gets " + share(canary, filling.step()) + " of the requests");
        };
    }

    private static Move holding(Rollout rollout, Stage.Holding holding, Instant now) {
        var hold = rollout.plan().strategy() instanceof Strategy.Canary canary
                ? canary.step(holding.step()).hold()
                : Duration.ZERO;
        var over = holding.since().plus(hold);
        if (now.isBefore(over)) {
            return new Move.Stay(rollout.wakingAt(over));
        }
        if (rollout.looked() >= rollout.plan().limits().minRequests()) {
            return rollout.plan().check().isEmpty()
                    ? afterCheck(rollout, holding.step(), now)
                    : new Move.Ask(rollout.to(new Stage.Checking(holding.step()), now), holding.step());
        }
        var deadline = over.plus(rollout.plan().deadline());
        if (!now.isBefore(deadline)) {
            return new Move.Fail("it had too few requests to be judged by, for "
                    + Durations.print(hold.plus(rollout.plan().deadline())));
        }
        return holding.told()
                ? new Move.Stay(rollout.wakingAt(deadline))
                : new Move.To(
                        rollout.within(new Stage.Holding(holding.step(), holding.since(), true))
                                .wakingAt(deadline),
                        "too few requests to judge the new release: the step goes on");
    }

    /** What follows when the operator's check, or the lack of one, has let a step pass. */
    public static Move afterCheck(Rollout rollout, int step, Instant now) {
        return switch (rollout.plan().strategy()) {
            case Strategy.BlueGreen(boolean manual, var _) ->
                manual
                        ? new Move.To(
                                rollout.to(new Stage.Awaiting(), now), "all is ready: the switch waits for 'promote'")
                        : new Move.Switch();
            case Strategy.Canary _ ->
                new Move.To(rollout.to(new Stage.Filling(step + 1), now), "more processes for the next step");
            case Strategy.Rolling _, Strategy.Recreate _ -> new Move.Switch();
        };
    }

    private static String share(Strategy.Canary canary, int step) {
        int permille = canary.step(step).permille();
        return permille % 10 == 0 ? permille / 10 + "%" : permille / 10 + "." + permille % 10 + "%";
    }
}
