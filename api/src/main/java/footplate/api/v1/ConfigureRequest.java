package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file that is to be in force.
 *
 * @param file its absolute path; null for the one that is
 * @param plan whether to tell only what would change
 * @param replace whether it may take the place of another file
 * @param env the whole environment of the call; secret: in no answer, no log, no message
 */
public record ConfigureRequest(@Nullable String file, boolean plan, boolean replace, Map<String, String> env)
        implements JsonBody {
    public ConfigureRequest {
        env = Map.copyOf(env);
    }

    public static ConfigureRequest read(Fields fields) throws Malformed {
        String file = StartRequest.optionalClean(fields, "file");
        if (file != null && !file.startsWith("/")) {
            throw new Malformed(fields.at("file"), "must be an absolute path");
        }
        return new ConfigureRequest(
                file,
                fields.flag("plan", false),
                fields.flag("replace", false),
                StartRequest.environment(fields, "env"));
    }

    @Override
    public void write(JsonOut out) {
        out.text("file", file);
        out.flag("plan", plan);
        out.flag("replace", replace);
        out.map("env", env);
    }

    /** Names the file only: the environment holds secrets. */
    @Override
    public String toString() {
        return "ConfigureRequest[file=" + file + ", plan=" + plan + ", env=" + env.size() + " variables]";
    }
}
