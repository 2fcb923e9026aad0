package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;

/**
 * A release that serves.
 *
 * @param app the app as it is now
 * @param release its number; 0 if none could be kept
 * @param tookMs from the request until it served alone
 */
public record Deployed(AppInfo app, int release, long tookMs) implements JsonBody {
    public static Deployed read(Fields fields) throws Malformed {
        return new Deployed(
                AppInfo.read(fields.object("app")),
                fields.integer("release", 0, Integer.MAX_VALUE),
                fields.number("tookMs", 0, Long.MAX_VALUE));
    }

    @Override
    public void write(JsonOut out) {
        out.object("app", app);
        out.number("release", release);
        out.number("tookMs", tookMs);
    }
}
