package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.List;

/**
 * The apps a call was about, as they are now.
 *
 * @param apps in the order they were first started
 */
public record Apps(List<AppInfo> apps) implements JsonBody {
    public Apps {
        apps = List.copyOf(apps);
    }

    public static Apps read(Fields fields) throws Malformed {
        return new Apps(fields.objects("apps", AppInfo::read));
    }

    @Override
    public void write(JsonOut out) {
        out.objects("apps", apps);
    }
}
