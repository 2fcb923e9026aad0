package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;

/**
 * Who answers.
 *
 * @param version of Footplate
 * @param pid of its process
 * @param home its folder, absolute
 * @param uptimeMs milliseconds since it came up
 * @param foreground true for a {@code footplate run}, false for the background daemon
 */
public record PingInfo(String version, long pid, String home, long uptimeMs, boolean foreground) implements JsonBody {
    public static PingInfo read(Fields fields) throws Malformed {
        return new PingInfo(
                fields.text("version"),
                fields.number("pid", 1, Long.MAX_VALUE),
                fields.text("home"),
                fields.number("uptimeMs", 0, Long.MAX_VALUE),
                fields.flag("foreground"));
    }

    @Override
    public void write(JsonOut out) {
        out.text("version", version);
        out.number("pid", pid);
        out.text("home", home);
        out.number("uptimeMs", uptimeMs);
        out.flag("foreground", foreground);
    }
}
