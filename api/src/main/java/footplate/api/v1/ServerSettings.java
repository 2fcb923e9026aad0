package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.List;

/**
 * Settings of the server.
 *
 * @param settings in the order people are shown them
 */
public record ServerSettings(List<SettingInfo> settings) implements JsonBody {
    public ServerSettings {
        settings = List.copyOf(settings);
    }

    public static ServerSettings read(Fields fields) throws Malformed {
        return new ServerSettings(fields.objects("settings", SettingInfo::read));
    }

    @Override
    public void write(JsonOut out) {
        out.objects("settings", settings);
    }
}
