package footplate.cli.parse;

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
 */
public record Command(String name, String operand, int least, int most, String summary, String doc, List<Flag> flags) {
    public Command {
        flags = List.copyOf(flags);
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
        return null;
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
