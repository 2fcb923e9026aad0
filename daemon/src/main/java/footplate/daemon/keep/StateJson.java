package footplate.daemon.keep;

import footplate.api.json.Fields;
import footplate.api.json.Json;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import footplate.core.config.AppDefinition;
import footplate.core.config.Entry;
import footplate.core.config.Launch;
import footplate.core.config.PoolSettings;
import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.StopSettings;
import footplate.core.config.StopSettings.StopSignal;
import footplate.core.keep.AppState;
import footplate.core.keep.Configured;
import footplate.core.keep.State;
import footplate.core.name.AppName;
import footplate.core.name.HostName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.supervise.Backoff;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Phase;
import footplate.core.supervise.ProcessId;
import footplate.core.supervise.RestartRule;
import footplate.daemon.config.Refused;
import footplate.daemon.os.Boot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state as one JSON object. Only what a later daemon needs is written: definitions, what is wanted, and which
 * processes exist. What a process was about to do is not: the later daemon decides that anew.
 */
final class StateJson {
    private static final int FORMAT = 1;
    private static final StopSignal[] SIGNALS = StopSignal.values();

    private final @Nullable AcceptedFiles accepted;
    private final Consumer<String> troubles;
    private boolean sameBoot = true;

    /**
     * @param accepted where the configuration file is that was in force; null for parts of a state
     * @param troubles told of what is left out
     */
    StateJson(@Nullable AcceptedFiles accepted, Consumer<String> troubles) {
        this.accepted = accepted;
        this.troubles = troubles;
    }

    static String write(State state) {
        return Json.text((JsonBody) out -> {
            out.number("format", FORMAT);
            out.text("boot", Boot.id());
            out.number("nextInstance", state.nextInstance());
            out.number("nextRun", state.nextRun());
            settings(out, state.settings());
            var configured = state.configured();
            if (configured != null) {
                out.object("configuration", part -> {
                    part.text("file", configured.file());
                    part.text("mark", configured.mark());
                });
            }
            out.objects(
                    "apps", state.apps().values().stream().map(StateJson::app).toList());
        });
    }

    /** Reads what {@link #write} wrote. */
    State read(String text) {
        try {
            var fields = Json.object("state", text);
            int format = fields.integer("format", 0, Integer.MAX_VALUE);
            if (format != FORMAT) {
                throw new IllegalArgumentException(
                        "it has format %d; this version reads format %d".formatted(format, FORMAT));
            }
            // PIDs and start times of another boot name other processes.
            var boot = fields.optionalText("boot");
            sameBoot = boot == null || boot.isEmpty() || Boot.id().isEmpty() || boot.equals(Boot.id());
            var apps = new TreeMap<AppName, AppState>();
            var server = settings(fields);
            for (var app : fields.objects("apps", each -> app(each, server))) {
                apps.put(app.definition().name(), app);
            }
            return new State(
                    apps,
                    fields.integer("nextInstance", 0, Integer.MAX_VALUE),
                    fields.number("nextRun", 0, Long.MAX_VALUE),
                    false,
                    server,
                    fields.has("configuration") ? configured(fields.object("configuration")) : null);
        } catch (Malformed wrong) {
            throw new IllegalArgumentException(wrong.where() + " " + wrong.what(), wrong);
        }
    }

    /** Without its file the apps run on, and their requests find no route: who operates them must hear it. */
    private @Nullable Configured configured(Fields fields) throws Malformed {
        var file = fields.text("file");
        if (accepted == null) {
            return null;
        }
        try {
            return accepted.read(file, fields.text("mark"));
        } catch (IOException cannot) {
            troubles.accept(
                    "the copy of %s that was in force cannot be read (%s): its routes answer nothing; 'footplate start %s' puts it in force again"
                            .formatted(file, cannot.getMessage(), file));
        } catch (Refused refused) {
            // Another version accepted it: the one that runs serves on, and this one is not to take over without it.
            throw new IllegalArgumentException(
                    "the configuration file %s, as it was in force, is not understood by this version: %s"
                            .formatted(file, refused.getMessage()),
                    refused);
        }
        return null;
    }

