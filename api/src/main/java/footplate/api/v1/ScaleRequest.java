package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import org.jspecify.annotations.Nullable;

/**
 * How many instances an app shall have from now on: exactly one of {@code to} and {@code by} is given.
 *
 * @param app the app's name
 * @param to this many, 0 to 1024
 * @param by this many more, or fewer if negative, −1024 to 1024
 */
public record ScaleRequest(
        String app, @Nullable Integer to, @Nullable Integer by) implements JsonBody {
    public ScaleRequest {
        if ((to == null) == (by == null)) {
            throw new IllegalArgumentException("scale needs exactly one of to and by");
        }
    }

    public static ScaleRequest read(Fields fields) throws Malformed {
        if (fields.has("to") == fields.has("by")) {
            throw new Malformed(fields.at("to"), "must be given, or 'by' instead, and not both");
        }
        return new ScaleRequest(
                fields.text("app"),
                fields.optionalInteger("to", 0, StartRequest.MOST_INSTANCES),
                fields.optionalInteger("by", -StartRequest.MOST_INSTANCES, StartRequest.MOST_INSTANCES));
    }

    @Override
    public void write(JsonOut out) {
        out.text("app", app);
        out.number("to", to);
        out.number("by", by);
    }
}
