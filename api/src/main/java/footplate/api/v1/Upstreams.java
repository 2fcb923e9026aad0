package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration file that is in force leads to besides apps.
 *
 * @param file its absolute path; null if none is in force
 * @param upstreams by name
 */
public record Upstreams(@Nullable String file, List<UpstreamInfo> upstreams) implements JsonBody {
    public Upstreams {
        upstreams = List.copyOf(upstreams);
    }

    public static Upstreams read(Fields fields) throws Malformed {
        return new Upstreams(fields.optionalText("file"), fields.objects("upstreams", UpstreamInfo::read));
    }

    @Override
    public void write(JsonOut out) {
        out.text("file", file);
        out.objects("upstreams", upstreams);
    }
}
