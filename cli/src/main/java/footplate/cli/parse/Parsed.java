package footplate.cli.parse;

import footplate.core.config.Setting;
import footplate.core.unit.Durations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command line that was read and whose values are all of their flag's kind.
 *
 * @param command which command
 * @param operands what is no flag, in order
 * @param given flags with their values, in order
 */
public record Parsed(Command command, List<String> operands, List<Given> given) {
    /**
     * A flag that was given.
     *
     * @param text its value; empty for a switch
     */
    public record Given(Flag flag, String text) {}

    public Parsed {
        operands = List.copyOf(operands);
        given = List.copyOf(given);
    }

    /** {@return the operand at that place; null if there are fewer} */
    public @Nullable String operand(int index) {
        return index < operands.size() ? operands.get(index) : null;
    }

    public boolean has(Flag flag) {
        return text(flag) != null;
    }

    /** {@return the first flag that was given beside {@code flag}, by name; null if there is none} */
    public @Nullable String firstFlagBut(Flag flag) {
        for (Given one : given) {
            if (!one.flag().name().equals(flag.name())) {
                return one.flag().name();
            }
        }
        return null;
    }

    /** {@return the flag's value; null if it was not given} */
    public @Nullable String text(Flag flag) {
        for (Given one : given) {
            if (one.flag().name().equals(flag.name())) {
                return one.text();
            }
        }
        return null;
    }

    /** {@return every value of a repeatable flag} */
    public List<String> texts(Flag flag) {
        List<String> texts = new ArrayList<>();
        for (Given one : given) {
            if (one.flag().name().equals(flag.name())) {
                texts.add(one.text());
            }
        }
        return texts;
    }

    /** {@return the settings that were given as flags, in order} */
    public Map<Setting, String> settings() {
        Map<Setting, String> settings = new LinkedHashMap<>();
        for (Given one : given) {
            if (one.flag().value() instanceof Flag.Value.Of(var setting)) {
                settings.put(setting, one.text());
            }
        }
        return settings;
    }

    /** {@return the number; null if it was not given} */
    public @Nullable Integer count(Flag flag) {
        String text = text(flag);
        return text == null ? null : Integer.valueOf(text);
    }

    /** {@return the duration in milliseconds; null if it was not given} */
    public @Nullable Long millis(Flag flag) {
        String text = text(flag);
        return text == null ? null : Durations.parseMillis(text).orElseThrow();
    }
}
