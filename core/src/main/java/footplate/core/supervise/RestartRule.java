package footplate.core.supervise;

import java.time.Duration;

/**
 * When a crashed instance comes back, and when it is given up.
 *
 * @param backoff the waits between starts
 * @param stableAfter a run at least this long forgives earlier crashes (PM2: min_uptime)
 * @param giveUpAfter this many crashes in a row are the last; 1 or more (PM2: max_restarts)
 */
public record RestartRule(Backoff backoff, Duration stableAfter, int giveUpAfter) {
    /** First at once, then 100 ms doubling to 15 s; given up after ten quick deaths, about 40 s. */
    public static final RestartRule USUAL =
            new RestartRule(new Backoff(Duration.ofMillis(100), Duration.ofSeconds(15)), Duration.ofSeconds(10), 10);

    public RestartRule {
        if (stableAfter.isNegative() || giveUpAfter < 1) {
            throw new IllegalArgumentException(
                    "restart rule: stable after %s, given up after %d crashes".formatted(stableAfter, giveUpAfter));
        }
    }
}
