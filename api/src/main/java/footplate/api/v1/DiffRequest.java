package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;

/**
 * What is different between two releases of an app.
 *
 * @param app the app's name
 * @param from number of a kept release
 * @param to number of another one
 */
public record DiffRequest(String app, int from, int to) implements JsonBody {
    public static DiffRequest read(Fields fields) throws Malformed {
        return new DiffRequest(
                fields.text("app"),
                fields.integer("from", 1, Integer.MAX_VALUE),
                fields.integer("to", 1, Integer.MAX_VALUE));
    }

    @Override
    public void write(JsonOut out) {
        out.text("app", app);
        out.number("from", from);
        out.number("to", to);
    }
}
