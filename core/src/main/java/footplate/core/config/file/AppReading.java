package footplate.core.config.file;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.form.Check;
import footplate.core.config.form.Fields;
import footplate.core.config.form.Key;
import footplate.core.config.form.Section;
import footplate.core.config.form.Value;
import footplate.core.config.routes.HostMatch;
import footplate.core.config.tree.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a file's apps. */
final class AppReading {
    private final Check check;
    private final FileFacts files;
    private final Listening listening;
    private final Map<String, Claim> claims = new HashMap<>();

    AppReading(Check check, FileFacts files, Listening listening) {
        this.check = check;
        this.files = files;
        this.listening = listening;
    }

    /** Whose a host is, and where that is written. */
    record Claim(String app, Place place) {}

    /** The hosts of all apps, each once. */
    static Map<String, Claim> hosts(Fields file) {
        var hosts = new HashMap<String, Claim>();
        file.names(FileKeys.APPS).forEach((name, value) -> {
            if (value instanceof Fields app) {
                for (var host : app.words(AppKeys.HOSTS)) {
                    hosts.putIfAbsent(HostMatch.of(host.text()).text(), new Claim(name.text(), host.place()));
                }
            }
        });
        return hosts;
    }

    List<App> all(Fields file) {
        var apps = new ArrayList<App>();
        file.names(FileKeys.APPS).forEach((name, value) -> {
            if (value instanceof Fields fields) {
                apps.add(app(name.text(), fields));
            }
        });
        return apps;
    }

    private App app(String name, Fields fields) {
        if (!fields.mentions(AppKeys.ROOT) || fields.has(AppKeys.ROOT)) {
            files.root(AppKeys.ROOT.name(), fields.text(AppKeys.ROOT), fields.valuePlace(AppKeys.ROOT));
        }
        files.folders(fields, AppKeys.SETTINGS);
        return new App(
                name,
                fields.text(AppKeys.ROOT),
                fields.text(AppKeys.START),
                fields.text(AppKeys.BUILD),
                hosts(name, fields),
                listening.ofApp(fields, AppKeys.LISTEN),
                fields.text(AppKeys.ENVIRONMENT),
                env(fields),
                fields.has(AppKeys.INSTANCES) ? Texts.instancesOf(fields.text(AppKeys.INSTANCES)) : null,
                running(fields),
                settings(fields));
    }

    private List<HostMatch> hosts(String app, Fields fields) {
        var hosts = new ArrayList<HostMatch>();
        for (var word : fields.words(AppKeys.HOSTS)) {
            var host = HostMatch.of(word.text());
            var before = claims.putIfAbsent(host.text(), new Claim(app, word.place()));
            if (before == null) {
                hosts.add(host);
            } else {
                check.tell(
                        word.place(),
                        "'%s' is a host of app '%s' already, in line %d."
                                .formatted(
                                        host.text(),
                                        before.app(),
                                        before.place().line()),
                        "Keep one of the two; a route with a 'path' can send a part of a host's requests elsewhere.");
            }
        }
        return hosts;
    }

    private Map<String, Worth> env(Fields fields) {
        var env = new LinkedHashMap<String, Worth>();
        fields.names(AppKeys.ENV).forEach((name, value) -> {
            switch (value) {
                case Value.Given(var secret, var _) -> env.put(name.text(), new Worth.Given(secret));
                case Value.FromFile(var path, var place) -> {
                    files.file(name.text(), path, place);
                    env.put(name.text(), new Worth.FromFile(path));
                }
                case Value.Word _, Value.Items _, Value.Names _, Fields _ ->
                    throw new IllegalStateException("a variable's value is a hidden text");
            }
        });
        return env;
    }

    private static App.Running running(Fields fields) {
        return new App.Running(
                count(fields, AppKeys.CONCURRENCY),
                count(fields, AppKeys.MAX_QUEUE),
                time(fields, AppKeys.QUEUE_TIMEOUT),
                time(fields, AppKeys.IDLE_TIMEOUT),
                time(fields, AppKeys.START_TIMEOUT),
                time(fields, AppKeys.KILL_TIMEOUT),
                fields.has(AppKeys.STOP_SIGNAL) ? fields.text(AppKeys.STOP_SIGNAL) : null,
                fields.on(AppKeys.WAIT_READY));
    }

    private static @Nullable Integer count(Fields fields, Key key) {
        return fields.has(key) ? Integer.valueOf(fields.count(key)) : null;
    }

    private static @Nullable Duration time(Fields fields, Key key) {
        return fields.has(key) ? fields.time(key) : null;
    }

    /** The app's own, with those that stand in its blocks. */
    private Settings settings(Fields fields) {
        var settings = fields.settings(AppKeys.SETTINGS);
        var deploy = fields.block(AppKeys.DEPLOY);
        if (deploy != null) {
            for (var setting : AppKeys.deploySettings()) {
                once(fields, deploy, Section.key(setting), Section.key(setting), "deploy");
            }
            settings = settings.with(deploy.settings(AppKeys.deploySettings()));
        }
        return switch (fields.value(AppKeys.HEALTH)) {
            case Value.Word(var text, var _) -> settings.with(Setting.HEALTH, text);
            case Fields health -> health(fields, health, settings);
            case null, default -> settings;
        };
    }

    private Settings health(Fields app, Fields health, Settings before) {
        var settings = before;
        var ways = new ArrayList<String>();
        if (health.has(AppKeys.HTTP)) {
            ways.add("http:" + health.text(AppKeys.HTTP));
        }
        if (health.on(AppKeys.TCP)) {
            ways.add("tcp");
        }
        if (health.has(AppKeys.EXEC)) {
            ways.add("exec:" + health.text(AppKeys.EXEC));
        }
        if (ways.size() > 1) {
            check.tell(health.place(), "'health' asks in more than one way.", "Keep one of http, tcp and exec.");
        } else if (ways.isEmpty() && !health.hasGaps()) {
            check.tell(
                    health.place(),
                    "'health' does not say what is asked.",
                    "Write 'http: /up', 'tcp: true' or 'exec: COMMAND'.");
        } else if (!ways.isEmpty() && Settings.problem(Setting.HEALTH, ways.getFirst()) == null) {
            settings = settings.with(Setting.HEALTH, ways.getFirst());
        }
        for (var renamed : AppKeys.HEALTH_SETTINGS) {
            var key = renamed.key();
            once(app, health, Section.key(renamed.setting()), key, "health");
            if (health.has(key)) {
                settings = settings.with(renamed.setting(), health.text(key));
            }
        }
        return settings;
    }

    private void once(Fields app, Fields block, Key flat, Key nested, String name) {
        if (app.mentions(flat) && block.mentions(nested)) {
            check.tell(
                    block.place(nested),
                    "'%s' is there twice, first as '%s' in line %d."
                            .formatted(
                                    nested.name(), flat.name(), app.place(flat).line()),
                    "Keep one of the two, best the one in '" + name + "'.");
        }
    }
}
