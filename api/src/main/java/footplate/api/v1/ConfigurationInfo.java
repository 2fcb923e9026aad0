package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.List;

/**
 * A configuration file that is in force, or was asked about.
 *
 * @param file its absolute path
 * @param changes what is other than before, or would be, part by part in words; empty if nothing is
 * @param addresses where it listens, {@code 0.0.0.0:80}
 * @param apps its apps, as they are now
 */
public record ConfigurationInfo(String file, List<String> changes, List<String> addresses, List<AppInfo> apps)
        implements JsonBody {
    public ConfigurationInfo {
        changes = List.copyOf(changes);
        addresses = List.copyOf(addresses);
        apps = List.copyOf(apps);
    }

    public static ConfigurationInfo read(Fields fields) throws Malformed {
        return new ConfigurationInfo(
                fields.text("file"),
                fields.texts("changes"),
                fields.texts("addresses"),
                fields.objects("apps", AppInfo::read));
    }

    @Override
    public void write(JsonOut out) {
        out.text("file", file);
        out.texts("changes", changes);
        out.texts("addresses", addresses);
        out.objects("apps", apps);
    }
}
