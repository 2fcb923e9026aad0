package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.List;

/**
 * Servers that Footplate did not start, any of which can answer.
 *
 * @param name of the upstream
 * @param queued requests that wait for a server with {@code max_conns}
 * @param servers in the order of the configuration
 */
public record UpstreamInfo(String name, int queued, List<ServerInfo> servers) implements JsonBody {
    public UpstreamInfo {
        servers = List.copyOf(servers);
    }

    public static UpstreamInfo read(Fields fields) throws Malformed {
        return new UpstreamInfo(
                fields.text("name"),
                fields.integer("queued", 0, Integer.MAX_VALUE),
                fields.objects("servers", ServerInfo::read));
    }

    @Override
    public void write(JsonOut out) {
        out.text("name", name);
        out.number("queued", queued);
        out.objects("servers", servers);
    }
}
