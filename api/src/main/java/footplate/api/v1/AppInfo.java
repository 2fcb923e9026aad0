package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One app and its instances. Holds the name of its environment, never a value of one.
 *
 * @param name unique in this Footplate
 * @param root the app's folder, absolute
 * @param launch how it is started, such as {@code node app.js}
 * @param state see {@link AppState}
 * @param url where it is reached
 * @param hosts host names it answers to; empty if it has its port alone
 * @param min instances kept even when idle
 * @param max instances at most
 * @param target instances that are wanted now
 * @param concurrency requests an instance takes at once; 0 for no limit
 * @param queued requests that wait for an instance
 * @param maxQueue requests that may wait
 * @param environmentName such as {@code development} or {@code production}
 * @param settings how its requests are served, where it does not follow the server; by name
 * @param instances ordered by id
 * @param problem why it is failed; null if it is not
 * @param journey of the start that failed last; null if none did
 */
public record AppInfo(
        String name,
        String root,
        String launch,
        AppState state,
        String url,
        List<String> hosts,
        int min,
        int max,
        int target,
        int concurrency,
        int queued,
        int maxQueue,
        String environmentName,
        Map<String, String> settings,
        List<InstanceInfo> instances,
        @Nullable Problem problem,
        @Nullable Journey journey)
        implements JsonBody {
    private static final AppState[] STATES = AppState.values();

    public AppInfo {
        hosts = List.copyOf(hosts);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        instances = List.copyOf(instances);
    }

    public static AppInfo read(Fields fields) throws Malformed {
        return new AppInfo(
                fields.text("name"),
                fields.text("root"),
                fields.text("launch"),
                fields.constant("state", STATES),
                fields.text("url"),
                fields.texts("hosts"),
                fields.integer("min", 0, Integer.MAX_VALUE),
                fields.integer("max", 0, Integer.MAX_VALUE),
                fields.integer("target", 0, Integer.MAX_VALUE),
                fields.integer("concurrency", 0, Integer.MAX_VALUE),
                fields.integer("queued", 0, Integer.MAX_VALUE),
                fields.integer("maxQueue", 0, Integer.MAX_VALUE),
                fields.text("environmentName"),
                fields.map("settings"),
                fields.objects("instances", InstanceInfo::read),
                fields.optional("problem", Problem::read),
                fields.optional("journey", Journey::read));
    }

    @Override
    public void write(JsonOut out) {
        out.text("name", name);
        out.text("root", root);
        out.text("launch", launch);
        out.text("state", Fields.wireName(state));
        out.text("url", url);
        out.texts("hosts", hosts);
        out.number("min", min);
        out.number("max", max);
        out.number("target", target);
        out.number("concurrency", concurrency);
        out.number("queued", queued);
        out.number("maxQueue", maxQueue);
        out.text("environmentName", environmentName);
        out.map("settings", settings);
        out.objects("instances", instances);
        out.object("problem", problem);
        out.object("journey", journey);
    }
}
