package footplate.daemon.config;

import footplate.api.v1.StartRequest;
import footplate.core.config.AppDefinition;
import footplate.core.config.Entry.Binding;
import footplate.core.config.Problem;
import footplate.core.config.file.App;
import footplate.core.config.file.Worth;
import footplate.core.config.routes.HostMatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An app of a configuration file as the same app by flags of {@code footplate start}. */
public final class FileApps {
    /** A variable's value is a token or a key, no archive. */
    private static final int LONGEST_VALUE = 64 * 1024;

    private FileApps() {}

    /**
     * The values of its variables.
     *
     * @param problems takes what is wrong
     */
    public static Map<String, String> variables(App app, List<Problem> problems) {
        var values = new TreeMap<String, String>();
        app.env().forEach((name, worth) -> {
            switch (worth) {
                case Worth.Given(var secret) -> values.put(name, secret.reveal());
                case Worth.FromFile(var path) -> {
                    var value = content(app, name, Path.of(path), problems);
                    if (value != null) {
                        values.put(name, value);
                    }
                }
            }
        });
        return values;
    }

    private static @Nullable String content(App app, String name, Path file, List<Problem> problems) {
        var where = "app '" + app.name() + "', variable " + name;
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(LONGEST_VALUE + 1);
            var text = new String(bytes, StandardCharsets.UTF_8);
            if (bytes.length > LONGEST_VALUE || text.indexOf('\0') >= 0) {
                problems.add(new Problem(
                        where,
                        file + " is no text of at most " + LONGEST_VALUE / 1024 + " KB",
                        "Name a file that holds the value alone."));
                return null;
            }
            return text.endsWith("\r\n")
                    ? text.substring(0, text.length() - 2)
                    : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (IOException cannot) {
            problems.add(new Problem(
                    where, file + " cannot be read: " + cannot.getMessage(), "Mend its path or its permissions."));
            return null;
        }
    }

    /**
     * The request.
     *
     * @param listen where it is to listen first
     * @param environment the whole of it
     */
    public static StartRequest request(App app, Binding listen, Map<String, String> environment) {
        var running = app.running();
        var settings = new LinkedHashMap<String, String>();
        app.settings().chosen().forEach((setting, value) -> settings.put(setting.label(), value));
        Integer min = null;
        Integer max = null;
        switch (app.instances()) {
            case App.Between(int least, int most) -> {
                min = least;
                max = most;
            }
            case App.EachCore() -> {}
            case null -> {}
        }
        return new StartRequest(
                app.name(),
                app.root(),
                app.start().isEmpty() ? null : app.start(),
                app.environment().isEmpty() ? null : app.environment(),
                listen.port(),
                listen.address(),
                app.hosts().stream()
                        .filter(HostMatch.Exact.class::isInstance)
                        .map(HostMatch::text)
                        .toList(),
                min,
                max,
                running.concurrency(),
                running.maxQueue(),
                millis(running.queueTimeout()),
                millis(running.idleTimeout()),
                millis(running.startTimeout()),
                millis(running.killTimeout()),
                running.stopSignal(),
                running.waitReady(),
                settings,
                environment);
    }

    private static @Nullable Long millis(@Nullable Duration time) {
        return time == null ? null : Long.valueOf(time.toMillis());
    }

    /**
     * The environment of an app that is defined anew: what it has, with what the file said before taken out and what it says now put
     * in.
     *
     * @param before what the file said; empty if the app is new
     */
    public static Map<String, String> environment(
            @Nullable AppDefinition current,
            Map<String, String> call,
            Map<String, String> before,
            Map<String, String> now) {
        var environment = new LinkedHashMap<String, String>();
        if (current == null) {
            environment.putAll(call);
        } else {
            current.environment().forEach((name, value) -> environment.put(name, value.reveal()));
            before.keySet().forEach(environment::remove);
        }
        environment.putAll(now);
        return environment;
    }
}