    private static JsonBody app(AppState app) {
        return out -> {
            out.object("definition", definition(app.definition()));
            out.flag("wanted", app.wanted());
            out.flag("deleted", app.deleted());
            out.number("target", app.target());
            out.number("generation", app.generation());
            var rollout = app.rollout();
            if (rollout != null) {
                out.object("rollout", RolloutJson.write(rollout, StateJson::definition));
            }
            var warm = app.warm();
            if (warm != null) {
                out.object("warm", RolloutJson.write(warm, StateJson::definition));
            }
            out.objects(
                    "instances",
                    app.instances().stream()
                            .filter(i -> i.phase() instanceof Phase.Running running && running.processOrNull() != null)
                            .map(StateJson::instance)
                            .toList());
        };
    }

    private AppState app(Fields fields, Settings server) throws Malformed {
        var definition = definition(fields.object("definition"));
        var changes = new RolloutJson(this::definition, server.with(definition.settings()));
        return new AppState(
                definition,
                fields.flag("wanted"),
                fields.flag("deleted"),
                fields.integer("target", 0, Integer.MAX_VALUE),
                fields.integer("generation", 0, Integer.MAX_VALUE),
                false,
                fields.optional("rollout", changes::rollout),
                fields.optional("warm", changes::warm),
                null,
                sameBoot ? fields.objects("instances", StateJson::instance) : List.of());
    }

    private static JsonBody instance(Instance instance) {
        return out -> {
            out.number("id", instance.id().value());
            out.number("index", instance.index());
            out.number("generation", instance.generation());
            out.flag("wanted", instance.wanted());
            out.flag("replace", instance.replace());
            out.flag("aside", instance.aside());
            out.flag("singleUse", instance.singleUse());
            out.number("restarts", instance.restarts());
            if (instance.phase() instanceof Phase.Running running) {
                out.number("run", running.run().value());
                var process = running.processOrNull();
                if (process != null) {
                    out.number("pid", process.pid());
                    out.number("startTicks", process.startTicks());
                }
            }
            if (instance.phase() instanceof Phase.Up up) {
                out.text("address", up.address());
                out.number("since", up.since().toEpochMilli());
            }
        };
    }

    /** An instance that was up is read as up, any other one with a process as one that is to stop. */
    private static Instance instance(Fields fields) throws Malformed {
        var run = new RunId(fields.number("run", 0, Long.MAX_VALUE));
        var process = new ProcessId(
                fields.integer("pid", 2, Integer.MAX_VALUE), fields.number("startTicks", 0, Long.MAX_VALUE));
        var address = fields.optionalText("address");
        Phase phase = address == null
                ? new Phase.Stopping(run, process, Instant.EPOCH, false, 0, false)
                : new Phase.Up(
                        run, process, address, Instant.ofEpochMilli(fields.number("since", 0, Long.MAX_VALUE)), 0);
        return new Instance(
                new InstanceId(fields.integer("id", 0, Integer.MAX_VALUE)),
                fields.integer("index", 0, Integer.MAX_VALUE),
                fields.integer("generation", 0, Integer.MAX_VALUE),
                fields.flag("wanted"),
                fields.flag("replace", false),
                fields.flag("aside", false),
                fields.flag("singleUse"),
                fields.integer("restarts", 0, Integer.MAX_VALUE),
                phase);
    }

    static JsonBody definition(AppDefinition app) {
        return out -> {
            out.text("name", app.name().value());
            out.text("root", app.root());
            launch(out, app.launch());
            out.text("address", app.entry().address());
            out.number("port", app.entry().port());
            out.texts("hosts", app.entry().hosts().stream().map(HostName::value).toList());
            out.text("environmentName", app.environmentName());
            var environment = new TreeMap<String, String>();
            app.environment().forEach((name, value) -> environment.put(name, value.reveal()));
            out.map("environment", environment);
            var pool = app.pool();
            out.number("min", pool.min());
            out.number("max", pool.max());
            out.number("concurrency", pool.concurrency());
            out.number("maxQueue", pool.maxQueue());
            out.number("queueTimeoutMs", pool.queueTimeout().toMillis());
            out.number("idleTimeoutMs", pool.idleTimeout().toMillis());
            var restart = app.restart();
            out.number("backoffFirstMs", restart.backoff().first().toMillis());
            out.number("backoffCeilingMs", restart.backoff().ceiling().toMillis());
            out.number("stableAfterMs", restart.stableAfter().toMillis());
            out.number("giveUpAfter", restart.giveUpAfter());
            out.number("startTimeoutMs", app.startTimeout().toMillis());
            out.flag("waitReady", app.waitReady());
            out.text("stopSignal", Fields.wireName(app.stop().signal()));
            out.number("killTimeoutMs", app.stop().killTimeout().toMillis());
            out.number("drainTimeoutMs", app.stop().drainTimeout().toMillis());
            out.text("publicDirectory", app.publicDirectory());
            out.number("release", app.release());
            settings(out, app.settings());
        };
    }

