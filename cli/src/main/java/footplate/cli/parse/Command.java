package footplate.cli.parse;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One command, declared once.
 *
 * @param name what is typed
 * @param operand what may follow beside flags, such as {@code [TARGET]}; empty for nothing
 * @param least operands at least
 * @param most operands at most
 * @param summary one line for the list of commands, without a full stop
 * @param doc further sentences for its help; may be empty
 * @param flags in the order help shows them
 * @param settings which settings have flags here besides; those come after
 */
public record Command(
        String name,
        String operand,
        int least,
        int most,
        String summary,
        String doc,
        List<Flag> flags,
        SettingFlags settings) {
    public Command {
        flags = List.copyOf(flags);
    }

    /** A command without flags for settings. */
    public Command(String name, String operand, int least, int most, String summary, String doc, List<Flag> flags) {
        this(name, operand, least, most, summary, doc, flags, SettingFlags.NONE);
    }

    /** {@return every flag, those of settings included} */
    public List<Flag> allFlags() {
        List<Flag> all = new ArrayList<>(flags);
        all.addAll(settings.flags());
        return all;
    }

    /** {@return how it is called, on one line} */
    public String usage() {
        return "footplate " + name + (operand.isEmpty() ? "" : " " + operand) + (flags.isEmpty() ? "" : " [FLAGS]");
    }

    @Nullable
    Flag flag(String flagName) {
        for (Flag flag : flags) {
            if (flag.name().equals(flagName)) {
                return flag;
            }
        }
        return settings.flag(flagName);
    }

    @Nullable
    Flag flag(char letter) {
        for (Flag flag : flags) {
            if (flag.letter() == letter) {
                return flag;
            }
        }
        return null;
    }
}
