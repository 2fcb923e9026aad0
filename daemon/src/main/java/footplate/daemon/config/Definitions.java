package footplate.daemon.config;

import footplate.api.v1.StartRequest;
import footplate.core.config.AppDefinition;
import footplate.core.config.Entry;
import footplate.core.config.Entry.Binding;
import footplate.core.config.Launch;
import footplate.core.config.PoolSettings;
import footplate.core.config.Problem;
import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.StopSettings;
import footplate.core.config.StopSettings.StopSignal;
import footplate.core.name.AppName;
import footplate.core.name.HostName;
import footplate.core.supervise.RestartRule;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes an app's definition of what its operator asked for: defaults filled in, and everything wrong told at once. */
public final class Definitions {
    /** Passenger Standalone's port. */
    public static final int USUAL_PORT = 3_000;

    private static final String USUAL_ADDRESS = "127.0.0.1";
    private static final int USUAL_QUEUE = 100;
    private static final long USUAL_QUEUE_TIMEOUT_MS = 60_000;
    private static final long USUAL_IDLE_TIMEOUT_MS = 300_000;
    private static final long USUAL_START_TIMEOUT_MS = 90_000;
    private static final long USUAL_KILL_TIMEOUT_MS = 10_000;
    private static final Duration USUAL_DRAIN_BY_HAND = Duration.ofSeconds(2);

    private final boolean foreground;
    private final int cores;

    /** What to start, as found in the app's folder. */
    public record Startup(Path root, Launch launch) {}

    /**
     * Settings for a daemon.
     *
     * @param foreground run by hand: development is the usual environment, and stopping does not wait long
     * @param cores the usual number of processes
     */
    public Definitions(boolean foreground, int cores) {
        this.foreground = foreground;
        this.cores = cores;
    }

    /** The environment's name where the operator gave none: development by hand, production as a service. */
    public String usualEnvironment() {
        return foreground ? "development" : "production";
    }

    /**
     * The definition.
     *
     * @param others the apps that are defined already; one of the same name is being defined anew
     * @param server settings for every app that chose none itself
     * @throws Refused with every problem found
     */
    public AppDefinition define(
            StartRequest request, Startup startup, Collection<AppDefinition> others, Settings server) throws Refused {
        var problems = new ArrayList<Problem>();
        var name = name(request, startup, others, problems);
        var hosts = hosts(request, problems);
        var address = address(request.bind(), problems);
        int port = request.port() == null ? USUAL_PORT : request.port();
        var pool = pool(request, problems);
        var settings = settings(request.settings(), problems);
        if (name != null && problems.isEmpty()) {
            checkEntry(name, new Entry(address, port, hosts), others, problems);
        }
        if (name == null || !problems.isEmpty() || pool == null) {
            throw new Refused(problems);
        }
        var environmentName = environmentName(request);
        var environment = new HashMap<String, Secret>();
        request.env().forEach((variable, value) -> environment.put(variable, new Secret(value)));
        var publicDirectory = startup.root().resolve("public");
        return new AppDefinition(
                name,
                startup.root().toString(),
                startup.launch(),
                new Entry(address, port, hosts),
                environmentName,
                environment,
                pool,
                RestartRule.USUAL,
                millis(request.startTimeoutMs(), USUAL_START_TIMEOUT_MS),
                request.waitReady(),
                new StopSettings(
                        stopSignal(request, startup.launch()),
                        millis(request.killTimeoutMs(), USUAL_KILL_TIMEOUT_MS),
                        drain(server.with(settings))),
                Files.isDirectory(publicDirectory) ? publicDirectory.toString() : "",
                settings,
                0);
    }

    /** What the operator said, by flag or, as Passenger Standalone reads it, by NODE_ENV; else the usual one. */
    private String environmentName(StartRequest request) {
        if (request.environmentName() != null) {
            return request.environmentName();
        }
        var named = request.env().getOrDefault("NODE_ENV", "").strip();
        return named.isEmpty() ? usualEnvironment() : named;
    }

    private static @Nullable AppName name(
            StartRequest request, Startup startup, Collection<AppDefinition> others, List<Problem> problems) {
        var text = request.name() == null ? nameOf(startup.root()) : request.name();
        var wrong = AppName.problemWith(text);
        if (!wrong.isEmpty()) {
            problems.add(new Problem("--name " + text, wrong, "Choose another with --name."));
            return null;
        }
        var name = new AppName(text);
        for (var other : others) {
            if (other.name().equals(name) && !other.root().equals(startup.root().toString())) {
                problems.add(new Problem(
                        "app '" + name + "'",
                        "the name belongs to the app in " + other.root(),
                        "Choose another with --name, or forget that app with 'footplate delete " + name + "'."));
            }
        }
        return name;
    }

    /** A folder's name with everything that an app's name cannot have replaced by dashes. */
    private static String nameOf(Path root) {
        var folder = root.getFileName();
        var clean = (folder == null ? "app" : folder.toString())
                .replaceAll("[^A-Za-z0-9._-]", "-")
                .replaceAll("^[._-]+", "");
        var name = clean.length() > 63 ? clean.substring(0, 63) : clean;
        if (name.isEmpty()) {
            return "app";
        }
        return AppName.problemWith(name).isEmpty() ? name : "app-" + name;
    }

    private static List<HostName> hosts(StartRequest request, List<Problem> problems) {
        var hosts = new ArrayList<HostName>();
        for (var text : request.hosts()) {
            try {
                hosts.add(new HostName(text));
            } catch (IllegalArgumentException wrong) {
                problems.add(new Problem(
                        "--host " + text,
                        "this is no host name",
                        "Write a name such as shop.example, without a port."));
            }
        }
        return hosts;
    }

