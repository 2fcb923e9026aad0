package footplate.core.supervise;

import java.time.Duration;

/**
 * How long a crashed instance waits before it is started again: not at all after the first crash, then {@code first},
 * doubling up to {@code ceiling}.
 *
 * @param first wait after the second crash in a row; more than zero
 * @param ceiling longest wait; at least {@code first}
 */
public record Backoff(Duration first, Duration ceiling) {
    public Backoff {
        if (!first.isPositive() || ceiling.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "backoff from %s to %s: the first wait must be above 0 and at most the ceiling"
                            .formatted(first, ceiling));
        }
    }

    /**
     * The wait before the next start.
     *
     * @param crashes crashes in a row, this one included; 1 or more
     */
    public Duration after(int crashes) {
        if (crashes < 1) {
            throw new IllegalArgumentException("backoff after " + crashes + " crashes");
        }
        if (crashes == 1) {
            return Duration.ZERO;
        }
        // 2^40 × the smallest duration is past any ceiling, and does not overflow a Duration.
        var wait = first.multipliedBy(1L << Math.min(crashes - 2, 40));
        return wait.compareTo(ceiling) < 0 ? wait : ceiling;
    }
}
