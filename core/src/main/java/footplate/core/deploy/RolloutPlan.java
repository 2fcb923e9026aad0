package footplate.core.deploy;

import footplate.core.config.CanarySteps;
import footplate.core.config.Quantity;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import java.time.Duration;
import java.util.Objects;

/**
 * How one change is carried out.
 *
 * @param strategy in which order
 * @param minReady how long a new process must have been ready before it counts
 * @param deadline longest time without progress
 * @param monitor how long the new processes are watched after the switch
 * @param pauses a failure pauses it; otherwise it is rolled back
 * @param limits what the new release is judged by
 * @param check a command or URL asked before a step ends; empty: none
 * @param deploy whether it is a deploy, which nothing else may cut in on; a plain restart gives way to the next one
 */
public record RolloutPlan(
        Strategy strategy,
        Duration minReady,
        Duration deadline,
        Duration monitor,
        boolean pauses,
        Limits limits,
        String check,
        boolean deploy) {
    private static final Quantity ONE = new Quantity(1, false);
    private static final Quantity NONE = new Quantity(0, false);

    /** One process at a time, new ones first, and that is all: restarts, and going back. */
    public static final RolloutPlan PLAIN = new RolloutPlan(
            new Strategy.Rolling(ONE, NONE),
            Duration.ZERO,
            Duration.ofDays(1_000),
            Duration.ZERO,
            false,
            Limits.NONE,
            "",
            false);

    /** As an app's settings say. */
    public static RolloutPlan of(Settings settings) {
        return new RolloutPlan(
                strategy(settings),
                Duration.ofMillis(settings.millis(Setting.MIN_READY)),
                Duration.ofMillis(settings.millis(Setting.DEADLINE)),
                Duration.ofMillis(settings.millis(Setting.MONITOR)),
                Setting.ON_FAILURE
                        .choices()
                        .get(settings.choice(Setting.ON_FAILURE))
                        .equals("pause"),
                Limits.of(settings),
                settings.text(Setting.CHECK),
                true);
    }

    /** The same without the wait for what there is nothing beside: one process after the other. */
    public RolloutPlan without(Strategy aside) {
        return aside.aside()
                ? new RolloutPlan(PLAIN.strategy(), minReady, deadline, monitor, pauses, limits, "", deploy)
                : this;
    }

    /** The same, and a switch waits for nobody. */
    RolloutPlan promoted() {
        return strategy instanceof Strategy.BlueGreen(var _, var keepOld)
                ? new RolloutPlan(
                        new Strategy.BlueGreen(false, keepOld),
                        minReady,
                        deadline,
                        monitor,
                        pauses,
                        limits,
                        check,
                        deploy)
                : this;
    }

    /** The same, one process after the other, without waiting, watching and judging: back to what is known. */
    public RolloutPlan atOnce() {
        return new RolloutPlan(
                PLAIN.strategy(), Duration.ZERO, deadline, Duration.ZERO, false, Limits.NONE, "", deploy);
    }

    /** What kind of plan it is, in a word for a later daemon. */
    public String kind() {
        boolean atOnce = strategy.equals(PLAIN.strategy()) && minReady.isZero() && monitor.isZero();
        return !deploy ? "plain" : atOnce ? "at-once" : strategy.label();
    }

    /**
     * A plan that an earlier daemon had begun to carry out.
     *
     * @param kind what {@link #kind} said
     * @param settings the app's, over the server's
     */
    public static RolloutPlan again(String kind, Settings settings) {
        return switch (kind) {
            case "plain" -> PLAIN;
            case "at-once" -> of(settings).atOnce();
            // The setting may have been changed meanwhile: the strategy that was begun is the one that goes on.
            default -> of(settings.with(Setting.STRATEGY, kind));
        };
    }

    private static Strategy strategy(Settings settings) {
        return switch (Setting.STRATEGY.choices().get(settings.choice(Setting.STRATEGY))) {
            case "blue-green" ->
                new Strategy.BlueGreen(
                        Setting.PROMOTE
                                .choices()
                                .get(settings.choice(Setting.PROMOTE))
                                .equals("manual"),
                        Duration.ofMillis(settings.millis(Setting.KEEP_OLD)));
            case "canary" ->
                new Strategy.Canary(Objects.requireNonNull(CanarySteps.parse(settings.text(Setting.STEPS))));
            case "recreate" -> new Strategy.Recreate();
            default -> rolling(settings);
        };
    }

    private static Strategy rolling(Settings settings) {
        var surge = Objects.requireNonNull(Quantity.parse(settings.text(Setting.MAX_SURGE)));
        var unavailable = Objects.requireNonNull(Quantity.parse(settings.text(Setting.MAX_UNAVAILABLE)));
        // Without either nothing could move.
        return new Strategy.Rolling(surge.isZero() && unavailable.isZero() ? ONE : surge, unavailable);
    }
}
