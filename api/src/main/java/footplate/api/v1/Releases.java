package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.List;

/**
 * The releases of one app.
 *
 * @param releases the newest first
 */
public record Releases(List<ReleaseInfo> releases) implements JsonBody {
    public Releases {
        releases = List.copyOf(releases);
    }

    public static Releases read(Fields fields) throws Malformed {
        return new Releases(fields.objects("releases", ReleaseInfo::read));
    }

    @Override
    public void write(JsonOut out) {
        out.objects("releases", releases);
    }
}