    /**
     * The address to listen on. Only numeric ones: a name would have to be looked up, and may mean several.
     *
     * @param bind what the operator wrote; null if nothing
     */
    public static String address(@Nullable String bind, List<Problem> problems) {
        var text = bind == null ? USUAL_ADDRESS : bind;
        if (text.equals("localhost")) {
            return USUAL_ADDRESS;
        }
        try {
            var address = InetAddress.ofLiteral(text);
            return address instanceof Inet6Address ? address.getHostAddress() : text;
        } catch (IllegalArgumentException notNumeric) {
            problems.add(new Problem(
                    "--bind " + text,
                    "this is no IP address",
                    "Write 127.0.0.1 for this machine only, 0.0.0.0 for every IPv4 network, :: for every network."));
            return USUAL_ADDRESS;
        }
    }

    /** Where a browser on this machine reaches an address that is listened on. */
    public static String url(Binding binding) {
        return "http://" + reachable(binding.address()) + (binding.port() == 80 ? "" : ":" + binding.port());
    }

    /** The address as a URL has it; for every network's, this machine's own. */
    private static String reachable(String address) {
        if (InetAddress.ofLiteral(address).isAnyLocalAddress()) {
            return USUAL_ADDRESS;
        }
        return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    }

    /** What an app chose, by name. */
    public static Settings settings(Map<String, String> asked, List<Problem> problems) {
        var settings = Settings.standard();
        for (var one : asked.entrySet()) {
            var setting = Setting.of(one.getKey());
            if (setting == null) {
                problems.add(unknownSetting(one.getKey()));
            } else if (setting.scope() == Setting.Scope.SERVER) {
                problems.add(new Problem(
                        "--" + setting.label(),
                        "is a setting of the whole server, not of an app",
                        "Write 'footplate set " + setting.label() + " " + one.getValue() + "'."));
            } else {
                var wrong = Settings.problem(setting, one.getValue());
                if (wrong != null) {
                    problems.add(wrong);
                } else {
                    settings = settings.with(setting, one.getValue());
                }
            }
        }
        return settings;
    }

    /** There is no setting of this name. */
    public static Problem unknownSetting(String name) {
        return new Problem(name, "is not a setting", "'footplate set' shows every setting.");
    }

    private @Nullable PoolSettings pool(StartRequest request, List<Problem> problems) {
        Integer askedMin = request.min();
        Integer askedMax = request.max();
        int max = askedMax != null ? askedMax : Math.max(cores, askedMin == null ? 1 : askedMin);
        int min = askedMin != null ? askedMin : Math.min(cores, max);
        if (min > max) {
            problems.add(new Problem(
                    "--min %d --max %d".formatted(min, max),
                    "the fewest processes are more than the most",
                    "Make --max at least " + min + "."));
            return null;
        }
        return new PoolSettings(
                min,
                max,
                request.concurrency() == null ? 0 : request.concurrency(),
                request.maxQueue() == null ? USUAL_QUEUE : request.maxQueue(),
                millis(request.queueTimeoutMs(), USUAL_QUEUE_TIMEOUT_MS),
                millis(request.idleTimeoutMs(), USUAL_IDLE_TIMEOUT_MS));
    }

    private static StopSignal stopSignal(StartRequest request, Launch launch) {
        if (request.stopSignal() != null) {
            return StopSignal.valueOf(request.stopSignal());
        }
        return usualStopSignal(launch);
    }

    /** Node apps written for PM2 listen for SIGINT; everything else expects what init systems send. */
    static StopSignal usualStopSignal(Launch launch) {
        return launch instanceof Launch.Command ? StopSignal.TERM : StopSignal.INT;
    }

    /** Who has pressed Ctrl-C does not want to wait for what a browser keeps open. */
    private Duration drain(Settings settings) {
        return foreground && !settings.chosen().containsKey(Setting.DRAIN)
                ? USUAL_DRAIN_BY_HAND
                : Duration.ofMillis(settings.millis(Setting.DRAIN));
    }

    /**
     * Whether an app can be reached where it wants to be.
     *
     * @param others the apps that are defined already; one of the same name is being defined anew
     * @throws Refused if another app is there
     */
    public static void checkEntry(AppDefinition app, Collection<AppDefinition> others) throws Refused {
        var problems = new ArrayList<Problem>();
        checkEntry(app.name(), app.entry(), others, problems);
        if (!problems.isEmpty()) {
            throw new Refused(problems);
        }
    }

    private static void checkEntry(
            AppName name, Entry entry, Collection<AppDefinition> others, List<Problem> problems) {
        for (var other : others) {
            if (other.name().equals(name) || !other.entry().binding().equals(entry.binding()) || entry.port() == 0) {
                continue;
            }
            if (entry.hosts().isEmpty() && other.entry().hosts().isEmpty()) {
                problems.add(new Problem(
                        "port " + entry.port(),
                        "app '" + other.name() + "' answers there already",
                        "Choose another with --port, or share the port by giving this app a name with --host."));
            }
            for (var host : entry.hosts()) {
                if (other.entry().hosts().contains(host)) {
                    problems.add(new Problem(
                            "--host " + host,
                            "on port " + entry.port() + " it belongs to app '" + other.name() + "'",
                            "Choose another host name or another port."));
                }
            }
        }
    }

    private static Duration millis(@Nullable Long asked, long usual) {
        return Duration.ofMillis(asked == null ? usual : Math.max(1, asked));
    }
}
