package footplate.core.health;

import footplate.core.config.HealthCheck;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import java.time.Duration;

/**
 * How the health of an app's instances is checked.
 *
 * @param check what is asked
 * @param interval from the end of one check to the next, of an instance that serves
 * @param timeout longest time of one check
 * @param threshold failures in a row until an instance counts as ill; 1 or more
 * @param rise successes in a row until a starting instance is ready; 1 or more
 * @param startPeriod how long failures of a starting instance do not count; 0: they never do
 */
public record Health(
        HealthCheck check, Duration interval, Duration timeout, int threshold, int rise, Duration startPeriod) {
    public Health {
        if (!interval.isPositive() || !timeout.isPositive() || threshold < 1 || rise < 1 || startPeriod.isNegative()) {
            throw new IllegalArgumentException(
                    "health: interval %s and timeout %s must be above 0, threshold %d and rise %d at least 1, start period %s not below 0"
                            .formatted(interval, timeout, threshold, rise, startPeriod));
        }
    }

    /** What an app's settings, joined over the server's, say of it. */
    public static Health of(Settings settings) {
        return new Health(
                HealthCheck.of(settings.text(Setting.HEALTH)),
                Duration.ofMillis(settings.millis(Setting.HEALTH_INTERVAL)),
                Duration.ofMillis(settings.millis(Setting.HEALTH_TIMEOUT)),
                settings.count(Setting.HEALTH_THRESHOLD),
                settings.count(Setting.HEALTH_RISE),
                Duration.ofMillis(settings.millis(Setting.HEALTH_START_PERIOD)));
    }

    /** Whether instances are asked at all. */
    public boolean on() {
        return !(check instanceof HealthCheck.Off);
    }
}
