package footplate.core.config;

import footplate.core.unit.Durations;
import footplate.core.unit.Sizes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A value for every {@link Setting}. Immutable; reading one costs an array access. */
@SuppressWarnings("EnumOrdinal") // an array by setting, made here and read here only
public final class Settings {
    private static final Settings STANDARD = new Settings(Map.of());

    private final Map<Setting, String> chosen;
    private final long[] numbers = new long[Setting.values().length];

    private Settings(Map<Setting, String> chosen) {
        this.chosen = chosen;
        for (var setting : Setting.values()) {
            numbers[setting.ordinal()] = number(setting, text(setting)).orElse(0);
        }
    }

    /** Every setting at its default. */
    public static Settings standard() {
        return STANDARD;
    }

    /**
     * The same with another value.
     *
     * @throws IllegalArgumentException if {@link #problem} has one
     */
    public Settings with(Setting setting, String value) {
        var wrong = problem(setting, value);
        if (wrong != null) {
            throw new IllegalArgumentException(wrong.toString());
        }
        var more = new EnumMap<Setting, String>(Setting.class);
        more.putAll(chosen);
        more.put(setting, value);
        return new Settings(more);
    }

    /** The same with a setting at its default. */
    public Settings without(Setting setting) {
        if (!chosen.containsKey(setting)) {
            return this;
        }
        var fewer = new EnumMap<Setting, String>(Setting.class);
        fewer.putAll(chosen);
        fewer.remove(setting);
        return new Settings(fewer);
    }

    /** The same, with the values that {@code over} chose in place of these. */
    public Settings with(Settings over) {
        if (over.chosen.isEmpty()) {
            return this;
        }
        var more = new EnumMap<Setting, String>(Setting.class);
        more.putAll(chosen);
        more.putAll(over.chosen);
        return new Settings(more);
    }

    /** What is wrong with {@code value}; null if nothing is. */
    public static @Nullable Problem problem(Setting setting, String value) {
        if (setting.kind() == Setting.Kind.TEXT) {
            return TextSettings.problem(setting, value);
        }
        var number = number(setting, value);
        if (number.isPresent()) {
            return range(setting, value, number.getAsLong());
        }
        var mend = switch (setting.kind()) {
            case TIME -> "Write a number and a unit: 500ms, 30s, 5m, 2h.";
            case SIZE -> "Write a number and a unit: 64KB, 8MB, 1GB.";
            case COUNT -> "Write a whole number from 0 up.";
            case CHOICE -> "Write one of: " + String.join(", ", setting.choices()) + ".";
            case TEXT -> "";
        };
        return new Problem(setting.label(), "'" + value + "' is not a value for it", mend);
    }

    private static @Nullable Problem range(Setting setting, String value, long number) {
        if ((number == 0 && setting.offAtZero()) || (number >= setting.least() && number <= setting.most())) {
            return null;
        }
        boolean low = number < setting.least();
        long bound = low ? setting.least() : setting.most();
        var written = switch (setting.kind()) {
            case TIME -> Durations.print(Duration.ofMillis(bound));
            case SIZE -> Sizes.print(bound);
            case COUNT, CHOICE, TEXT -> Long.toString(bound);
        };
        return new Problem(
                setting.label(),
                "'" + value + "' is too " + (low ? "low" : "high") + " for it",
                "Write " + written + " or " + (low ? "more." : "less."));
    }

    private static OptionalLong number(Setting setting, String value) {
        return switch (setting.kind()) {
            case TIME -> Durations.parseMillis(value);
            case SIZE -> Sizes.parseBytes(value);
            case COUNT -> count(value);
            case CHOICE -> choice(setting, value);
            case TEXT -> OptionalLong.empty();
        };
    }

    private static OptionalLong choice(Setting setting, String value) {
        int index = setting.choices().indexOf(value);
        return index < 0 ? OptionalLong.empty() : OptionalLong.of(index);
    }

    private static OptionalLong count(String value) {
        boolean digits =
                !value.isEmpty() && value.length() <= 9 && value.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? OptionalLong.of(Long.parseLong(value)) : OptionalLong.empty();
    }

    /** Whether every setting is at its default because nobody chose another value. */
    public boolean choosesNothing() {
        return chosen.isEmpty();
    }

    /** What was chosen, by setting, as it was written. */
    public Map<Setting, String> chosen() {
        return Map.copyOf(chosen);
    }

    /** A value as it is written. */
    public String text(Setting setting) {
        return chosen.getOrDefault(setting, setting.standard());
    }

    /** Milliseconds of a {@link Setting.Kind#TIME}. */
    public long millis(Setting setting) {
        return numbers[setting.ordinal()];
    }

    /** Bytes of a {@link Setting.Kind#SIZE}. */
    public long bytes(Setting setting) {
        return numbers[setting.ordinal()];
    }

    /** A {@link Setting.Kind#COUNT}. */
    public int count(Setting setting) {
        return (int) numbers[setting.ordinal()];
    }

    /** What was chosen of a {@link Setting.Kind#CHOICE}, as its place among the choices. */
    public int choice(Setting setting) {
        return (int) numbers[setting.ordinal()];
    }

    /** Whether a choice of {@code off} and others is not off. */
    public boolean on(Setting setting) {
        return numbers[setting.ordinal()] != setting.off();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Settings same && same.chosen.equals(chosen));
    }

    @Override
    public int hashCode() {
        return chosen.hashCode();
    }

    @Override
    public String toString() {
        return chosen.toString();
    }
}
