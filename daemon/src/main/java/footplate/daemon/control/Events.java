package footplate.daemon.control;

import footplate.api.v1.Event;
import footplate.core.happen.Happening;
import footplate.core.name.InstanceId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Happenings as the API tells them. */
public final class Events {
    private Events() {}

    /** The event of a happening: its kind in lower case with dashes, such as {@code instance-ready}. */
    public static Event of(Happening happening) {
        var instance = instanceOf(happening);
        return new Event(
                name(happening),
                happening.app().value(),
                instance == null ? null : instance.value(),
                happening.describe(),
                fields(happening));
    }

    /** Something worth knowing that is no happening. */
    public static Event notice(String app, String text) {
        return new Event("notice", app, null, text, Map.of());
    }

    private static String name(Happening happening) {
        var camel = happening.getClass().getSimpleName();
        var name = new StringBuilder(camel.length() + 4);
        for (int i = 0; i < camel.length(); i++) {
            char c = camel.charAt(i);
            if (Character.isUpperCase(c) && i > 0) {
                name.append('-');
            }
            name.append(Character.toLowerCase(c));
        }
        return name.toString();
    }

    private static @Nullable InstanceId instanceOf(Happening happening) {
        return switch (happening) {
            case Happening.InstanceStarting h -> h.instance();
            case Happening.InstanceReady h -> h.instance();
            case Happening.InstanceAdopted h -> h.instance();
            case Happening.InstanceCrashed h -> h.instance();
            case Happening.StartFailed h -> h.failure().instance();
            case Happening.GivenUp h -> h.instance();
            case Happening.PoolShrank h -> h.instance();
            case Happening.ReplacementBegins h -> h.instance();
            case Happening.InstanceDraining h -> h.instance();
            case Happening.InstanceKilled h -> h.instance();
            case Happening.InstanceStopped h -> h.instance();
            case Happening.PartKilled h -> h.instance();
            case Happening.Settled _,
                    Happening.NotSettled _,
                    Happening.DeployBegins _,
                    Happening.DeployStep _,
                    Happening.DeployPaused _,
                    Happening.Switched _,
                    Happening.RollbackBegins _,
                    Happening.RolledBack _,
                    Happening.PoolGrew _,
                    Happening.FreshProcesses _,
                    Happening.RestartBegins _,
                    Happening.ServerOut _,
                    Happening.ServerIn _,
                    Happening.AppStopped _,
                    Happening.AppDeleted _ -> null;
        };
    }

    private static Map<String, String> fields(Happening happening) {
        var fields = new HashMap<String, String>();
        switch (happening) {
            case Happening.InstanceReady h -> {
                fields.put("pid", Integer.toString(h.pid()));
                fields.put("address", h.address());
                fields.put("tookMs", Long.toString(h.took().toMillis()));
            }
            case Happening.InstanceAdopted h -> fields.put("pid", Integer.toString(h.pid()));
            case Happening.InstanceCrashed h -> {
                fields.put("pid", Integer.toString(h.pid()));
                fields.put("exit", h.exit().describe());
                fields.put("uptimeMs", Long.toString(h.uptime().toMillis()));
                fields.put("restartInMs", Long.toString(h.restartIn().toMillis()));
            }
            case Happening.StartFailed h -> {
                fields.put("failure", h.failure().id());
                fields.put("exit", h.failure().exit().describe());
                fields.put("retryInMs", Long.toString(h.retryIn().toMillis()));
            }
            case Happening.Settled h -> fields.put("ready", Integer.toString(h.ready()));
            case Happening.NotSettled h -> {
                fields.put("oldKept", Boolean.toString(h.oldKept()));
                fields.put("why", h.why());
            }
            case Happening.DeployBegins h -> {
                fields.put("release", Integer.toString(h.release()));
                fields.put("strategy", h.strategy());
            }
            case Happening.DeployStep h -> fields.put("permille", Integer.toString(h.permille()));
            case Happening.DeployPaused h -> fields.put("why", h.why());
            case Happening.Switched h -> {
                fields.put("release", Integer.toString(h.release()));
                fields.put("watchedMs", Long.toString(h.watched().toMillis()));
            }
            case Happening.RollbackBegins h -> fields.put("why", h.why());
            case Happening.RolledBack h -> {
                fields.put("ready", Integer.toString(h.ready()));
                fields.put("why", h.why());
            }
            case Happening.InstanceStopped h -> fields.put("exit", h.exit().describe());
            case Happening.PartKilled h -> fields.put("cap", Long.toString(h.cap()));
            case Happening.ServerOut h -> {
                fields.put("server", h.server());
                fields.put("why", h.why());
            }
            case Happening.ServerIn h -> fields.put("server", h.server());
            case Happening.PoolGrew h -> fields.put("to", Integer.toString(h.to()));
            case Happening.PoolShrank h -> fields.put("to", Integer.toString(h.to()));
            case Happening.ReplacementBegins h -> fields.put("why", h.why());
            case Happening.InstanceStarting _,
                    Happening.GivenUp _,
                    Happening.InstanceDraining _,
                    Happening.InstanceKilled _,
                    Happening.FreshProcesses _,
                    Happening.RestartBegins _,
                    Happening.AppStopped _,
                    Happening.AppDeleted _ -> {}
        }
        return fields;
    }
}
