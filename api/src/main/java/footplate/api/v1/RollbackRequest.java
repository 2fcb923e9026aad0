package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import org.jspecify.annotations.Nullable;

/**
 * An app is to run an earlier release again.
 *
 * @param app the app's name
 * @param release its number; null for the last one before this that served
 */
public record RollbackRequest(String app, @Nullable Integer release) implements JsonBody {
    public static RollbackRequest read(Fields fields) throws Malformed {
        return new RollbackRequest(fields.text("app"), fields.optionalInteger("release", 1, Integer.MAX_VALUE));
    }

    @Override
    public void write(JsonOut out) {
        out.text("app", app);
        out.number("release", release);
    }
}
