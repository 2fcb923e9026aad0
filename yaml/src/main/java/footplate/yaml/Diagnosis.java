package footplate.yaml;

import footplate.core.config.tree.Mistake;
import footplate.core.config.tree.Node;
import footplate.core.config.tree.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says in an operator's words why a text is no YAML. The library's words are told only where no usual mistake is behind it. */
final class Diagnosis {
    private static final String DOCS = "Compare it with the examples in docs/reference/footplate.yml.md.";

    private Diagnosis() {}

    /**
     * A mistake that was mended for the rest of the file's sake.
     *
     * @param begin where the text begins that is not to be believed
     */
    record Repair(Mistake mistake, Place begin) {}

    static Mistake alias(Place place, String name) {
        return quotes(place, "*" + name, '*');
    }

    static Mistake anchor(Place place, String name) {
        return shared(place, "&" + name);
    }

    /** Where the name was given to a part of the file, no text is meant. */
    static Mistake aliasOfAnchor(Place place, String name) {
        return shared(place, "*" + name);
    }

    private static Mistake shared(Place place, String text) {
        return new Mistake(
                place,
                "'" + shown(text) + "' is one of YAML's anchors and aliases, which this file does not have.",
                "Write the settings out; at the top of the file they count for every app. If a text is meant, put it in quotes.");
    }

    private static Mistake quotes(Place place, String text, char reserved) {
        return new Mistake(
                place,
                "'" + shown(text) + "' begins with '" + reserved + "', which means something else in YAML.",
                "Put it in quotes: \"" + shown(text).replace("\\", "\\\\").replace("\"", "\\\"") + "\".");
    }

    static Mistake twice(Node.Scalar key, Place first) {
        return new Mistake(
                key.place(),
                "'" + shown(key.text()) + "' is there twice, first in line " + first.line() + ".",
                "Keep one of the two, or put their lines together.");
    }

    /** A mapping's key that is none. */
    static Mistake noName(Node key, boolean flow) {
        boolean braces = flow && key instanceof Node.Mapping;
        return new Mistake(
                key.place(),
                braces ? "'{{' begins a block within a block." : "A name stands here, and this is none.",
                braces
                        ? "Put a text with braces in quotes; variables of the environment are written ${NAME}."
                        : "Write a setting's name and a colon.");
    }

    /** Replaces a character that YAML reserves by a letter; null where that is not the mistake. */
    static @Nullable Repair repair(MarkedYamlEngineException wrong, Lines lines) {
        var place = Tree.place(wrong.getProblemMark());
        var begin = Tree.place(wrong.getContextMark());
        var problem = wrong.getProblem();
        if (problem.startsWith("found unknown escape character")) {
            lines.letter(new Place(place.line(), place.column() - 1));
            return new Repair(escape(place, lines), begin);
        }
        if ("while scanning an alias".equals(wrong.getContext())
                || "while scanning an anchor".equals(wrong.getContext())) {
            return repaired(begin, lines);
        }
        if (problem.contains("cannot start any token")) {
            return "@%`".indexOf(lines.at(place)) >= 0 ? repaired(place, lines) : null;
        }
        boolean colon = problem.startsWith("expected the node content, but found ':'") && lines.at(place) == ':';
        return colon ? repaired(place, lines) : null;
    }

    private static Repair repaired(Place place, Lines lines) {
        char reserved = (char) lines.at(place);
        var rest = lines.line(place.line());
        var text = rest.substring(Math.min(rest.length(), rest.offsetByCodePoints(0, place.column() - 1)))
                .replaceFirst("(\\s+#.*|\\s*[,\\]}].*|\\s+)$", "");
        lines.letter(place);
        return new Repair(quotes(place, text, reserved), place);
    }

    private static Mistake escape(Place place, Lines lines) {
        var character = Character.toString(lines.at(place));
        return new Mistake(
                new Place(place.line(), place.column() - 1),
                "In double quotes a backslash begins an escape, and there is no '\\" + character + "'.",
                "Write '\\\\" + character + "', or put the text in single quotes, where a backslash is a backslash.");
    }

    /** What a text that ends here, so to speak, should have been. */
    static Mistake of(MarkedYamlEngineException wrong, Lines lines) {
        var place = Tree.place(wrong.getProblemMark());
        var problem = wrong.getProblem();
        if (problem.contains("cannot start any token") && lines.at(place) == '\t') {
            return tab(place, lines);
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return unexpectedColon(place, lines);
        }
        if (problem.startsWith("expected ',' or")) {
            return open(Tree.place(wrong.getContextMark()), lines);
        }
        if (problem.contains("unexpected end of stream") || problem.contains("unexpected document separator")) {
            return unclosed(Tree.place(wrong.getContextMark()), lines);
        }
        if (problem.startsWith("expected <block end>") || problem.startsWith("expected '<document start>'")) {
            return misplaced(place, lines);
        }
        if (problem.startsWith("expected the node content")) {
            return new Mistake(
                    place,
                    "'" + shown(Character.toString(lines.at(place))) + "' stands where a value is expected.",
                    "Remove it, or put the value in quotes.");
        }
        if (problem.startsWith("could not find expected ':'")) {
            var begin = Tree.place(wrong.getContextMark());
            return new Mistake(
                    begin,
                    "The line has no ':' behind its name.",
                    "Write 'name: value', or indent it as the lines above that it goes on.");
        }
        return new Mistake(
                place, "This is no YAML: " + problem.replaceAll("\\s+", " ").strip() + ".", DOCS);
    }

