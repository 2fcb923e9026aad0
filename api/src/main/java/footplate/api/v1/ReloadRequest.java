package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The same code of an app in new processes, its {@code .env} read anew.
 *
 * @param app the app's name
 * @param env an environment in place of the kept one as a whole; null to keep that
 */
public record ReloadRequest(String app, @Nullable Map<String, String> env) implements JsonBody {
    public ReloadRequest {
        env = env == null ? null : Map.copyOf(env);
    }

    public static ReloadRequest read(Fields fields) throws Malformed {
        return new ReloadRequest(
                fields.text("app"), fields.has("env") ? StartRequest.environment(fields, "env") : null);
    }

    @Override
    public void write(JsonOut out) {
        out.text("app", app);
        if (env != null) {
            out.map("env", env);
        }
    }

    /** Names the app only: the environment holds secrets. */
    @Override
    public String toString() {
        return "ReloadRequest[app=" + app + ", env=" + (env == null ? "kept" : env.size() + " variables") + "]";
    }
}
