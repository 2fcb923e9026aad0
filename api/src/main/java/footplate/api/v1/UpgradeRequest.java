package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import org.jspecify.annotations.Nullable;

/**
 * Who is to be the daemon from now on.
 *
 * @param launcher absolute path of the new build's {@code footplate}; null if a process of it has been started already and will
 *     come by itself, as a service manager's does
 */
public record UpgradeRequest(@Nullable String launcher) implements JsonBody {
    public static UpgradeRequest read(Fields fields) throws Malformed {
        return new UpgradeRequest(fields.optionalText("launcher"));
    }

    @Override
    public void write(JsonOut out) {
        out.text("launcher", launcher);
    }
}
