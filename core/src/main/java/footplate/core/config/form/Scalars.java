package footplate.core.config.form;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.name.Likeness;
import footplate.core.unit.Durations;
import footplate.core.unit.Sizes;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a single text is a value of a {@link Form}, and how it is spelled properly. */
final class Scalars {
    private static final Set<String> YES = Set.of("yes", "y", "1", "enabled", "on", "true");
    private static final Set<String> NO = Set.of("no", "n", "0", "disabled", "off", "false");

    private Scalars() {}

    /** A text of this form, for messages. */
    static String example(Form form) {
        return switch (form) {
            case Form.Time _ -> "30s";
            case Form.Size _ -> "8MB";
            case Form.Count(var least, var _) -> Long.toString(Math.max(least, 1));
            case Form.Share _ -> "50%";
            case Form.Choice(var words) -> words.getFirst();
            case Form.Switch _ -> "true";
            case Form.Text(var syntax) -> syntax.example();
            case Form.Hidden _ -> "text";
            case Form.OfSetting(var setting) -> setting.standard().isEmpty() ? "text" : setting.standard();
            case Form.Many(var each, var _) -> example(each);
            case Form.Either(var brief, var _) -> example(brief);
            case Form.Named _, Form.Block _ -> "{…}";
        };
    }

    /** The proper spelling of a text that {@link #problem} has nothing against. */
    static String proper(Form form, String text) {
        return switch (form) {
            case Form.Switch _ -> YES.contains(text.toLowerCase(Locale.ROOT)) ? "true" : "false";
            case Form.Choice(var words) -> spelled(words, text);
            case Form.OfSetting(var setting) when setting.kind() == Setting.Kind.CHOICE -> choice(setting, text);
            default -> text;
        };
    }

    private static String choice(Setting setting, String text) {
        var word = text.equals("true") ? "on" : text.equals("false") ? "off" : text;
        return spelled(setting.choices(), word);
    }

    /** Dashes and underscores are the same here too. */
    private static String spelled(List<String> words, String text) {
        for (var word : words) {
            if (Key.canonical(word).equals(Key.canonical(text))) {
                return word;
            }
        }
        return text;
    }

    /** What is wrong with {@code text}; null if nothing is. */
    static @Nullable Wrong problem(Form form, String text) {
        return switch (form) {
            case Form.Time(var least, var most) -> time(text, least, most);
            case Form.Size(var least, var most) -> size(text, least, most);
            case Form.Count(var least, var most) -> count(text, least, most);
            case Form.Share _ -> share(text);
            case Form.Choice(var words) -> choice(words, spelled(words, text));
            case Form.Switch _ -> truth(text);
            case Form.Text(var syntax) -> text.isEmpty() ? empty(form) : syntax.problem(text);
            case Form.OfSetting(var setting) -> setting(setting, text);
            case Form.Hidden _ -> null;
            case Form.Many _, Form.Named _, Form.Block _, Form.Either _ ->
                throw new IllegalStateException(form + " is written as no single text");
        };
    }

    private static Wrong empty(Form form) {
        return new Wrong("it is empty", "Write some text, as " + example(form) + ", or remove it.");
    }

    private static @Nullable Wrong time(String text, long least, long most) {
        var unit = unit(text, "s", "'ms', 's', 'm', 'h' and 'd'");
        if (unit != null) {
            return unit;
        }
        var millis = Durations.parseMillis(text);
        if (millis.isEmpty()) {
            return new Wrong("it is no time", "Write a number and a unit: 500ms, 30s, 5m, 2h.");
        }
        return range(
                millis.getAsLong(),
                least,
                most,
                Durations.print(java.time.Duration.ofMillis(least)),
                Durations.print(java.time.Duration.ofMillis(most)));
    }

    private static @Nullable Wrong size(String text, long least, long most) {
        var unit = unit(text, "MB", "'B', 'KB', 'MB' and 'GB'");
        if (unit != null) {
            return unit;
        }
        var bytes = Sizes.parseBytes(text);
        if (bytes.isEmpty()) {
            return new Wrong("it is no size", "Write a number and a unit: 64KB, 8MB, 1GB.");
        }
        return range(bytes.getAsLong(), least, most, Sizes.print(least), Sizes.print(most));
    }

