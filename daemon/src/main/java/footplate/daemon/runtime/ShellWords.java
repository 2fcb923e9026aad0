package footplate.daemon.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A command line as the operator wrote it, split into words by the quoting rules of POSIX sh (XCU §2.2), as far as that needs no shell.
 * A line that uses more of the shell (variables, pipes, globs, assignments) is run by {@code /bin/sh}.
 */
final class ShellWords {
    /** Outside of single quotes these mean something to sh; inside double quotes only {@code $} and the backquote do. */
    private static final String SPECIAL = "|&;<>()$`*?[]{}!~#\n\r";

    /** With one of these a line is more than one simple command, so a leading {@code exec} would not mean the whole of it. */
    private static final String JOINING = "|&;()\n\r";

    /** Words that {@code exec} cannot run: built into sh, or part of its grammar. */
    private static final Set<String> OF_THE_SHELL = Set.of(
            ".", ":", "!", "{", "cd", "command", "eval", "exec", "exit", "export", "for", "if", "case", "set", "source",
            "trap", "ulimit", "umask", "unset", "until", "while");

    private ShellWords() {}

    /** How a line is to be run: the program and its arguments. */
    static List<String> commandOf(String line) {
        var words = split(line);
        if (!words.isEmpty()) {
            return words;
        }
        return List.of("/bin/sh", "-c", execCanLead(line) ? "exec " + line.strip() : line);
    }

    /** The words of {@code line}; empty if there are none or if only a shell can understand it. */
    static List<String> split(String line) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean inWord = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            switch (c) {
                case ' ', '\t' -> {
                    if (inWord) {
                        words.add(word.toString());
                        word.setLength(0);
                        inWord = false;
                    }
                }
                case '\'' -> {
                    int end = line.indexOf('\'', i + 1);
                    if (end < 0) {
                        return List.of();
                    }
                    word.append(line, i + 1, end);
                    inWord = true;
                    i = end;
                }
                case '"' -> {
                    i = doubleQuoted(line, i + 1, word);
                    if (i < 0) {
                        return List.of();
                    }
                    inWord = true;
                }
                case '\\' -> {
                    i++;
                    if (i == line.length() || line.charAt(i) == '\n') {
                        return List.of();
                    }
                    word.append(line.charAt(i));
                    inWord = true;
                }
                default -> {
                    boolean assignment = c == '=' && words.isEmpty() && isName(word);
                    if (SPECIAL.indexOf(c) >= 0 || assignment) {
                        return List.of();
                    }
                    word.append(c);
                    inWord = true;
                }
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        boolean forTheShell = !words.isEmpty() && OF_THE_SHELL.contains(words.getFirst());
        return forTheShell ? List.of() : List.copyOf(words);
    }

    /** Reads from behind an opening quote; answers the place of the closing one, or -1 if a shell must see this. */
    private static int doubleQuoted(String line, int from, StringBuilder word) {
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            switch (c) {
                case '"' -> {
                    return i;
                }
                case '$', '`' -> {
                    return -1;
                }
                case '\\' -> {
                    // XCU §2.2.3: only before $ ` " \ and newline is it an escape; elsewhere it stays.
                    if (i + 1 < line.length() && "$`\"\\".indexOf(line.charAt(i + 1)) >= 0) {
                        i++;
                        word.append(line.charAt(i));
                    } else {
                        word.append(c);
                    }
                }
                default -> word.append(c);
            }
        }
        return -1;
    }

    private static boolean isName(CharSequence word) {
        return !word.isEmpty()
                && word.chars().allMatch(c -> c == '_' || Character.isLetterOrDigit(c))
                && !Character.isDigit(word.charAt(0));
    }

    private static boolean execCanLead(String line) {
        var stripped = line.strip();
        if (stripped.isEmpty() || JOINING.chars().anyMatch(c -> stripped.indexOf(c) >= 0)) {
            return false;
        }
        int end = 0;
        while (end < stripped.length() && !Character.isWhitespace(stripped.charAt(end))) {
            end++;
        }
        var first = stripped.substring(0, end);
        int equals = first.indexOf('=');
        return !OF_THE_SHELL.contains(first) && (equals < 0 || !isName(first.substring(0, equals)));
    }
}
