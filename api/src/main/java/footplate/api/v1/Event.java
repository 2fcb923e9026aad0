package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, or a line of output (then named {@link #LINE}).
 *
 * @param name kind of event, such as {@code instance-started}
 * @param app name of the app it is about; null if it is about none
 * @param id of the instance it is about; null if it is about none
 * @param text for people; of a line, the line without its line end: may hold control characters
 * @param fields further facts; of a line, {@code stream} is {@code out} or {@code err}
 */
public record Event(
        String name, @Nullable String app, @Nullable Integer id, String text, Map<String, String> fields)
        implements JsonBody {
    /** The name of an event that is a line of an app's output. */
    public static final String LINE = "line";

    /** The name of an event that is a line of what a build or git writes. */
    public static final String OUTPUT = "output";

    /** The name of an event that tells where a deploy is; its fields are {@code step} and {@code outcome}. */
    public static final String STEP = "step";

    /** The name of an event that tells how a rollout stands, about once a second. */
    public static final String STANDING = "standing";

    /** The field of a line that holds {@code out} or {@code err}. */
    public static final String STREAM = "stream";

    public Event {
        fields = Map.copyOf(fields);
    }

    /** {@return a line of an instance's output} */
    public static Event line(String app, int id, boolean error, String text) {
        return new Event(LINE, app, id, text, Map.of(STREAM, error ? "err" : "out"));
    }

    public static Event read(Fields fields) throws Malformed {
        return new Event(
                fields.text("name"),
                fields.optionalText("app"),
                fields.optionalInteger("id", 0, Integer.MAX_VALUE),
                fields.text("text"),
                fields.map("fields"));
    }

    @Override
    public void write(JsonOut out) {
        out.text("name", name);
        out.text("app", app);
        out.number("id", id);
        out.text("text", text);
        out.map("fields", fields);
    }
}
