package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;

/**
 * One setting of the server.
 *
 * @param name its name
 * @param value the value that counts, as an operator writes it
 * @param standard its default
 * @param app whether apps may choose another one for themselves
 * @param atStart whether a change counts from the daemon's next start only
 * @param meaning in one line
 */
public record SettingInfo(String name, String value, String standard, boolean app, boolean atStart, String meaning)
        implements JsonBody {
    public static SettingInfo read(Fields fields) throws Malformed {
        return new SettingInfo(
                fields.text("name"),
                fields.text("value"),
                fields.text("default"),
                fields.flag("app"),
                fields.flag("atStart"),
                fields.text("meaning"));
    }

    @Override
    public void write(JsonOut out) {
        out.text("name", name);
        out.text("value", value);
        out.text("default", standard);
        out.flag("app", app);
        out.flag("atStart", atStart);
        out.text("meaning", meaning);
    }
}
