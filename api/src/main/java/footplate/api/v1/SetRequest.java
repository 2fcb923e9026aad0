package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import org.jspecify.annotations.Nullable;

/**
 * Another value for a setting of the server.
 *
 * @param name the setting's
 * @param value as an operator writes it; null for the default
 */
public record SetRequest(String name, @Nullable String value) implements JsonBody {
    public static SetRequest read(Fields fields) throws Malformed {
        String value = fields.optionalText("value");
        if (value != null && value.indexOf('\0') >= 0) {
            throw new Malformed(fields.at("value"), "must not hold a NUL character");
        }
        return new SetRequest(fields.text("name"), value);
    }

    @Override
    public void write(JsonOut out) {
        out.text("name", name);
        out.text("value", value);
    }
}
