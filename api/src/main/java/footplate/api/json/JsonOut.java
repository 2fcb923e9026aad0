package footplate.api.json;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes fields of a JSON object; a field whose value is null is left out.
 *
 * <p>Control characters, those of C1 too, are always escaped, so the text is one line and harmless on a terminal.
 */
public final class JsonOut {
    private static final int FIRST_HIDDEN = 0x7f;
    private static final int LAST_HIDDEN = 0x9f;

    private final StringWriter text = new StringWriter(512);
    private final JsonWriter writer = new JsonWriter(text);

    JsonOut() {
        writer.setStrictness(Strictness.STRICT);
    }

    /** Writes a text, or nothing if it is null. */
    public void text(String name, @Nullable String value) {
        if (value != null) {
            write(() -> writer.name(name).value(value));
        }
    }

    /** Writes a whole number. */
    public void number(String name, long value) {
        write(() -> writer.name(name).value(value));
    }

    /** Writes a whole number, or nothing if it is null. */
    public void number(String name, @Nullable Number value) {
        if (value != null) {
            number(name, value.longValue());
        }
    }

    /**
     * Writes a number with a fraction.
     *
     * @param value finite
     */
    public void fraction(String name, double value) {
        write(() -> writer.name(name).value(value));
    }

    /** Writes true or false. */
    public void flag(String name, boolean value) {
        write(() -> writer.name(name).value(value));
    }

    /** Writes a null: for fields that a reader should find even where there is no value. */
    public void nothing(String name) {
        write(() -> writer.name(name).nullValue());
    }

    /** Writes an object, or nothing if it is null. */
    public void object(String name, @Nullable JsonBody value) {
        if (value != null) {
            write(() -> writer.name(name));
            body(value);
        }
    }

    /** Writes an array of texts. */
    public void texts(String name, List<String> values) {
        write(() -> {
            writer.name(name).beginArray();
            for (String value : values) {
                writer.value(value);
            }
            writer.endArray();
        });
    }

    /** Writes an array of objects. */
    public void objects(String name, List<? extends JsonBody> values) {
        write(() -> writer.name(name));
        array(values);
    }

    /** Writes an object whose fields are the entries of a map. */
    public void map(String name, Map<String, String> values) {
        write(() -> {
            writer.name(name).beginObject();
            for (Map.Entry<String, String> entry : values.entrySet()) {
                writer.name(entry.getKey()).value(entry.getValue());
            }
            writer.endObject();
        });
    }

    void body(JsonBody body) {
        write(writer::beginObject);
        body.write(this);
        write(writer::endObject);
    }

    void array(List<? extends JsonBody> bodies) {
        write(writer::beginArray);
        for (JsonBody body : bodies) {
            body(body);
        }
        write(writer::endArray);
    }

    /** The text so far, with DEL and C1 escaped (Gson escapes C0 only); outside strings JSON has none of them. */
    String text() {
        String plain = text.toString();
        StringBuilder escaped = null;
        int copied = 0;
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            if (c >= FIRST_HIDDEN && c <= LAST_HIDDEN) {
                if (escaped == null) {
                    escaped = new StringBuilder(plain.length() + 32);
                }
                escaped.append(plain, copied, i).append("\\u00").append(Integer.toHexString(c));
                copied = i + 1;
            }
        }
        return escaped == null
                ? plain
                : escaped.append(plain, copied, plain.length()).toString();
    }

    private interface Writing {
        void write() throws IOException;
    }

    private static void write(Writing writing) {
        try {
            writing.write();
        } catch (IOException broken) {
            throw new UncheckedIOException("a StringWriter cannot fail", broken);
        }
    }
}
