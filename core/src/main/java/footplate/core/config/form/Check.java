package footplate.core.config.form;

import footplate.core.config.Secret;
import footplate.core.config.tree.Mistake;
import footplate.core.config.tree.Node;
import footplate.core.config.tree.Place;
import footplate.core.name.Likeness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Holds a tree against its declaration and collects what is wrong. */
public final class Check {
    /** Longer lists of settings are for the reference page. */
    private static final int MOST_NAMES = 30;

    private static final int MOST_SHOWN = 60;

    private final List<Mistake> mistakes = new ArrayList<>();
    private final Function<String, @Nullable String> environment;

    /**
     * A check that found nothing yet.
     *
     * @param environment gives a variable's value; null where there is none
     */
    public Check(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    public void tell(Place place, String what, String mend) {
        mistakes.add(new Mistake(place, what, mend));
    }

    /** All that was found, in the order of the file. */
    public List<Mistake> mistakes() {
        return mistakes.stream().sorted().distinct().toList();
    }

    /** The whole of a file; null if it is none. */
    public @Nullable Fields whole(Node root, Section section) {
        return switch (root) {
            case Node.Mapping mapping -> fields(mapping, section);
            case Node.Told _ -> null;
            case Node.Scalar _, Node.Listing _ -> {
                tell(
                        root.place(),
                        "The file is no configuration: it holds " + kind(root) + ".",
                        "Write settings, one a line, as 'listen: :80'. 'footplate init' writes a file to begin with.");
                yield null;
            }
        };
    }

    private Fields fields(Node.Mapping mapping, Section section) {
        Map<String, Value> values = new HashMap<>();
        Map<String, Place> written = new HashMap<>();
        Node.@Nullable Pair hollow = null;
        for (var pair : mapping.pairs()) {
            var name = pair.key().text();
            var key = section.named(name);
            if (key == null) {
                hollow = unknown(pair, section, hollow);
                continue;
            }
            if (hollow != null) {
                nothing(hollow, section);
            }
            hollow = null;
            var before = written.putIfAbsent(key.name(), pair.key().place());
            if (before != null) {
                twice(pair.key(), key.name(), before);
            } else if (pair.value() instanceof Node.Scalar scalar && isNothing(scalar)) {
                hollow = pair;
            } else {
                var value = value(pair.value(), key.form(), key.name());
                if (value != null) {
                    values.put(key.name(), value);
                }
            }
        }
        if (hollow != null) {
            nothing(hollow, section);
        }
        return new Fields(mapping.place(), values, written);
    }

    private void twice(Node.Scalar key, String name, Place before) {
        tell(
                key.place(),
                "'" + name + "' is there twice, first in line " + before.line() + ".",
                "Keep one of the two.");
    }

    /**
     * Tells of a key that is not declared.
     *
     * @param hollow the key before it, if nothing stands below that
     * @return the same, where this one explains it: its lines lack their indentation, and so may the next
     */
    private Node.@Nullable Pair unknown(Node.Pair pair, Section section, Node.@Nullable Pair hollow) {
        var name = pair.key().text();
        if (hollow != null && !(pair.value() instanceof Node.Scalar)) {
            tell(
                    pair.key().place(),
                    "'%s' is not a setting of %s, and '%s' in line %d has nothing below it."
                            .formatted(
                                    shown(name),
                                    section.title(),
                                    hollow.key().text(),
                                    hollow.key().place().line()),
                    "Indent '%s' and its lines by two more spaces, if it belongs to '%s'."
                            .formatted(shown(name), hollow.key().text()));
            return null;
        }
        if (hollow != null) {
            nothing(hollow, section);
        }
        tell(
                pair.key().place(),
                "'" + shown(name) + "' is not a setting of " + section.title() + ".",
                meant(name, section));
        return null;
    }

    private static String meant(String written, Section section) {
        var names = section.names();
        var nearest = Likeness.nearest(Key.canonical(written), names);
        if (nearest == null) {
            nearest = elsewhere(written, section);
        }
        var here = names.size() <= MOST_NAMES || section.settings().isEmpty()
                ? String.join(", ", names)
                : String.join(", ", section.own().stream().map(Key::name).toList())
                        + ", and more (docs/reference/footplate.yml.md)";
        return (nearest == null ? "" : "Write '" + nearest + "'. ") + "Settings here: " + here + ".";
    }

    /** The key whose meaning says that another program calls it so. */
    private static @Nullable String elsewhere(String written, Section section) {
        if (written.length() < 4) {
            return null;
        }
        for (var name : section.names()) {
            var key = section.named(name);
            int bracket = key == null ? -1 : key.meaning().lastIndexOf('(');
            if (key != null
                    && bracket >= 0
                    && List.of(key.meaning().substring(bracket).split("[^A-Za-z0-9_.-]+"))
                            .contains(written)) {
                return name;
            }
        }
        return null;
    }

    private void nothing(Node.Pair pair, Section section) {
        var name = pair.key().text();
        var key = section.named(name);
        boolean below = key != null && (key.form() instanceof Form.Block || key.form() instanceof Form.Named);
        tell(
                pair.key().place(),
                "'" + shown(name) + "' has no value.",
                below || key == null
                        ? "Write what belongs to it below it, indented by two spaces, or remove the line."
                        : "Write one behind it, as '%s: %s', or remove the line."
                                .formatted(name, Scalars.example(key.form())));
    }

    private @Nullable Value value(Node node, Form form, String name) {
        if (node instanceof Node.Told) {
            return null;
        }
        return switch (form) {
            case Form.Many(var each, var alone) -> many(node, each, alone, name);
            case Form.Named named -> named(node, named, name);
            case Form.Block(var section) ->
                node instanceof Node.Mapping mapping ? fields(mapping, section) : wanted(node, "settings", name, form);
            case Form.Either(var brief, var full) -> value(node, node instanceof Node.Mapping ? full : brief, name);
            case Form.Time _,
                    Form.Size _,
                    Form.Count _,
                    Form.Share _,
                    Form.Choice _,
                    Form.Switch _,
                    Form.Text _,
                    Form.Hidden _,
                    Form.OfSetting _ ->
                node instanceof Node.Scalar scalar ? scalar(scalar, form, name) : wanted(node, "one value", name, form);
        };
    }

    private @Nullable Value wanted(Node node, String what, String name, Form form) {
        tell(
                node.place(),
                "'%s' takes %s, and here is %s.".formatted(shown(name), what, kind(node)),
                switch (form) {
                    case Form.Block(var section) ->
                        "Write them below it, indented by two spaces: "
                                + String.join(
                                        ", ",
                                        section.own().stream().map(Key::name).toList())
                                + ".";
                    case Form.Named(var of, var syntax, var _) ->
                        "Write the name of each %s below it, indented by two spaces, as '%s:'."
                                .formatted(of, syntax.example());
                    default -> "Write it as '%s: %s'.".formatted(shown(name), Scalars.example(form));
                });
        return null;
    }

    private @Nullable Value many(Node node, Form each, boolean alone, String name) {
        if (!(node instanceof Node.Listing(var nodes, var place))) {
            if (alone) {
                return value(node, each, name);
            }
            tell(
                    node.place(),
                    "'" + shown(name) + "' is a list, and here is " + kind(node) + ".",
                    "Begin each entry with a dash, in a line of its own, below '" + shown(name) + "'.");
            return null;
        }
        var items = new ArrayList<Value>();
        for (var item : nodes) {
            if (item instanceof Node.Scalar scalar && isNothing(scalar)) {
                tell(
                        item.place(),
                        "An entry of '" + shown(name) + "' is empty.",
                        "Write its value, or remove its dash or comma.");
                continue;
            }
            var value = value(item, each, name);
            if (value != null) {
                items.add(value);
            }
        }
        return new Value.Items(items, items.size() == nodes.size(), place);
    }

    private @Nullable Value named(Node node, Form.Named form, String name) {
        if (!(node instanceof Node.Mapping(var pairs, var place))) {
            return wanted(node, "names", name, form);
        }
        var entries = new LinkedHashMap<Value.Word, Value>();
        for (var pair : pairs) {
            var key = pair.key();
            var wrong = form.name().problem(key.text());
            if (wrong != null) {
                tell(
                        key.place(),
                        "'%s' cannot be the name of %s: %s."
                                .formatted(shown(key.text()), article(form.what()), wrong.what()),
                        wrong.mend());
                continue;
            }
            var value = pair.value() instanceof Node.Scalar scalar && isNothing(scalar)
                    ? hollow(key, form.each())
                    : value(pair.value(), form.each(), key.text());
            if (value != null) {
                entries.put(new Value.Word(key.text(), key.place()), value);
            }
        }
        return new Value.Names(entries, place);
    }

    /** A name with nothing behind it: of settings that is none chosen, and of texts a mistake. */
    private @Nullable Value hollow(Node.Scalar key, Form each) {
        tell(
                key.place(),
                "'" + shown(key.text()) + "' has no value.",
                each instanceof Form.Block
                        ? "Write its settings below it, indented by two spaces, or remove the line."
                        : "Write one behind it; for an empty text write \"\".");
        return null;
    }

    private @Nullable Value scalar(Node.Scalar scalar, Form form, String name) {
        if (form instanceof Form.Hidden) {
            return hidden(scalar, name);
        }
        if (!scalar.tag().isEmpty()) {
            tell(
                    scalar.place(),
                    "'" + shown(scalar.tag()) + "' does not go with '" + shown(name) + "'.",
                    "Remove it; !file is for the values of 'env'.");
            return null;
        }
        boolean template = form instanceof Form.Text(var syntax) && syntax.isTemplate();
        var text = template ? scalar.text() : substituted(scalar);
        if (text == null) {
            return null;
        }
        var wrong = Scalars.problem(form, text);
        if (wrong != null) {
            // What a variable holds may be nobody's business.
            var safe = text.equals(scalar.text()) || text.isEmpty()
                    ? wrong
                    : new Wrong(
                            wrong.what().replace(text, scalar.text()),
                            wrong.mend().replace(text, scalar.text()));
            tell(
                    scalar.place(),
                    "'%s' cannot be '%s': %s.".formatted(shown(name), shown(scalar.text()), safe.what()),
                    safe.mend());
            return null;
        }
        return new Value.Word(Scalars.proper(form, text), scalar.place());
    }

    private @Nullable Value hidden(Node.Scalar scalar, String name) {
        if (scalar.tag().equals("!file")) {
            if (scalar.text().isBlank()) {
                tell(
                        scalar.place(),
                        "'!file' names no file.",
                        "Write its path behind it, as '" + shown(name) + ": !file secrets/key'.");
                return null;
            }
            return new Value.FromFile(scalar.text(), scalar.place());
        }
        if (!scalar.tag().isEmpty()) {
            tell(
                    scalar.place(),
                    "There is no '" + shown(scalar.tag()) + "'.",
                    "Write !file and a path, or the value itself.");
            return null;
        }
        var text = substituted(scalar);
        return text == null ? null : new Value.Given(new Secret(text), scalar.place());
    }

    /** The text with the environment's variables in it, {@code ${NAME}} or {@code ${NAME:-default}}; null where one is missing. */
    private @Nullable String substituted(Node.Scalar scalar) {
        var text = scalar.text();
        var whole = new StringBuilder();
        int at = 0;
        for (int open = text.indexOf("${"); open >= 0; open = text.indexOf("${", at)) {
            int close = text.indexOf('}', open);
            var inner = close < 0 ? "" : text.substring(open + 2, close);
            int dash = inner.indexOf(":-");
            var variable = dash < 0 ? inner : inner.substring(0, dash);
            if (!variable.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                tell(
                        scalar.place(),
                        "'" + shown(text.substring(open))
                                + "' begins with '${' and names no variable of the environment.",
                        "Write ${NAME}, or ${NAME:-default}.");
                return null;
            }
            var value = environment.apply(variable);
            if (value == null && dash < 0) {
                tell(
                        scalar.place(),
                        "The environment has no variable '" + variable + "'.",
                        "Set it for the call, or write a default: ${" + variable + ":-default}.");
                return null;
            }
            whole.append(text, at, open).append(value == null ? inner.substring(dash + 2) : value);
            at = close + 1;
        }
        return whole.append(text.substring(at)).toString();
    }

    private static boolean isNothing(Node.Scalar scalar) {
        boolean plain = !scalar.quoted() && scalar.tag().isEmpty();
        return scalar.isNothing()
                || (plain && (scalar.text().equals("null") || scalar.text().equals("~")));
    }

    private static String kind(Node node) {
        return switch (node) {
            case Node.Scalar(var text, var _, var _, var _) -> "the text '" + shown(text) + "'";
            case Node.Listing _ -> "a list";
            case Node.Mapping _ -> "a block of settings";
            case Node.Told _ -> "something else";
        };
    }

    private static String article(String noun) {
        return ("aeiou".indexOf(noun.charAt(0)) >= 0 ? "an " : "a ") + noun;
    }

    /** A text of the file in one line of a message. */
    static String shown(String text) {
        var line = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
        return line.replaceAll("\\p{Cntrl}", "?");
    }
}
