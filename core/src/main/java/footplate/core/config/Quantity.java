package footplate.core.config;

import org.jspecify.annotations.Nullable;

/**
 * A number of processes, or a share of them (Kubernetes: maxSurge, maxUnavailable).
 *
 * @param value a count, or a percentage up to 100
 */
public record Quantity(int value, boolean percent) {
    private static final int MOST = 10_000;

    /** {@code 2} or {@code 25%}; null if {@code text} is neither. */
    public static @Nullable Quantity parse(String text) {
        boolean percent = text.endsWith("%");
        var digits = percent ? text.substring(0, text.length() - 1) : text;
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        int value = Integer.parseInt(digits);
        return value > (percent ? 100 : MOST) ? null : new Quantity(value, percent);
    }

    /** Of so many; a share is rounded up. */
    public int upOf(int all) {
        return percent ? Math.ceilDiv(all * value, 100) : value;
    }

    /** Of so many; a share is rounded down. */
    public int downOf(int all) {
        return percent ? all * value / 100 : value;
    }

    public boolean isZero() {
        return value == 0;
    }
}