    private static Mistake tab(Place place, Lines lines) {
        var others = lines.tabbed().stream().filter(line -> line > place.line()).toList();
        return new Mistake(
                place,
                "A tab indents this line" + more(others) + ".",
                "Indent by spaces, two for each level; 'expand -t 2' turns tabs into them.");
    }

    private static String more(List<Integer> lines) {
        return switch (lines.size()) {
            case 0 -> "";
            case 1 -> ", and line " + lines.getFirst();
            default -> ", and " + lines.size() + " more";
        };
    }

    /** A colon where the value of a setting has begun already. */
    private static Mistake unexpectedColon(Place place, Lines lines) {
        var line = lines.line(place.line());
        var head = line.substring(
                0,
                Math.min(
                        line.length(),
                        line.offsetByCodePoints(
                                0, Math.min(place.column() - 1, line.codePointCount(0, line.length())))));
        if (head.matches(".*\\S:\\s.*")) {
            return new Mistake(
                    place,
                    "The value of '" + shown(head.replaceFirst(":\\s.*", "").replaceFirst("^[\\s-]*", ""))
                            + "' has ': ' in it.",
                    "Put the value in quotes, or begin a new line if a setting begins here.");
        }
        int number = lines.above(place.line());
        var above = lines.line(number);
        if (above.strip().matches("(- +)?[A-Za-z_][A-Za-z0-9_-]*:[^ /].*|(- +)?[a-z_-]+:/(?!/).*")) {
            return new Mistake(
                    new Place(number, above.indexOf(':') + 1),
                    "There is no space behind the colon.",
                    "Write '" + shown(above.strip().replaceFirst(":", ": ")) + "'.");
        }
        if (!above.contains(":")) {
            return new Mistake(
                    new Place(Math.max(number, 1), indent(above) + 1),
                    "'" + shown(above.strip()) + "' has no colon behind it.",
                    "Write '" + shown(above.strip()) + ":' if it is the name of what follows.");
        }
        return new Mistake(
                new Place(place.line(), indent(line) + 1),
                "This line is indented more than line " + number + ", which has its value already.",
                "Begin both in the same column, or remove the value of line " + number + " if this belongs below it.");
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    private static Mistake open(Place begin, Lines lines) {
        var bracket = Character.toString(lines.at(begin));
        var closing = bracket.equals("[") ? "]" : "}";
        return new Mistake(
                begin,
                "'" + bracket + "' is not closed.",
                "Write '" + closing
                        + "' at its end, and a comma between two entries; quote values with brackets, braces or ': ' in them.");
    }

    private static Mistake unclosed(Place begin, Lines lines) {
        var quote = Character.toString(lines.at(begin));
        return "'\"".contains(quote)
                ? new Mistake(begin, "The quote is not closed.", "Write " + quote + " at the end of the text.")
                : open(begin, lines);
    }

    /** Something that belongs to nothing above it. */
    private static Mistake misplaced(Place place, Lines lines) {
        var line = lines.line(place.line());
        int indent = indent(line);
        if (indent + 1 < place.column() && !line.stripLeading().startsWith("- ")) {
            return new Mistake(
                    place,
                    "Something follows the value's end.",
                    "Put all of the value in quotes, or write '#' before a comment.");
        }
        int number = lines.above(place.line());
        var above = lines.line(number);
        int list = number;
        while (list > 0 && indent(lines.line(list)) > indent) {
            list = lines.above(list);
        }
        if (list > 0
                && indent(lines.line(list)) == indent
                && list < number
                && lines.line(list).strip().startsWith("- ")
                && !line.strip().startsWith("-")) {
            return new Mistake(
                    place,
                    "A setting stands where the entries of a list begin.",
                    "Begin it with '- ' if it is a new entry, as line " + list + "; else indent it as line " + number
                            + ".");
        }
        boolean dash = line.stripLeading().startsWith("-");
        boolean dashAbove = above.stripLeading().startsWith("- ");
        if (indent == indent(above) && dash != dashAbove) {
            return new Mistake(
                    place,
                    dash ? "A list's entry stands among settings." : "A setting stands among a list's entries.",
                    dash
                            ? "Indent it below the setting it belongs to, or remove the dash."
                            : "Begin it with '- ', or indent it as the entry it belongs to.");
        }
        return new Mistake(
                place,
                "The line begins in column " + (indent + 1) + ", where none of the lines it could belong to begins.",
                "Begin it in the same column as the others of its block; line " + number + " begins in column "
                        + (indent(above) + 1) + ".");
    }

    private static String shown(String text) {
        var line = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return line.replaceAll("\\p{Cntrl}", "?");
    }
}
