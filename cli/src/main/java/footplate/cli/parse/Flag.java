package footplate.cli.parse;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.unit.Durations;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One flag of a command, declared once: parsing, help, usage errors and the reference page read this.
 *
 * @param name with its dashes, such as {@code --port}
 * @param letter the short form's letter; 0 for none
 * @param value what may follow it
 * @param doc one sentence, without a full stop
 * @param otherwise what counts when it is not given, for people; empty for nothing
 * @param repeatable whether it may be given more than once
 */
public record Flag(String name, char letter, Value value, String doc, String otherwise, boolean repeatable) {
    /** What follows a flag. */
    public sealed interface Value {
        /** What help shows in its place; empty for a switch. */
        String placeholder();

        /** What is wrong with {@code text}; null if it will do. */
        @Nullable
        String refusal(String text);

        /** Nothing follows: it is there or not. */
        record Switch() implements Value {
            @Override
            public String placeholder() {
                return "";
            }

            @Override
            public @Nullable String refusal(String text) {
                return "takes no value";
            }
        }

        /** Any text that is not empty. */
        record Text(String placeholder) implements Value {
            @Override
            public @Nullable String refusal(String text) {
                return text.isEmpty() ? "must not be empty" : null;
            }
        }

        /** A whole number from {@code least} to {@code most}. */
        record Count(String placeholder, int least, int most) implements Value {
            @Override
            public @Nullable String refusal(String text) {
                Long number = wholeNumber(text);
                return number != null && number >= least && number <= most
                        ? null
                        : "must be a whole number from " + least + " to " + most;
            }
        }

        /** A duration such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, of at least {@code leastMs} milliseconds. */
        record Time(String placeholder, long leastMs) implements Value {
            @Override
            public @Nullable String refusal(String text) {
                OptionalLong millis = Durations.parseMillis(text);
                if (millis.isEmpty()) {
                    return "must be a duration such as 500ms, 30s, 5m or 2h";
                }
                return millis.getAsLong() < leastMs ? "must be at least " + leastMs + "ms" : null;
            }
        }

        /** A value of a setting; {@code on} where there is a choice of that and {@code off} alone, and neither is given. */
        record Of(Setting setting) implements Value {
            @Override
            public String placeholder() {
                if (isOnOff()) {
                    return "[on|off]";
                }
                return switch (setting.kind()) {
                    case TIME -> "TIME";
                    case SIZE -> "SIZE";
                    case COUNT -> "N";
                    case CHOICE -> String.join("|", setting.choices());
                    case TEXT -> setting.namesFolder() ? "DIR" : "TEXT";
                };
            }

            @Override
            public @Nullable String refusal(String text) {
                return Settings.problem(setting, text) == null ? null : "needs another value";
            }

            boolean isOnOff() {
                return setting.choices().equals(List.of("off", "on"));
            }
        }

        /** One of a few words. */
        record Choice(String placeholder, List<String> words) implements Value {
            public Choice {
                words = List.copyOf(words);
            }

            @Override
            public @Nullable String refusal(String text) {
                return words.contains(text) ? null : "must be " + String.join(" or ", words);
            }
        }
    }

    /** A flag that is there or not. */
    public static Flag on(String name, char letter, String doc) {
        return new Flag(name, letter, new Value.Switch(), doc, "", false);
    }

    /** The flag of a setting. */
    static Flag of(Setting setting) {
        return new Flag(
                "--" + setting.label(),
                '\0',
                new Value.Of(setting),
                setting.meaning(),
                setting.standard().isEmpty() ? "none" : setting.standard(),
                false);
    }

    /** A flag with a value, given at most once. */
    public static Flag with(String name, Value value, String doc, String otherwise) {
        return new Flag(name, '\0', value, doc, otherwise, false);
    }

    public Flag letter(char newLetter) {
        return new Flag(name, newLetter, value, doc, otherwise, repeatable);
    }

    public Flag repeated() {
        return new Flag(name, letter, value, doc, otherwise, true);
    }

    /** Whether its value may be left out. */
    boolean mayStandAlone() {
        return value instanceof Value.Of of && of.isOnOff();
    }

    public boolean isSwitch() {
        return value instanceof Value.Switch;
    }

    /** {@return how help writes it: {@code -n, --name NAME}} */
    public String usage() {
        String full = isSwitch() ? name : name + ' ' + value.placeholder();
        return letter == '\0' ? full : "-" + letter + ", " + full;
    }

    /** {@return the number; null if the text is none, or has over 9 digits} */
    static @Nullable Long wholeNumber(String text) {
        int start = text.startsWith("-") ? 1 : 0;
        if (text.length() == start || text.length() > start + 9) {
            return null;
        }
        for (int i = start; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return null;
            }
        }
        return Long.parseLong(text);
    }
}
