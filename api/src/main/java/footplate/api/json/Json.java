package footplate.api.json;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object (RFC 8259) from a text: strictly, at most {@value #MAX_DEPTH} levels deep, no name twice.
 *
 * <p>Only Gson's streaming reader is used: its object mapping costs a third of the start-up of a short command (ADR 0003).
 */
public final class Json {
    /** Deepest nesting that is read. The deepest record of the API needs 7. */
    public static final int MAX_DEPTH = 32;

    /** A number as it was written; its type is decided by the field that reads it. */
    record Digits(String text) {}

    private Json() {}

    /**
     * Reads {@code text} as one JSON object and nothing after it.
     *
     * @param where what problems call the top of the text, such as {@code body}; empty for none
     * @throws Malformed if it is not an object, not strict JSON, too deep, or has a name twice
     */
    public static Fields object(String where, String text) throws Malformed {
        var reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(MAX_DEPTH);
        try {
            if (reader.peek() != JsonToken.BEGIN_OBJECT) {
                throw new Malformed(top(where), "must be a JSON object in braces");
            }
            Fields fields = new Fields(where, members(reader, where));
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new Malformed(top(where), "has something after the object's closing brace");
            }
            return fields;
        } catch (IOException | IllegalStateException _) {
            throw new Malformed(
                    top(where), "is not JSON, or nested deeper than " + MAX_DEPTH + ", at " + place(reader));
        }
    }

    /** {@return the object as one line of JSON, without a line end} */
    public static String text(JsonBody body) {
        var out = new JsonOut();
        out.body(body);
        return out.text();
    }

    /** {@return the objects as one JSON array on one line} */
    public static String text(List<? extends JsonBody> bodies) {
        var out = new JsonOut();
        out.array(bodies);
        return out.text();
    }

    private static Map<String, Object> members(JsonReader reader, String where) throws IOException, Malformed {
        Map<String, Object> members = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            String at = Fields.join(where, name);
            Object value = value(reader, at);
            if (members.containsKey(name)) {
                throw new Malformed(at, "is there twice");
            }
            if (value != null) {
                members.put(name, value);
            }
        }
        reader.endObject();
        return members;
    }

    /** A String, Digits, Boolean, List or Map; null for JSON's null, which means the same as a field left out. */
    private static @Nullable Object value(JsonReader reader, String where) throws IOException, Malformed {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> members(reader, where);
            case BEGIN_ARRAY -> {
                List<Object> items = new ArrayList<>();
                reader.beginArray();
                while (reader.hasNext()) {
                    String at = where + '[' + items.size() + ']';
                    Object item = value(reader, at);
                    if (item == null) {
                        throw new Malformed(at, "must not be null");
                    }
                    items.add(item);
                }
                reader.endArray();
                yield items;
            }
            case STRING -> reader.nextString();
            case NUMBER -> new Digits(reader.nextString());
            case BOOLEAN -> reader.nextBoolean();
            case NULL -> {
                reader.nextNull();
                yield null;
            }
            case NAME, END_OBJECT, END_ARRAY, END_DOCUMENT -> throw new IllegalStateException("no value at " + where);
        };
    }

    private static String top(String where) {
        return where.isEmpty() ? "line" : where;
    }

    private static String place(JsonReader reader) {
        String path = reader.getPath();
        return path.length() <= 200 ? path : path.substring(0, 200) + '…';
    }
}
