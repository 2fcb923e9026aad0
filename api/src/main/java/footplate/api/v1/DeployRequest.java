package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A new release of an app, or the first one.
 *
 * @param app its settings; of an app that is there, what is null or empty stays as it is. Its path is the folder or archive; its
 *     name is the app's
 * @param git address or absolute path of a repository to take the code from; null for the path
 * @param ref branch, tag or commit there; null for the repository's HEAD
 * @param chosen variables of the app's environment, kept for later releases
 * @param updateEnv whether the environment of this call replaces the kept one as a whole
 * @param build command to run in the release's folder; null for none
 */
public record DeployRequest(
        StartRequest app,
        @Nullable String git,
        @Nullable String ref,
        Map<String, String> chosen,
        boolean updateEnv,
        @Nullable String build)
        implements JsonBody {
    public DeployRequest {
        chosen = Map.copyOf(chosen);
        if (app.name() == null) {
            throw new IllegalArgumentException("a deploy names its app");
        }
    }

    /** The app's name. */
    public String name() {
        var name = app.name();
        return name == null ? "" : name;
    }

    public static DeployRequest read(Fields fields) throws Malformed {
        StartRequest app = StartRequest.read(fields.object("app"));
        if (app.name() == null) {
            throw new Malformed(fields.at("app.name"), "is missing");
        }
        return new DeployRequest(
                app,
                StartRequest.optionalClean(fields, "git"),
                StartRequest.optionalClean(fields, "ref"),
                StartRequest.environment(fields, "chosen"),
                fields.flag("updateEnv", false),
                StartRequest.optionalClean(fields, "build"));
    }

    @Override
    public void write(JsonOut out) {
        out.object("app", app);
        out.text("git", git);
        out.text("ref", ref);
        out.map("chosen", chosen);
        out.flag("updateEnv", updateEnv);
        out.text("build", build);
    }

    /** Names the app only: the environment holds secrets. */
    @Override
    public String toString() {
        return "DeployRequest[" + app + ", chosen=" + chosen.size() + " variables]";
    }
}
