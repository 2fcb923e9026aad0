package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import org.jspecify.annotations.Nullable;

/**
 * One process of an app, or the place of one.
 *
 * @param app name of its app
 * @param id unique in this Footplate, small, 0 or above; a target on the command line
 * @param index the instance's number among its app's, lowest free number first ({@code NODE_APP_INSTANCE})
 * @param pid null while there is no process
 * @param state see {@link InstanceState}
 * @param restarts times it was started again after a crash
 * @param uptimeMs milliseconds since the process was ready, or was asked for while it is not; 0 without one
 * @param cpuPercent of one core, over the last second or so; finite, 0 or above
 * @param memoryBytes resident set of the process and its children
 * @param sessions requests it has now
 * @param processed requests it has answered since it was spawned
 * @param lastUsedMs milliseconds since it last took or finished a request; null if it never had one
 * @param generation counts the app's restarts: two instances of one generation run the same code
 * @param address where it listens, such as {@code unix:/…} or {@code 127.0.0.1:41234}; null while unknown
 */
public record InstanceInfo(
        String app,
        int id,
        int index,
        @Nullable Long pid,
        InstanceState state,
        long restarts,
        long uptimeMs,
        double cpuPercent,
        long memoryBytes,
        int sessions,
        long processed,
        @Nullable Long lastUsedMs,
        long generation,
        @Nullable String address)
        implements JsonBody {
    private static final InstanceState[] STATES = InstanceState.values();

    public InstanceInfo {
        if (!Double.isFinite(cpuPercent) || cpuPercent < 0) {
            throw new IllegalArgumentException(
                    "CPU share of instance " + id + " is " + cpuPercent + ": must be finite, 0 or above");
        }
    }

    public static InstanceInfo read(Fields fields) throws Malformed {
        return new InstanceInfo(
                fields.text("app"),
                fields.integer("id", 0, Integer.MAX_VALUE),
                fields.integer("index", 0, Integer.MAX_VALUE),
                fields.optionalNumber("pid", 1, Long.MAX_VALUE),
                fields.constant("state", STATES),
                fields.number("restarts", 0, Long.MAX_VALUE),
                fields.number("uptimeMs", 0, Long.MAX_VALUE),
                Math.max(0, fields.fraction("cpuPercent")),
                fields.number("memoryBytes", 0, Long.MAX_VALUE),
                fields.integer("sessions", 0, Integer.MAX_VALUE),
                fields.number("processed", 0, Long.MAX_VALUE),
                fields.optionalNumber("lastUsedMs", 0, Long.MAX_VALUE),
                fields.number("generation", 0, Long.MAX_VALUE),
                fields.optionalText("address"));
    }

    @Override
    public void write(JsonOut out) {
        out.text("app", app);
        out.number("id", id);
        out.number("index", index);
        out.number("pid", pid);
        out.text("state", Fields.wireName(state));
        out.number("restarts", restarts);
        out.number("uptimeMs", uptimeMs);
        out.fraction("cpuPercent", cpuPercent);
        out.number("memoryBytes", memoryBytes);
        out.number("sessions", sessions);
        out.number("processed", processed);
        out.number("lastUsedMs", lastUsedMs);
        out.number("generation", generation);
        out.text("address", address);
    }
}