    AppDefinition definition(Fields fields) throws Malformed {
        var hosts = fields.texts("hosts").stream().map(HostName::new).toList();
        var environment = new LinkedHashMap<String, Secret>();
        for (Map.Entry<String, String> variable : fields.map("environment").entrySet()) {
            environment.put(variable.getKey(), new Secret(variable.getValue()));
        }
        return new AppDefinition(
                new AppName(fields.text("name")),
                fields.text("root"),
                launch(fields),
                new Entry(fields.text("address"), fields.integer("port", 0, 65_535), hosts),
                fields.text("environmentName"),
                environment,
                new PoolSettings(
                        fields.integer("min", 0, Integer.MAX_VALUE),
                        fields.integer("max", 1, Integer.MAX_VALUE),
                        fields.integer("concurrency", 0, Integer.MAX_VALUE),
                        fields.integer("maxQueue", 0, Integer.MAX_VALUE),
                        millis(fields, "queueTimeoutMs"),
                        millis(fields, "idleTimeoutMs")),
                new RestartRule(
                        new Backoff(millis(fields, "backoffFirstMs"), millis(fields, "backoffCeilingMs")),
                        millis(fields, "stableAfterMs"),
                        fields.integer("giveUpAfter", 1, Integer.MAX_VALUE)),
                millis(fields, "startTimeoutMs"),
                fields.flag("waitReady"),
                new StopSettings(
                        fields.constant("stopSignal", SIGNALS),
                        millis(fields, "killTimeoutMs"),
                        millis(fields, "drainTimeoutMs")),
                fields.text("publicDirectory"),
                settings(fields),
                fields.integer("release", 0, Integer.MAX_VALUE));
    }

    private static void settings(JsonOut out, Settings settings) {
        var written = new TreeMap<String, String>();
        settings.chosen().forEach((setting, value) -> written.put(setting.label(), value));
        out.map("settings", written);
    }

    /** One that another version wrote and this one does not have keeps no app from running: it is left out. */
    private Settings settings(Fields fields) throws Malformed {
        var settings = Settings.standard();
        for (var written : fields.map("settings").entrySet()) {
            var setting = Setting.of(written.getKey());
            if (setting == null || Settings.problem(setting, written.getValue()) != null) {
                troubles.accept("%s '%s' is no setting of this version: it is left out"
                        .formatted(fields.at("settings." + written.getKey()), written.getValue()));
            } else {
                settings = settings.with(setting, written.getValue());
            }
        }
        return settings;
    }

    private static Duration millis(Fields fields, String name) throws Malformed {
        return Duration.ofMillis(fields.number(name, 0, Long.MAX_VALUE));
    }

    private static void launch(JsonOut out, Launch launch) {
        switch (launch) {
            case Launch.Node(var script, var arguments) -> {
                out.text("launch", "node");
                out.text("line", script);
                out.texts("arguments", arguments);
            }
            case Launch.NpmStart(var line) -> {
                out.text("launch", "npm-start");
                out.text("line", line);
            }
            case Launch.Command(var line) -> {
                out.text("launch", "command");
                out.text("line", line);
            }
        }
    }

    private static Launch launch(Fields fields) throws Malformed {
        var line = fields.text("line");
        return switch (fields.text("launch")) {
            case "node" -> new Launch.Node(line, fields.texts("arguments"));
            case "npm-start" -> new Launch.NpmStart(line);
            case "command" -> new Launch.Command(line);
            default -> throw new Malformed(fields.at("launch"), "is not a way to start an app that this version knows");
        };
    }
}
