package footplate.core.config.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A text with parts of the request in it: {@code http://host_${node}:80}; {@code $uri} means the same as {@code ${uri}} where no braces follow.
 *
 * @param text as it was written
 */
public record Template(String text, List<Part> parts) {
    /** What of a request can be named anywhere. */
    public static final List<String> VARIABLES = List.of(
            "host", "uri", "path", "query", "request_uri", "scheme", "method", "port", "remote_addr", "request_id");

    public Template {
        parts = List.copyOf(parts);
    }

    /** A piece of a template. */
    public sealed interface Part {}

    public record Fixed(String text) implements Part {}

    /** A variable of the request, or what a group of the route's host or path matched. */
    public record Named(String name) implements Part {}

    /** Reads one; a dollar sign that begins no name stays as it is. */
    public static Template of(String text) {
        var parts = new ArrayList<Part>();
        var plain = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            var name = text.charAt(at) == '$' ? nameAt(text, at + 1) : "";
            if (name.isEmpty()) {
                plain.append(text.charAt(at++));
                continue;
            }
            if (!plain.isEmpty()) {
                parts.add(new Fixed(plain.toString()));
                plain.setLength(0);
            }
            parts.add(new Named(name));
            at += 1 + name.length() + (text.charAt(at + 1) == '{' ? 2 : 0);
        }
        if (!plain.isEmpty()) {
            parts.add(new Fixed(plain.toString()));
        }
        return new Template(text, parts);
    }

    private static String nameAt(String text, int from) {
        boolean braces = from < text.length() && text.charAt(from) == '{';
        int begin = braces ? from + 1 : from;
        int end = begin;
        while (end < text.length() && isName(text.charAt(end))) {
            end++;
        }
        boolean closed = !braces || (end < text.length() && text.charAt(end) == '}');
        return closed ? text.substring(begin, end) : "";
    }

    private static boolean isName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    /** The names in it. */
    public Set<String> names() {
        var names = new TreeSet<String>();
        for (var part : parts) {
            if (part instanceof Named(var name)) {
                names.add(name);
            }
        }
        return names;
    }
}
