package footplate.daemon.config;

import footplate.api.v1.StartRequest;
import footplate.core.config.AppDefinition;
import footplate.core.config.Launch;
import footplate.core.config.StopSettings.StopSignal;
import footplate.core.name.HostName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a new release of an app asks for where its operator says nothing: what the app has already. */
public final class Redefinition {
    private Redefinition() {}

    /**
     * The request for a definition.
     *
     * @param current the app as it is; null if there is none
     * @param asked what the operator said
     * @param environment the whole environment of the release
     */
    public static StartRequest of(
            @Nullable AppDefinition current, StartRequest asked, Map<String, String> environment) {
        if (current == null) {
            return new StartRequest(
                    asked.name(),
                    asked.path(),
                    asked.command(),
                    asked.environmentName(),
                    asked.port(),
                    asked.bind(),
                    asked.hosts(),
                    asked.min(),
                    asked.max(),
                    asked.concurrency(),
                    asked.maxQueue(),
                    asked.queueTimeoutMs(),
                    asked.idleTimeoutMs(),
                    asked.startTimeoutMs(),
                    asked.killTimeoutMs(),
                    asked.stopSignal(),
                    asked.waitReady(),
                    asked.settings(),
                    environment);
        }
        var entry = current.entry();
        var pool = current.pool();
        return new StartRequest(
                current.name().value(),
                asked.path(),
                asked.command(),
                or(asked.environmentName(), current.environmentName()),
                or(asked.port(), entry.port()),
                or(asked.bind(), entry.address()),
                asked.hosts().isEmpty()
                        ? entry.hosts().stream().map(HostName::value).toList()
                        : asked.hosts(),
                min(asked, pool.min()),
                max(asked, pool.max()),
                or(asked.concurrency(), pool.concurrency()),
                or(asked.maxQueue(), pool.maxQueue()),
                or(asked.queueTimeoutMs(), pool.queueTimeout().toMillis()),
                or(asked.idleTimeoutMs(), pool.idleTimeout().toMillis()),
                or(asked.startTimeoutMs(), current.startTimeout().toMillis()),
                or(asked.killTimeoutMs(), current.stop().killTimeout().toMillis()),
                asked.stopSignal() != null ? asked.stopSignal() : stopSignal(current),
                asked.waitReady() || current.waitReady(),
                settings(current, asked),
                environment);
    }

    /** Of the two bounds the one that was named moves the other: nobody has to name both. */
    private static @Nullable Integer min(StartRequest asked, int current) {
        Integer min = asked.min();
        Integer max = asked.max();
        return min != null ? min : max != null ? Integer.valueOf(Math.min(current, max)) : Integer.valueOf(current);
    }

    private static @Nullable Integer max(StartRequest asked, int current) {
        Integer min = asked.min();
        Integer max = asked.max();
        return max != null ? max : min != null ? Integer.valueOf(Math.max(current, min)) : Integer.valueOf(current);
    }

    /** Null where it is the usual one of the app's launch: a release may start in another way. */
    private static @Nullable String stopSignal(AppDefinition current) {
        var usual = Definitions.usualStopSignal(current.launch());
        StopSignal signal = current.stop().signal();
        return signal == usual ? null : signal.name();
    }

    private static Map<String, String> settings(AppDefinition current, StartRequest asked) {
        var settings = new HashMap<String, String>();
        current.settings().chosen().forEach((setting, value) -> settings.put(setting.label(), value));
        settings.putAll(asked.settings());
        return settings;
    }

    private static <T> T or(@Nullable T asked, T current) {
        return asked == null ? current : asked;
    }

    /** How an app of which no release is on disk was started. */
    public static String commandOf(AppDefinition app) {
        return app.launch() instanceof Launch.Command(var line) ? line : "";
    }
}