    private static @Nullable Wrong unit(String text, String usual, String all) {
        boolean bare = isDigits(text) && !text.chars().allMatch(c -> c == '0');
        return bare
                ? new Wrong(
                        "the unit is missing", "Write " + text + usual + ", if that is meant; units are " + all + ".")
                : null;
    }

    private static @Nullable Wrong count(String text, long least, long most) {
        if (isDigits(text) && text.length() > 1 && text.charAt(0) == '0') {
            var plain = text.replaceFirst("^0+(?=.)", "");
            return new Wrong(
                    "a number with a leading zero can be read in two ways", "Write " + plain + ", if that is meant.");
        }
        if (!isDigits(text) || text.length() > 9) {
            return new Wrong("it is no whole number", "Write digits only, as " + Math.max(least, 10) + ".");
        }
        return range(Long.parseLong(text), least, most, Long.toString(least), Long.toString(most));
    }

    private static @Nullable Wrong share(String text) {
        boolean share = text.endsWith("%")
                && text.length() <= 4
                && isDigits(text.substring(0, text.length() - 1))
                && Integer.parseInt(text.substring(0, text.length() - 1)) <= 100;
        return share ? null : new Wrong("it is no percentage", "Write 0% to 100%.");
    }

    private static @Nullable Wrong range(long number, long least, long most, String low, String high) {
        if (number < least) {
            return new Wrong("it is too low", "Write " + low + " or more.");
        }
        return number > most ? new Wrong("it is too high", "Write " + high + " or less.") : null;
    }

    private static @Nullable Wrong choice(List<String> words, String text) {
        if (words.contains(text)) {
            return null;
        }
        var nearest = Likeness.nearest(text, words);
        var all = "one of: " + String.join(", ", words) + ".";
        return new Wrong(
                "it is none of its words", nearest == null ? "Write " + all : "Write '" + nearest + "', " + all);
    }

    private static @Nullable Wrong truth(String text) {
        if (text.equals("true") || text.equals("false") || text.equals("on") || text.equals("off")) {
            return null;
        }
        var lower = text.toLowerCase(Locale.ROOT);
        if (YES.contains(lower) || NO.contains(lower)) {
            return new Wrong("in YAML 1.2 it is a text", "Write " + (YES.contains(lower) ? "true." : "false."));
        }
        return new Wrong("it is neither true nor false", "Write true or false.");
    }

    private static @Nullable Wrong ofSetting(Setting setting, String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        boolean yes = YES.contains(lower) && setting.choices().contains("on");
        boolean no = NO.contains(lower) && setting.choices().contains("off");
        return (yes || no) && !setting.choices().contains(text)
                ? new Wrong("in YAML 1.2 it is a text", yes ? "Write on." : "Write off.")
                : choice(setting.choices(), text);
    }

    private static @Nullable Wrong setting(Setting setting, String text) {
        var missing = switch (setting.kind()) {
            case TIME -> unit(text, "s", "'ms', 's', 'm', 'h' and 'd'");
            case SIZE -> unit(text, "MB", "'B', 'KB', 'MB' and 'GB'");
            case COUNT -> count(text, 0, Integer.MAX_VALUE);
            case CHOICE -> ofSetting(setting, choice(setting, text));
            case TEXT -> null;
        };
        if (missing != null) {
            return missing;
        }
        var problem = Settings.problem(setting, choice(setting, text));
        if (problem == null) {
            return null;
        }
        var what = problem.what().replace("'" + text + "' ", "").replace("'" + text + "': ", "");
        var kind = switch (setting.kind()) {
            case TIME -> "it is no time";
            case SIZE -> "it is no size";
            case COUNT, CHOICE, TEXT -> "it is no value of that kind";
        };
        return new Wrong(
                what.replace("is not a value for it", kind)
                        .replaceFirst("^is too", "it is too")
                        .replace(" for it", ""),
                problem.mend());
    }

    static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
