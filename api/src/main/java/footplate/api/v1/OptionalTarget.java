package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import org.jspecify.annotations.Nullable;

/**
 * Which apps or instance a question is about.
 *
 * @param target an app's name or an instance's id; null or {@code all} for everything
 */
public record OptionalTarget(@Nullable String target) implements JsonBody {
    public static OptionalTarget read(Fields fields) throws Malformed {
        return new OptionalTarget(fields.optionalText("target"));
    }

    @Override
    public void write(JsonOut out) {
        out.text("target", target);
    }
}
