package footplate.core.deploy;

import footplate.core.config.AppDefinition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change on its way: new processes take the place of old ones.
 *
 * @param generation what it leads to
 * @param before the definition to go back to if it fails; null if it stays the same
 * @param from the last generation that was there before it; less than {@code generation}
 * @param plan how it is carried out
 * @param stage where it is
 * @param progressAt when it last moved
 * @param best most new processes that have been ready at once in this stage
 * @param crashes how often a new process ended by itself
 * @param looked how many requests of the new release there were when it was last judged
 * @param back which change this one takes back, and why; null if none
 * @param wakeAt when the clock alone has something to say next; null if never
 */
public record Rollout(
        int generation,
        @Nullable AppDefinition before,
        int from,
        RolloutPlan plan,
        Stage stage,
        Instant progressAt,
        int best,
        int crashes,
        long looked,
        @Nullable Back back,
        @Nullable Instant wakeAt) {
    /** What {@link #stretch} is once the new processes have taken over. */
    public static final int AFTER_THE_SWITCH = -1;

    /** A change that is taken back: its generation, the release it brought, and why. */
    public record Back(int generation, int release, String why) {}

    /** One that begins. */
    public static Rollout begins(
            int generation, @Nullable AppDefinition before, int from, RolloutPlan plan, Instant now) {
        return new Rollout(generation, before, from, plan, new Stage.Filling(0), now, 0, 0, 0, null, null);
    }

    /** The same, and when it has come about a failed change is told as taken back. */
    public Rollout takingBack(Back failed) {
        return new Rollout(generation, before, from, plan, stage, progressAt, best, crashes, looked, failed, wakeAt);
    }

    /** The same with bounds that an operator set meanwhile. */
    public Rollout with(@Nullable AppDefinition otherBefore) {
        return new Rollout(generation, otherBefore, from, plan, stage, progressAt, best, crashes, looked, back, wakeAt);
    }

    /** Moves on: a stage of its own has its own progress. */
    public Rollout to(Stage next, Instant now) {
        return new Rollout(generation, before, from, plan, next, now, 0, crashes, 0, back, null);
    }

    /** Its operator has agreed to the switch: it is made as soon as all are ready. */
    public Rollout promoted(Instant now) {
        int step = where() instanceof Stage.Filling filling ? filling.step() : 0;
        return new Rollout(
                generation,
                before,
                from,
                plan.promoted(),
                new Stage.Filling(step),
                now,
                0,
                crashes,
                looked,
                back,
                null);
    }

    /** The same place, and told differently. */
    Rollout within(Stage same) {
        return new Rollout(generation, before, from, plan, same, progressAt, best, crashes, looked, back, wakeAt);
    }

    public Rollout progressed(int ready, Instant now) {
        return new Rollout(generation, before, from, plan, stage, now, ready, crashes, looked, back, wakeAt);
    }

    public Rollout crashed() {
        return new Rollout(generation, before, from, plan, stage, progressAt, best, crashes + 1, looked, back, wakeAt);
    }

    Rollout judgedAt(long requests) {
        return new Rollout(generation, before, from, plan, stage, progressAt, best, crashes, requests, back, wakeAt);
    }

    public Rollout wakingAt(@Nullable Instant due) {
        return new Rollout(generation, before, from, plan, stage, progressAt, best, crashes, looked, back, due);
    }

    /** Whether the new processes have taken over. */
    public boolean switched() {
        return where() instanceof Stage.Monitoring;
    }

    /** Whether new processes wait beside the old ones now. */
    public boolean aside() {
        return plan.strategy().aside() && !switched();
    }

    /** Its stage, or the one in which it was paused. */
    public Stage where() {
        return stage instanceof Stage.Paused paused ? paused.within() : stage;
    }

    public boolean isPaused() {
        return stage instanceof Stage.Paused;
    }

    /** The share of the requests that a canary has now, in thousandths. */
    public int permille() {
        if (!(plan.strategy() instanceof Strategy.Canary canary)
                || (stage instanceof Stage.Paused(var _, var why) && !why.isEmpty())) {
            return 0;
        }
        int step = switch (where()) {
            case Stage.Holding holding -> holding.step();
            case Stage.Checking checking -> checking.step();
            // While more are brought up for a step, the one before it is in force.
            case Stage.Filling filling -> filling.step() - 1;
            case Stage.Awaiting _, Stage.Monitoring _, Stage.Paused _ -> -1;
        };
        return step < 0 ? 0 : canary.step(step).permille();
    }

    /** Changes with each stretch of time whose requests are judged by themselves. */
    public int stretch() {
        return switch (stage) {
            case Stage.Filling filling -> 2 * filling.step();
            case Stage.Holding holding -> 2 * holding.step() + 1;
            case Stage.Checking checking -> 2 * checking.step() + 1;
            case Stage.Awaiting _ -> 0;
            case Stage.Monitoring _ -> AFTER_THE_SWITCH;
            case Stage.Paused _ -> -2;
        };
    }
}
