package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;

/**
 * Which apps or instance a call is about.
 *
 * @param target an app's name, an instance's id, or {@code all}; not blank
 */
public record TargetRequest(String target) implements JsonBody {
    /** The target that means every app. */
    public static final String ALL = "all";

    public static TargetRequest read(Fields fields) throws Malformed {
        String target = fields.text("target");
        if (target.isBlank()) {
            throw new Malformed(fields.at("target"), "must name an app, an instance's id, or all");
        }
        return new TargetRequest(target);
    }

    @Override
    public void write(JsonOut out) {
        out.text("target", target);
    }
}
