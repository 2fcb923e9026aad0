package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import org.jspecify.annotations.Nullable;

/**
 * A request under way.
 *
 * @param app name of the app it is for
 * @param method as it came, such as {@code GET}
 * @param host as it came
 * @param path without its query, which may hold secrets
 * @param state see {@link RequestState}
 * @param sinceMs milliseconds since its head was read
 * @param instance id of the instance that has it; null while it waits for one
 * @param pid of that instance; null while it waits for one
 */
public record RequestInfo(
        String app,
        String method,
        String host,
        String path,
        RequestState state,
        long sinceMs,
        @Nullable Integer instance,
        @Nullable Long pid)
        implements JsonBody {
    private static final RequestState[] STATES = RequestState.values();

    public static RequestInfo read(Fields fields) throws Malformed {
        return new RequestInfo(
                fields.text("app"),
                fields.text("method"),
                fields.text("host"),
                fields.text("path"),
                fields.constant("state", STATES),
                fields.number("sinceMs", 0, Long.MAX_VALUE),
                fields.optionalInteger("instance", 0, Integer.MAX_VALUE),
                fields.optionalNumber("pid", 1, Long.MAX_VALUE));
    }

    @Override
    public void write(JsonOut out) {
        out.text("app", app);
        out.text("method", method);
        out.text("host", host);
        out.text("path", path);
        out.text("state", Fields.wireName(state));
        out.number("sinceMs", sinceMs);
        out.number("instance", instance);
        out.number("pid", pid);
    }
}
