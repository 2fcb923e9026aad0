package footplate.core.deploy;

import footplate.core.config.Problem;
import footplate.core.config.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads an app's {@code .env}: a variable a line, as the npm packages dotenv and dotenv-expand write them.
 *
 * <pre>
 * # a comment
 * export NAME=plain value # another
 * NAME="in double quotes: \n \r \t \" \\ \$, ${OTHER}, and over
 * several lines"
 * NAME='as it stands'   NAME=`as it stands`
 * NAME=${OTHER:-where there is no OTHER}
 * </pre>
 *
 * <p>{@code ${OTHER}} is a variable of an earlier line, else one that was there before the file was read; {@code $OTHER} is
 * text, so that a password may hold a dollar. Nothing is ever run. Where readers of such files differ (a {@code #} inside a plain
 * value) or a value would silently be empty (an unknown {@code ${OTHER}}), the line is refused. Of two lines with one name the
 * later counts. No problem tells a value.
 */
public final class EnvFile {
    /** A dollar that begins no reference, while references are looked for; Unicode has no such character. */
    private static final char ESCAPED = '\ufdd0';

    private final String where;
    private final String text;
    private final Map<String, Secret> before;
    private final Map<String, Secret> variables = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private int at;
    private int line = 1;

    /**
     * What was read.
     *
     * @param variables in the order of their first lines
     * @param problems every line that was not understood; empty if the file is fine
     */
    public record Read(Map<String, Secret> variables, List<Problem> problems) {
        public Read {
            problems = List.copyOf(problems);
        }
    }

    private EnvFile(String where, String text, Map<String, Secret> before) {
        this.where = where;
        this.text = text.startsWith("\ufeff") ? text.substring(1) : text;
        this.before = before;
    }

    /**
     * Reads a file's text.
     *
     * @param where what problems call the file
     * @param before variables that {@code ${NAME}} finds besides those of the file
     */
    public static Read read(String where, String text, Map<String, Secret> before) {
        var file = new EnvFile(where, text, before);
        while (file.at < file.text.length()) {
            file.statement();
        }
        return new Read(file.variables, file.problems);
    }

    private void statement() {
        skipBlanks();
        if (atLineEnd() || text.charAt(at) == '#') {
            nextLine();
            return;
        }
        int begun = line;
        var name = name();
        var value = name == null ? null : value(name, begun);
        if (name != null && value != null) {
            if (value.indexOf('\0') >= 0) {
                problem(begun, "the value of " + name + " holds a NUL character", "Take it out.");
            } else {
                variables.put(name, new Secret(value));
            }
        }
        nextLine();
    }

    private @Nullable String name() {
        int end = at;
        while (end < text.length() && "=\r\n".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        var name = text.substring(at, end).strip();
        if (name.startsWith("export ") || name.startsWith("export\t")) {
            name = name.substring("export ".length()).strip();
        }
        if (end == text.length() || text.charAt(end) != '=') {
            problem(line, "is not NAME=value", "Write NAME=value, or put # before a comment.");
            return null;
        }
        if (!isName(name)) {
            problem(
                    line,
                    "the name before '=' is none for a variable",
                    "Names have letters, digits and _, and begin with no digit.");
            return null;
        }
        at = end + 1;
        return name;
    }

    private @Nullable String value(String name, int begun) {
        skipBlanks();
        char quote = atLineEnd() ? '\n' : text.charAt(at);
        return switch (quote) {
            case '"' -> doubleQuoted(name, begun);
            case '\'', '`' -> singleQuoted(quote, name, begun);
            default -> plain(name, begun);
        };
    }

    private @Nullable String plain(String name, int begun) {
        int start = at;
        while (!atLineEnd()) {
            if (text.charAt(at) == '#') {
                if (at == start || isBlank(text.charAt(at - 1))) {
                    break;
                }
                problem(
                        begun,
                        "the value of " + name + " holds a # without quotes, where some readers begin a comment",
                        "Put the value in quotes, or a space before the comment.");
                return null;
            }
            at++;
        }
        return expanded(text.substring(start, at).strip().replace("\\$", ESCAPED + ""), name, begun);
    }

    private @Nullable String singleQuoted(char quote, String name, int begun) {
        int start = ++at;
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\n') {
                line++;
            }
            at++;
        }
        return closed(name, begun) ? unixLines(text.substring(start, at - 1)) : null;
    }

    private @Nullable String doubleQuoted(String name, int begun) {
        var value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c == '\n') {
                line++;
            }
            if (c == '\\' && at < text.length()) {
                char next = text.charAt(at++);
                switch (next) {
                    case 'n' -> value.append('\n');
                    case 'r' -> value.append('\r');
                    case 't' -> value.append('\t');
                    case '"', '\\' -> value.append(next);
                    case '$' -> value.append(ESCAPED);
                    default -> value.append('\\').append(next);
                }
            } else {
                value.append(c);
            }
        }
        return closed(name, begun) ? expanded(unixLines(value.toString()), name, begun) : null;
    }

    /** Stands on the closing quote, and goes past it; after it nothing but a comment may follow. */
    private boolean closed(String name, int begun) {
        if (at >= text.length()) {
            problem(begun, "the quote that begins the value of " + name + " is never closed", "Close it.");
            return false;
        }
        at++;
        int after = at;
        skipBlanks();
        boolean fine = atLineEnd() || (text.charAt(at) == '#' && at > after);
        if (!fine) {
            problem(
                    begun,
                    "something follows the closing quote of " + name,
                    "Put the whole value in quotes, and a space before a comment.");
            return false;
        }
        at = after;
        return true;
    }

    private @Nullable String expanded(String value, String name, int begun) {
        var expanded = new StringBuilder();
        int copied = 0;
        for (int start = value.indexOf("${"); start >= 0; start = value.indexOf("${", copied)) {
            int end = value.indexOf('}', start);
            if (end < 0) {
                break;
            }
            var reference = value.substring(start + 2, end);
            int dash = reference.indexOf(":-");
            var other = dash < 0 ? reference : reference.substring(0, dash);
            var otherwise = dash < 0 ? null : reference.substring(dash + 2);
            var known = variables.getOrDefault(other, before.get(other));
            expanded.append(value, copied, start);
            if (known != null && (otherwise == null || !known.reveal().isEmpty())) {
                expanded.append(known.reveal());
            } else if (otherwise != null) {
                expanded.append(otherwise);
            } else {
                problem(
                        begun,
                        "the value of " + name + " names ${" + other + "}, which is not set",
                        "Set it in a line before, write ${" + other + ":-value}, or put the value in single quotes.");
                return null;
            }
            copied = end + 1;
        }
        return expanded.append(value, copied, value.length()).toString().replace(ESCAPED, '$');
    }

    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean begins = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
            boolean follows = (c >= '0' && c <= '9') || c == '.' || c == '-';
            if (!begins && (i == 0 || !follows)) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static String unixLines(String value) {
        return value.replace("\r\n", "\n");
    }

    private void problem(int number, String what, String mend) {
        problems.add(new Problem(where + ":" + number, what, mend));
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private void skipBlanks() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
    }

    private boolean atLineEnd() {
        return at >= text.length() || text.charAt(at) == '\n' || text.charAt(at) == '\r';
    }

    private void nextLine() {
        while (!atLineEnd()) {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '\r') {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '\n') {
            at++;
        }
        line++;
    }
}
