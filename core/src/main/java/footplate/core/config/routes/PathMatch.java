package footplate.core.config.routes;

import footplate.core.config.form.Wrong;
import footplate.core.http.NormalPath;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which paths a route is for (nginx: location). */
public sealed interface PathMatch {
    /** As it was written. */
    String text();

    record Any() implements PathMatch {
        @Override
        public String text() {
            return "/*";
        }
    }

    /** {@code /a}: this path alone. */
    record Exact(String text) implements PathMatch {}

    /** {@code /a/*}: this folder and all below it; {@code prefix} is {@code /a}. */
    record Below(String prefix) implements PathMatch {
        @Override
        public String text() {
            return prefix + "/*";
        }
    }

    /** {@code ~EXPRESSION}. */
    record Expression(String text) implements PathMatch {
        public Set<String> groups() {
            return HostMatch.Expressions.groups(text.substring(1));
        }
    }

    /** What is wrong with {@code text}; null if nothing is. */
    static @Nullable Wrong problem(String text) {
        if (text.startsWith("~")) {
            return HostMatch.Expressions.problem(text.substring(1));
        }
        if (!text.startsWith("/")) {
            return new Wrong("a path begins with a slash", "Write /" + text.replaceFirst("^\\*?/*", "") + ".");
        }
        var fixed = text.endsWith("/*") ? text.substring(0, text.length() - 1) : text;
        if (fixed.indexOf('*') >= 0) {
            return new Wrong(
                    "a star stands alone at the end",
                    "Write /api/* for all below it; for other shapes an expression, as '~^/v[0-9]+/'.");
        }
        if (fixed.indexOf('?') >= 0 || fixed.indexOf('#') >= 0) {
            return new Wrong("a path has no query", "Write the path alone; 'query' is a setting of its own.");
        }
        if (!fixed.chars().allMatch(c -> c > ' ' && c < 127)) {
            return new Wrong(
                    "a path has neither spaces nor letters beyond ASCII", "Write them percent-encoded, as %20.");
        }
        return NormalPath.of(fixed) == null
                ? new Wrong(
                        "no request can have this path",
                        "Write two digits behind each percent sign (%25 for the sign itself), and no '..' above the root.")
                : null;
    }

    /** Reads one that {@link #problem} has nothing against. */
    static PathMatch of(String text) {
        if (text.startsWith("~")) {
            return new Expression(text);
        }
        if (text.equals("/*")) {
            return new Any();
        }
        return text.endsWith("/*") ? new Below(text.substring(0, text.length() - 2)) : new Exact(text);
    }
}
