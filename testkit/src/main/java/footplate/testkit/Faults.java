package footplate.testkit;

import java.time.Duration;

/**
 * What goes wrong between the Keeper and the world.
 *
 * @param lost share of effects on processes that are never carried out
 * @param delay longest time until an effect is carried out, or an event is heard
 * @param unsaved share of saves that fail
 */
public record Faults(double lost, Duration delay, double unsaved) {
    /** Nothing is lost, and all is heard within 2 ms. */
    public static final Faults NONE = new Faults(0, Duration.ofMillis(2), 0);
}
