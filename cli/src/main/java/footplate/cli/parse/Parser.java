package footplate.cli.parse;

import footplate.api.v1.Problem;
import footplate.core.config.Settings;
import footplate.core.name.Likeness;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what follows a command's name, by the command's declaration: {@code --flag VALUE}, {@code --flag=VALUE}, {@code -f VALUE},
 * {@code -fVALUE}; {@code --} ends the flags. All mistakes are told at once.
 */
public final class Parser {
    /** Every command has it. */
    public static final Flag HELP = Flag.on("--help", 'h', "Show this help");

    private final Command command;
    private final List<String> arguments;
    private final List<String> operands = new ArrayList<>();
    private final List<Parsed.Given> given = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private int at;

    private Parser(Command command, List<String> arguments) {
        this.command = command;
        this.arguments = arguments;
    }

    /**
     * Reads the arguments of a command.
     *
     * @throws UsageException with all that is wrong; not if help is asked for
     */
    public static Parsed parse(Command command, List<String> arguments) throws UsageException {
        return new Parser(command, arguments).parse();
    }

    private Parsed parse() throws UsageException {
        boolean flags = true;
        while (at < arguments.size()) {
            String argument = arguments.get(at++);
            if (!flags || argument.length() < 2 || argument.charAt(0) != '-' || isNumber(argument)) {
                operands.add(argument);
            } else if (argument.equals("--")) {
                flags = false;
            } else if (argument.startsWith("--")) {
                longFlag(argument);
            } else {
                shortFlag(argument);
            }
        }
        var parsed = new Parsed(command, operands, given);
        if (parsed.has(HELP)) {
            return parsed;
        }
        countOperands();
        if (!problems.isEmpty()) {
            throw new UsageException(problems);
        }
        return parsed;
    }

    /** {@code scale APP -1}: an operand, as no flag is a digit. */
    private static boolean isNumber(String argument) {
        return Flag.wholeNumber(argument) != null;
    }

    private void longFlag(String argument) {
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        Flag flag = name.equals(HELP.name()) ? HELP : command.flag(name);
        if (flag == null) {
            var senseless = command.settings().senseless(name);
            if (senseless == null) {
                unknown(name);
            } else {
                problem(name, "is not a flag of '" + command.name() + "': " + senseless.why(), senseless.mend());
                passOverValue(senseless.flag(), equals >= 0);
            }
        } else {
            take(flag, name, equals < 0 ? null : argument.substring(equals + 1));
        }
    }

    /** Its value is no operand, and nothing to be told of besides. */
    private void passOverValue(Flag flag, boolean attached) {
        if (!attached && at < arguments.size() && flag.value().refusal(arguments.get(at)) == null) {
            at++;
        }
    }

    private void shortFlag(String argument) {
        char letter = argument.charAt(1);
        Flag flag = letter == HELP.letter() ? HELP : command.flag(letter);
        if (flag == null) {
            unknown(argument.substring(0, 2));
        } else {
            take(flag, argument.substring(0, 2), argument.length() == 2 ? null : argument.substring(2));
        }
    }

    /** @param attached the value that came with the flag in one word; null if none did */
    private void take(Flag flag, String typed, @Nullable String attached) {
        String text;
        if (flag.isSwitch()) {
            text = attached;
        } else if (attached != null) {
            text = attached;
        } else if (flag.mayStandAlone()) {
            text = at < arguments.size() && flag.value().refusal(arguments.get(at)) == null
                    ? arguments.get(at++)
                    : "on";
        } else if (at < arguments.size() && !looksLikeFlag(arguments.get(at))) {
            text = arguments.get(at++);
        } else {
            problem(typed, "needs a value", "Write '" + flag.usage() + "'.");
            return;
        }
        if (text != null && flag.value() instanceof Flag.Value.Of(var setting)) {
            var wrong = Settings.problem(setting, text);
            if (wrong != null) {
                problem(typed, wrong.what(), wrong.mend());
                return;
            }
        }
        String refusal = text == null ? null : flag.value().refusal(text);
        if (refusal != null) {
            problem(typed, refusal + (flag.isSwitch() ? "" : ", but is '" + text + "'"), mend(flag));
        } else if (!flag.repeatable() && !flag.isSwitch() && has(flag)) {
            problem(typed, "is given twice", "Give it once.");
        } else {
            given.add(new Parsed.Given(flag, text == null ? "" : text));
        }
    }

    /** A value may begin with a dash (a command line, a number), but not be a flag of this command. */
    private boolean looksLikeFlag(String argument) {
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        if (name.startsWith("--")) {
            return command.flag(name) != null;
        }
        return argument.length() == 2 && argument.charAt(0) == '-' && command.flag(argument.charAt(1)) != null;
    }

    private boolean has(Flag flag) {
        for (Parsed.Given one : given) {
            if (one.flag().equals(flag)) {
                return true;
            }
        }
        return false;
    }

    private static String mend(Flag flag) {
        return "Write '" + flag.usage() + "'"
                + (flag.otherwise().isEmpty() ? "." : "; without it: " + flag.otherwise() + ".");
    }

    private void unknown(String name) {
        List<String> names = new ArrayList<>();
        for (Flag flag : command.allFlags()) {
            names.add(flag.name());
        }
        names.add(HELP.name());
        String nearest = Likeness.nearest(name, names);
        problem(
                name,
                "is not a flag of '" + command.name() + "'",
                nearest == null
                        ? "'footplate help " + command.name() + "' shows its flags."
                        : "Did you mean '" + nearest + "'?");
    }

    private void countOperands() {
        if (operands.size() < command.least()) {
            problem(command.name(), "needs " + command.operand(), "Write '" + command.usage() + "'.");
        } else if (operands.size() > command.most()) {
            String first = operands.get(command.most());
            problem(
                    first,
                    command.most() == 0
                            ? "'" + command.name() + "' takes nothing but flags"
                            : "'" + command.name() + "' takes " + command.operand() + " and no more",
                    "Write '" + command.usage() + "'.");
        }
    }

    private void problem(String where, String what, String mend) {
        problems.add(new Problem(where, what, mend));
    }
}
