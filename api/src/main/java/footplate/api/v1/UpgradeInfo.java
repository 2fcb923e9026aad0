package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;

/**
 * What an upgrade has come to.
 *
 * @param pid of the daemon that serves now
 * @param version of its build
 * @param before PID of the one that served before
 * @param connections of clients that the old one still has
 */
public record UpgradeInfo(long pid, String version, long before, int connections) implements JsonBody {
    public static UpgradeInfo read(Fields fields) throws Malformed {
        return new UpgradeInfo(
                fields.number("pid", 1, Long.MAX_VALUE),
                fields.text("version"),
                fields.number("before", 1, Long.MAX_VALUE),
                fields.integer("connections", 0, Integer.MAX_VALUE));
    }

    @Override
    public void write(JsonOut out) {
        out.number("pid", pid);
        out.text("version", version);
        out.number("before", before);
        out.number("connections", connections);
    }
}
