package footplate.core.config.routes;

import footplate.core.config.form.Wrong;
import footplate.core.name.HostName;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Which hosts a route is for (nginx: server_name). */
public sealed interface HostMatch {
    /** As it was written, in lower case but for an expression. */
    String text();

    /** This name. */
    record Exact(String text) implements HostMatch {}

    /** {@code *.example.org}: every name that ends so, at any depth. */
    record Ending(String text) implements HostMatch {}

    /** {@code www.example.*}: every name that begins so. */
    record Beginning(String text) implements HostMatch {}

    /** {@code ~EXPRESSION}: found somewhere in the name, in lower case. */
    record Expression(String text) implements HostMatch {
        /** The names of its groups. */
        public Set<String> groups() {
            return Expressions.groups(text.substring(1));
        }
    }

    /** What is wrong with {@code text}; null if nothing is. */
    static @Nullable Wrong problem(String text) {
        if (text.startsWith("~")) {
            return Expressions.problem(text.substring(1));
        }
        if (text.contains("://") || text.indexOf('/') >= 0) {
            return new Wrong("a host has no path and no scheme", "Write the name alone, as shop.example.");
        }
        var name = text.startsWith("*.")
                ? text.substring(2)
                : text.endsWith(".*") ? text.substring(0, text.length() - 2) : text;
        if (name.indexOf(':') >= 0 && name.matches(".*:[0-9]+")) {
            return new Wrong("a host has no port", "Write the name alone; ports stand at 'listen'.");
        }
        if (name.indexOf('*') >= 0) {
            return new Wrong(
                    "the star stands for whole labels, at the beginning or the end",
                    "Write *.example or www.*; for other shapes an expression, as '~^shop-[0-9]+\\.example$'.");
        }
        return isHost(name)
                ? null
                : new Wrong("it is no host name", "Write letters, digits and dashes, joined by dots, as shop.example.");
    }

    private static boolean isHost(String name) {
        try {
            return !new HostName(name).value().isEmpty();
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    /** Reads one that {@link #problem} has nothing against. */
    static HostMatch of(String text) {
        if (text.startsWith("~")) {
            return new Expression(text);
        }
        var lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("*.")) {
            return new Ending(lower);
        }
        return lower.endsWith(".*") ? new Beginning(lower) : new Exact(new HostName(lower).value());
    }

    /** Regular expressions as the file has them. */
    final class Expressions {
        private static final int LONGEST = 1_000;

        private Expressions() {}

        static @Nullable Wrong problem(String expression) {
            if (expression.isEmpty() || expression.length() > LONGEST) {
                return new Wrong(
                        "an expression has 1 to " + LONGEST + " characters",
                        "Write it behind the '~', as '~^/v[0-9]+/'.");
            }
            try {
                Pattern.compile(expression);
                return null;
            } catch (PatternSyntaxException wrong) {
                var where = wrong.getIndex() < 0 ? "" : ", at its character " + (wrong.getIndex() + 1);
                return new Wrong(
                        "it is no regular expression (" + wrong.getDescription() + where + ")",
                        "Correct it; a dot that means a dot is \\., in single quotes.");
            }
        }

        static Set<String> groups(String expression) {
            return new TreeSet<>(Pattern.compile(expression).namedGroups().keySet());
        }
    }
}
