package footplate.cli.parse;

import footplate.core.config.Setting;
import java.util.ArrayList;
import java.util.List;

/** The words of {@code help}, and the page {@code docs/reference/cli.md}: made from the declarations. */
public final class HelpText {
    private static final int LONGEST_LINE = 96;

    private HelpText() {}

    /** {@return the list of commands} */
    public static String overview() {
        var text = new StringBuilder();
        text.append("Footplate runs web apps: it starts their processes, serves them, and keeps them running.\n\n");
        text.append("    footplate COMMAND [FLAGS]\n\n");
        for (Command command : Commands.all()) {
            text.append("  ");
            pad(text, command.name(), 10);
            text.append(command.summary()).append('\n');
        }
        text.append(
                "\n'footplate help COMMAND' shows a command's flags. Exit codes: 0 done, 1 failed, 2 wrong usage.\n");
        text.append(
                "FOOTPLATE_HOME names the folder for state and logs (otherwise ~/.footplate). NO_COLOR turns colours off.\n");
        return text.toString();
    }

    /** {@return a command's help} */
    public static String of(Command command) {
        var text = new StringBuilder();
        text.append(command.summary())
                .append(".\n\n    ")
                .append(command.usage())
                .append('\n');
        if (!command.doc().isEmpty()) {
            text.append('\n');
            wrapped(text, command.doc(), 0);
        }
        text.append('\n');
        List<Flag> flags = new ArrayList<>(command.flags());
        flags.add(Parser.HELP);
        list(text, flags);
        if (command.settings() != SettingFlags.NONE) {
            text.append("\nHow requests are served. TIME is written 500ms, 30s, 5m, 2h; SIZE is 64KB, 8MB, 1GB:\n\n");
            list(text, command.settings().flags());
        }
        return text.toString();
    }

    private static void list(StringBuilder text, List<Flag> flags) {
        int widest = 0;
        for (Flag flag : flags) {
            widest = Math.max(widest, indented(flag).length());
        }
        for (Flag flag : flags) {
            text.append("  ");
            pad(text, indented(flag), widest + 2);
            wrapped(text, sentence(flag), widest + 4);
        }
    }

    /** {@return the reference page, in Markdown} */
    public static String page() {
        var text = new StringBuilder();
        text.append("# The command line\n\n");
        text.append(
                "Generated from the declarations in `cli/src/main/java/footplate/cli/parse/Commands.java`; a test compares.\n\n");
        text.append(
                "Exit codes: 0 done, 1 failed, 2 wrong usage. Times are written `500ms`, `30s`, `5m`, `2h`; sizes `64KB`, `8MB`, `1GB`.\n");
        for (Command command : Commands.all()) {
            text.append("\n## ")
                    .append(command.name())
                    .append("\n\n`")
                    .append(command.usage())
                    .append("`\n\n");
            text.append(command.summary()).append('.');
            if (!command.doc().isEmpty()) {
                text.append(' ').append(command.doc());
            }
            text.append('\n');
            if (!command.flags().isEmpty()) {
                text.append("\n| flag | what it does | without it |\n| --- | --- | --- |\n");
                for (Flag flag : command.flags()) {
                    row(text, flag.usage(), flag);
                }
            }
            switch (command.settings()) {
                case NONE -> {}
                case APP -> text.append("\nBesides, each [setting](#settings) of an app is a flag.\n");
                case RUN -> text.append("\nBesides, each [setting](#settings) that has dashes there is a flag.\n");
                case PROXY, FILES -> named(text, command.settings());
            }
        }
        settings(text);
        return text.toString();
    }

    private static void named(StringBuilder text, SettingFlags settings) {
        text.append("\nBesides, these [settings](#settings) are flags:");
        String before = " ";
        for (Flag flag : settings.flags()) {
            text.append(before).append('`').append(flag.name()).append('`');
            before = ", ";
        }
        text.append(".\n");
    }

    private static void settings(StringBuilder text) {
        text.append("\n## Settings\n\nHow requests are served, from `core/config/Setting`.");
        for (Setting.Scope scope : Setting.Scope.values()) {
            text.append(
                    switch (scope) {
                        case SERVER -> "\n\nOf the server, for all apps alike:\n";
                        case APP -> "\n\nOf an app; [proxy](#proxy) and [serve](#serve) name those that they take:\n";
                    });
            text.append("\n| setting | meaning | default |\n| --- | --- | --- |\n");
            for (Setting setting : Setting.values()) {
                if (setting.scope() == scope) {
                    Flag flag = Flag.of(setting);
                    // What is a flag of no command is the background daemon's alone.
                    row(text, isFlag(flag) ? flag.usage() : flag.usage().substring(2), flag);
                }
            }
            text.setLength(text.length() - 1);
        }
        text.append('\n');
    }

    private static boolean isFlag(Flag flag) {
        for (Command command : Commands.all()) {
            if (command.flag(flag.name()) != null) {
                return true;
            }
        }
        return false;
    }

    private static void row(StringBuilder text, String name, Flag flag) {
        text.append("| `").append(name.replace("|", "\\|")).append("` | ");
        text.append(flag.doc()).append(" | ").append(flag.otherwise()).append(" |\n");
    }

    /** Flags without a letter are set under those with one. */
    private static String indented(Flag flag) {
        return flag.letter() == '\0' ? "    " + flag.usage() : flag.usage();
    }

    private static String sentence(Flag flag) {
        return flag.doc() + (flag.otherwise().isEmpty() ? "" : " (otherwise: " + flag.otherwise() + ")");
    }

    private static void pad(StringBuilder text, String word, int width) {
        text.append(word);
        for (int i = word.length(); i < width; i++) {
            text.append(' ');
        }
    }

    /** Appends words from the current column, which is {@code indent}, and ends the line. */
    private static void wrapped(StringBuilder text, String words, int indent) {
        int column = indent;
        int from = 0;
        while (from < words.length()) {
            int to = words.indexOf(' ', from);
            if (to < 0) {
                to = words.length();
            }
            if (column > indent && column + 1 + to - from > LONGEST_LINE) {
                text.append('\n');
                pad(text, "", indent);
                column = indent;
            } else if (column > indent) {
                text.append(' ');
                column++;
            }
            text.append(words, from, to);
            column += to - from;
            from = to + 1;
        }
        text.append('\n');
    }
}
