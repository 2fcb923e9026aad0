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
 * An app to start, and how. Null means: not said, the server's default.
 *
 * @param name of the app; otherwise its folder's name
 * @param path the app's folder or startup file, absolute
 * @param command the command line that starts it, where it is not found by itself; run with {@code $PORT}
 * @param environmentName such as {@code development}; sets {@code NODE_ENV} and its like
 * @param port to serve it on, 0 to 65535; 0 takes a free one
 * @param bind address to serve it on
 * @param hosts host names it answers to; empty for its port alone
 * @param min instances kept even when idle, 0 to 1024; 0 starts the first on demand
 * @param max instances at most, 1 to 1024
 * @param concurrency requests an instance takes at once; 0 for no limit
 * @param maxQueue requests that may wait for an instance, 0 to 1,000,000
 * @param queueTimeoutMs how long one may wait
 * @param idleTimeoutMs after how long without a request an instance above {@code min} is stopped
 * @param startTimeoutMs how long an instance may take until it is ready
 * @param killTimeoutMs how long it may take to stop until it is killed
 * @param stopSignal {@code INT} or {@code TERM}
 * @param waitReady whether it is ready when it says so ({@code process.send('ready')}), not when it listens
 * @param settings how its requests are served, by the settings' names; what is not named is the server's
 * @param env the whole environment of the call that starts it; secret: in no answer, no log, no message
 */
public record StartRequest(
        @Nullable String name,
        String path,
        @Nullable String command,
        @Nullable String environmentName,
        @Nullable Integer port,
        @Nullable String bind,
        List<String> hosts,
        @Nullable Integer min,
        @Nullable Integer max,
        @Nullable Integer concurrency,
        @Nullable Integer maxQueue,
        @Nullable Long queueTimeoutMs,
        @Nullable Long idleTimeoutMs,
        @Nullable Long startTimeoutMs,
        @Nullable Long killTimeoutMs,
        @Nullable String stopSignal,
        boolean waitReady,
        Map<String, String> settings,
        Map<String, String> env)
        implements JsonBody {
    /** Most instances one app may have. */
    public static final int MOST_INSTANCES = 1024;

    /** Highest bound of a count of requests. */
    public static final int MOST_REQUESTS = 1_000_000;

    /** Longest time that can be set: a year of 365 days, in milliseconds. */
    public static final long LONGEST_MS = 365L * 24 * 60 * 60 * 1000;

    private static final int HIGHEST_PORT = 65_535;

    public StartRequest {
        hosts = List.copyOf(hosts);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    }

    /** {@return a request that says nothing but the path: everything else is the server's default} */
    public static StartRequest of(String path) {
        return new StartRequest(
                null, path, null, null, null, null, List.of(), null, null, null, null, null, null, null, null, null,
                false, Map.of(), Map.of());
    }

    public static StartRequest read(Fields fields) throws Malformed {
        String path = clean(fields, "path", fields.text("path"));
        if (!path.startsWith("/")) {
            throw new Malformed(fields.at("path"), "must be an absolute path");
        }
        String signal = fields.optionalText("stopSignal");
        if (signal != null && !signal.equals("INT") && !signal.equals("TERM")) {
            throw new Malformed(fields.at("stopSignal"), "must be INT or TERM");
        }
        return new StartRequest(
                optionalClean(fields, "name"),
                path,
                optionalClean(fields, "command"),
                optionalClean(fields, "environmentName"),
                fields.optionalInteger("port", 0, HIGHEST_PORT),
                optionalClean(fields, "bind"),
                fields.texts("hosts"),
                fields.optionalInteger("min", 0, MOST_INSTANCES),
                fields.optionalInteger("max", 1, MOST_INSTANCES),
                fields.optionalInteger("concurrency", 0, MOST_REQUESTS),
                fields.optionalInteger("maxQueue", 0, MOST_REQUESTS),
                fields.optionalNumber("queueTimeoutMs", 1, LONGEST_MS),
                fields.optionalNumber("idleTimeoutMs", 1, LONGEST_MS),
                fields.optionalNumber("startTimeoutMs", 1, LONGEST_MS),
                fields.optionalNumber("killTimeoutMs", 0, LONGEST_MS),
                signal,
                fields.flag("waitReady", false),
                settings(fields),
                environment(fields, "env"));
    }

    @Override
    public void write(JsonOut out) {
        out.text("name", name);
        out.text("path", path);
        out.text("command", command);
        out.text("environmentName", environmentName);
        out.number("port", port);
        out.text("bind", bind);
        out.texts("hosts", hosts);
        out.number("min", min);
        out.number("max", max);
        out.number("concurrency", concurrency);
        out.number("maxQueue", maxQueue);
        out.number("queueTimeoutMs", queueTimeoutMs);
        out.number("idleTimeoutMs", idleTimeoutMs);
        out.number("startTimeoutMs", startTimeoutMs);
        out.number("killTimeoutMs", killTimeoutMs);
        out.text("stopSignal", stopSignal);
        out.flag("waitReady", waitReady);
        out.map("settings", settings);
        out.map("env", env);
    }

    /** Names the app only: the environment holds secrets. */
    @Override
    public String toString() {
        return "StartRequest[name=" + name + ", path=" + path + ", env=" + env.size() + " variables]";
    }

    private static Map<String, String> settings(Fields fields) throws Malformed {
        Map<String, String> settings = fields.map("settings");
        for (String value : settings.values()) {
            clean(fields, "settings", value);
        }
        return settings;
    }

    static Map<String, String> environment(Fields fields, String field) throws Malformed {
        Map<String, String> env = fields.map(field);
        for (Map.Entry<String, String> variable : env.entrySet()) {
            String variableName = variable.getKey();
            if (variableName.isEmpty() || variableName.indexOf('=') >= 0 || variableName.indexOf('\0') >= 0) {
                throw new Malformed(fields.at(field), "has a variable whose name is empty or holds '=' or NUL");
            }
            clean(fields, field, variable.getValue());
        }
        return env;
    }

    static @Nullable String optionalClean(Fields fields, String field) throws Malformed {
        String value = fields.optionalText(field);
        return value == null ? null : clean(fields, field, value);
    }

    /** NUL ends a string in every system call these values go to. */
    private static String clean(Fields fields, String field, String value) throws Malformed {
        if (value.indexOf('\0') >= 0) {
            throw new Malformed(fields.at(field), "must not hold a NUL character");
        }
        return value;
    }
}
