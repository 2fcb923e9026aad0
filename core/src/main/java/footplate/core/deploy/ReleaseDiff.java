package footplate.core.deploy;

import footplate.core.config.AppDefinition;
import footplate.core.config.Secret;
import footplate.core.name.HostName;
import footplate.core.unit.Durations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is different between two releases of an app: where the code came from, how it starts, settings, environment. Of an
 * environment's values it only tells that they changed: no text, no length, nothing made from them.
 */
public final class ReleaseDiff {
    /**
     * One difference.
     *
     * @param what a setting's name as flags have it, or a variable's name
     * @param variable whether it is a variable of the environment; then neither side is its value
     * @param before null if there was none
     * @param after null if there is none
     */
    public record Change(
            String what,
            boolean variable,
            @Nullable String before,
            @Nullable String after) {}

    private ReleaseDiff() {}

    /** Every difference: settings in the order of the flags, then variables by name. */
    public static List<Change> between(Release before, Release after) {
        var changes = new ArrayList<Change>();
        var from = settings(before);
        var to = settings(after);
        var names = new LinkedHashMap<>(from);
        names.putAll(to);
        for (var name : names.keySet()) {
            if (!Objects.equals(from.get(name), to.get(name))) {
                changes.add(new Change(name, false, from.get(name), to.get(name)));
            }
        }
        environment(before.definition().environment(), after.definition().environment(), changes);
        return changes;
    }

    private static void environment(Map<String, Secret> from, Map<String, Secret> to, List<Change> changes) {
        var names = new TreeSet<>(from.keySet());
        names.addAll(to.keySet());
        for (var name : names) {
            var old = from.get(name);
            var now = to.get(name);
            if (!Objects.equals(old, now)) {
                changes.add(new Change(
                        name, true, old == null ? null : old.toString(), now == null ? null : now.toString()));
            }
        }
    }

    private static Map<String, String> settings(Release release) {
        var app = release.definition();
        var settings = new LinkedHashMap<String, String>();
        settings.put("code", release.origin().describe());
        settings.put("launch", launch(app));
        settings.put("environment", app.environmentName());
        settings.put("bind", app.entry().address());
        settings.put("port", Integer.toString(app.entry().port()));
        if (!app.entry().hosts().isEmpty()) {
            settings.put(
                    "host", app.entry().hosts().stream().map(HostName::value).collect(Collectors.joining(", ")));
        }
        var pool = app.pool();
        settings.put("min", Integer.toString(pool.min()));
        settings.put("max", Integer.toString(pool.max()));
        settings.put("concurrency", pool.concurrency() == 0 ? "no limit" : Integer.toString(pool.concurrency()));
        settings.put("max-queue", Integer.toString(pool.maxQueue()));
        settings.put("queue-timeout", Durations.print(pool.queueTimeout()));
        settings.put("idle-timeout", Durations.print(pool.idleTimeout()));
        settings.put("start-timeout", Durations.print(app.startTimeout()));
        settings.put("kill-timeout", Durations.print(app.stop().killTimeout()));
        settings.put("stop-signal", app.stop().signal().name());
        settings.put("wait-ready", app.waitReady() ? "on" : "off");
        settings.put("public files", app.publicDirectory().isEmpty() ? "none" : "public/");
        var chosen = new TreeMap<String, String>();
        app.settings().chosen().forEach((setting, value) -> chosen.put(setting.label(), value));
        settings.putAll(chosen);
        return settings;
    }

    /** Each copy has a folder of its own: what is in it is named from there. */
    private static String launch(AppDefinition app) {
        return app.launch().describe().replace(app.root() + "/", "");
    }
}
