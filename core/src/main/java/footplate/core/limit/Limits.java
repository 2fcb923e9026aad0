package footplate.core.limit;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.schedule.Cron;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a process of an app may use before another takes its place.
 *
 * @param memory bytes of its whole tree; 0: any
 * @param memoryTime how long it may use more without a break
 * @param requests how many it answers; 0: any
 * @param restarts when all of the app's processes are replaced, one after the other; null: never
 */
public record Limits(
        long memory,
        Duration memoryTime,
        int requests,
        @Nullable Cron restarts) {
    /** Those that an app's settings, joined with the server's, name. */
    public static Limits of(Settings settings) {
        var cron = settings.text(Setting.CRON_RESTART);
        return new Limits(
                settings.bytes(Setting.MAX_MEMORY),
                Duration.ofMillis(settings.millis(Setting.MAX_MEMORY_TIME)),
                settings.count(Setting.MAX_REQUESTS),
                cron.isEmpty() ? null : Cron.parse(cron));
    }

    /** Whether there is anything to watch. */
    public boolean any() {
        return memory > 0 || requests > 0 || restarts != null;
    }
}
