package footplate.core.config.form;

import footplate.core.config.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A section as JSON Schema (draft 2020-12), for editors: they show the meanings and mark what is misspelt. What texts look like inside is
 * left to {@link Check}. Names are in their canonical spelling only.
 */
public final class JsonSchema {
    /** A variable of the environment may stand for any part of a text. */
    private static final String VARIABLE = "|.*\\$\\{.*";

    private JsonSchema() {}

    /**
     * The schema's text.
     *
     * @param id its address
     */
    public static String of(String id, String title, Section section) {
        var root = new LinkedHashMap<String, Object>();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("$id", id);
        root.put("title", title);
        root.putAll(object(section));
        var text = new StringBuilder();
        write(root, "", text);
        return text.append('\n').toString();
    }

    private static Map<String, Object> object(Section section) {
        var properties = new LinkedHashMap<String, Object>();
        for (var name : section.names()) {
            var key = section.named(name);
            if (key != null) {
                properties.put(name, property(key));
            }
        }
        var object = new LinkedHashMap<String, Object>();
        object.put("description", section.meaning());
        object.put("type", "object");
        object.put("additionalProperties", false);
        object.put("properties", properties);
        return object;
    }

    private static Map<String, Object> property(Key key) {
        var property = new LinkedHashMap<String, Object>();
        property.put("description", key.meaning() + (key.standard().isEmpty() ? "" : " — default: " + key.standard()));
        schema(key.form()).forEach(property::putIfAbsent);
        return property;
    }

    private static Map<String, Object> schema(Form form) {
        return switch (form) {
            case Form.Time _ -> unit("[0-9]+(ms|s|m|h|d)");
            case Form.Size _ -> unit("[0-9]+([bB]|[kKmMgGtT][bB]?)");
            case Form.Count(var least, var most) -> any(number(least, most), text("^(" + VARIABLE.substring(1) + ")$"));
            case Form.Share _ -> text("^([0-9]{1,3}%" + VARIABLE + ")$");
            case Form.Choice(var words) -> words(words);
            case Form.Switch _ -> words(List.of("true", "false", "on", "off"));
            case Form.Text(var syntax) -> example(syntax.example());
            case Form.Hidden _ -> new LinkedHashMap<>(Map.of("type", List.of("string", "number", "boolean")));
            case Form.OfSetting(var setting) -> ofSetting(setting);
            case Form.Many(var each, var alone) -> {
                var list = new LinkedHashMap<String, Object>();
                list.put("type", "array");
                list.put("items", schema(each));
                yield alone ? any(schema(each), list) : list;
            }
            case Form.Named(var _, var _, var each) -> {
                var object = new LinkedHashMap<String, Object>();
                object.put("type", "object");
                object.put("additionalProperties", schema(each));
                yield object;
            }
            case Form.Block(var section) -> object(section);
            case Form.Either(var brief, var full) -> any(schema(brief), schema(full));
        };
    }

    private static Map<String, Object> ofSetting(Setting setting) {
        return switch (setting.kind()) {
            case TIME -> schema(new Form.Time(0, Long.MAX_VALUE));
            case SIZE -> schema(new Form.Size(0, Long.MAX_VALUE));
            case COUNT -> schema(new Form.Count(0, 999_999_999));
            case TEXT -> example(setting.standard());
            case CHOICE -> {
                var words = new ArrayList<>(setting.choices());
                for (var choice : setting.choices()) {
                    if (choice.indexOf('-') >= 0) {
                        words.add(Key.canonical(choice));
                    }
                }
                if (words.contains("on")) {
                    words.add("true");
                }
                if (words.contains("off")) {
                    words.add("false");
                }
                yield words(words);
            }
        };
    }

    /** Words as YAML gives them to an editor: some are numbers or truths there. */
    private static Map<String, Object> words(List<String> words) {
        var values = new ArrayList<Object>();
        for (var word : words) {
            switch (word) {
                case "true" -> values.add(true);
                case "false" -> values.add(false);
                default -> {
                    values.add(word);
                    if (Scalars.isDigits(word)) {
                        values.add(Long.valueOf(word));
                    }
                }
            }
        }
        return new LinkedHashMap<>(Map.of("enum", values));
    }

    private static Map<String, Object> unit(String pattern) {
        return any(text("^(" + pattern + "|0+" + VARIABLE + ")$"), new LinkedHashMap<>(Map.of("const", 0L)));
    }

    private static Map<String, Object> text(String pattern) {
        var text = new LinkedHashMap<String, Object>();
        text.put("type", "string");
        text.put("pattern", pattern);
        return text;
    }

    private static Map<String, Object> number(long least, long most) {
        var number = new LinkedHashMap<String, Object>();
        number.put("type", "integer");
        number.put("minimum", least);
        number.put("maximum", most);
        return number;
    }

    private static Map<String, Object> example(String example) {
        var text = new LinkedHashMap<String, Object>();
        text.put("type", List.of("string", "number"));
        if (!example.isEmpty()) {
            text.put("examples", List.of(example));
        }
        return text;
    }

    private static Map<String, Object> any(Map<String, Object> one, Map<String, Object> other) {
        return new LinkedHashMap<>(Map.of("anyOf", List.of(one, other)));
    }

    private static void write(Object value, String indent, StringBuilder text) {
        switch (value) {
            case Map<?, ?> map -> {
                text.append('{');
                var separator = "\n";
                for (var entry : map.entrySet()) {
                    text.append(separator).append(indent).append("  ");
                    string(String.valueOf(entry.getKey()), text);
                    text.append(": ");
                    write(entry.getValue(), indent + "  ", text);
                    separator = ",\n";
                }
                text.append('\n').append(indent).append('}');
            }
            case List<?> list -> {
                boolean plain = list.stream().noneMatch(Map.class::isInstance);
                text.append('[');
                var separator = plain ? "" : "\n" + indent + "  ";
                for (var item : list) {
                    text.append(separator);
                    write(item, indent + "  ", text);
                    separator = plain ? ", " : ",\n" + indent + "  ";
                }
                text.append(plain ? "" : "\n" + indent).append(']');
            }
            case String string -> string(string, text);
            default -> text.append(value);
        }
    }

    private static void string(String string, StringBuilder text) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c);
        }
        text.append('"');
    }
}
