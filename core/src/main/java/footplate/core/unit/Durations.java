package footplate.core.unit;

import java.time.Duration;
import java.util.OptionalLong;

/** Durations as people write them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}; a bare number is seconds. */
public final class Durations {
    private Durations() {}

    /**
     * Reads a duration.
     *
     * @return its milliseconds; empty if {@code text} is no duration from 0 up to 1,000 days
     */
    public static OptionalLong parseMillis(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 10) {
            return OptionalLong.empty();
        }
        long number = Long.parseLong(text.substring(0, digits));
        long millis = switch (text.substring(digits)) {
            case "ms" -> number;
            case "s", "" -> number * 1_000;
            case "m" -> number * 60_000;
            case "h" -> number * 3_600_000;
            case "d" -> number * 86_400_000;
            default -> -1;
        };
        return millis < 0 || millis > 86_400_000_000L ? OptionalLong.empty() : OptionalLong.of(millis);
    }

    /** A duration in the largest unit that keeps it readable, as {@code 340ms}, {@code 1.2s}, {@code 5m 3s}, {@code 2d 4h}. */
    public static String print(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + "ms";
        }
        if (millis < 60_000) {
            long tenths = millis / 100;
            return tenths % 10 == 0 ? tenths / 10 + "s" : tenths / 10 + "." + tenths % 10 + "s";
        }
        long seconds = millis / 1_000;
        if (seconds < 3_600) {
            return seconds / 60 + "m" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + "s");
        }
        long minutes = seconds / 60;
        if (minutes < 1_440) {
            return minutes / 60 + "h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + "m");
        }
        long hours = minutes / 60;
        return hours / 24 + "d" + (hours % 24 == 0 ? "" : " " + hours % 24 + "h");
    }
}
