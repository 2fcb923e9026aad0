package footplate.daemon.control;

import footplate.api.v1.AppInfo;
import footplate.api.v1.InstanceInfo;
import footplate.api.v1.InstanceState;
import footplate.api.v1.Journey;
import footplate.api.v1.Problem;
import footplate.api.v1.ServerInfo;
import footplate.api.v1.UpstreamInfo;
import footplate.api.v1.Upstreams;
import footplate.core.config.AppDefinition;
import footplate.core.config.Entry.Binding;
import footplate.core.keep.AppState;
import footplate.core.keep.State;
import footplate.core.name.HostName;
import footplate.core.pool.Load;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Phase;
import footplate.core.supervise.StartFailure;
import footplate.daemon.config.Definitions;
import footplate.daemon.keep.Listeners;
import footplate.daemon.keep.Tables;
import footplate.daemon.observe.Sampler;
import footplate.daemon.observe.Standings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the API tells of the Keeper's state. Never an environment's value. */
final class Views {
    private final Tables tables;
    private final Sampler sampler;
    private final Listeners<Binding> listeners;
    private final InstantSource clock;

    Views(Tables tables, Sampler sampler, Listeners<Binding> listeners, InstantSource clock) {
        this.tables = tables;
        this.sampler = sampler;
        this.listeners = listeners;
        this.clock = clock;
    }

    List<AppInfo> apps(State state) {
        return state.apps().values().stream().map(this::app).toList();
    }

    AppInfo app(AppState app) {
        var definition = app.definition();
        var failure = app.lastFailure();
        return new AppInfo(
                definition.name().value(),
                definition.root(),
                definition.launch().describe(),
                stateOf(app),
                url(definition),
                definition.entry().hosts().stream().map(HostName::value).toList(),
                definition.pool().min(),
                definition.pool().max(),
                app.target(),
                definition.pool().concurrency(),
                tables.queued(definition.name()),
                definition.pool().maxQueue(),
                definition.environmentName(),
                settings(definition),
                app.instances().stream().map(i -> instance(definition, i)).toList(),
                problem(app),
                failure == null ? null : journey(failure));
    }

    private static Map<String, String> settings(AppDefinition definition) {
        var settings = new TreeMap<String, String>();
        definition.settings().chosen().forEach((setting, value) -> settings.put(setting.label(), value));
        return settings;
    }

    private @Nullable Problem problem(AppState app) {
        var definition = app.definition();
        var failure = app.lastFailure();
        if (failure != null) {
            return new Problem(
                    "app '" + definition.name() + "', start " + failure.id(),
                    failure.journey().problem(),
                    failure.journey().cure());
        }
        if (app.wanted() && !listeners.isOpen(definition.entry().binding())) {
            return new Problem(
                    definition.entry().binding().toString(),
                    "the address could not be opened; it is tried again",
                    "End the program that uses it, or give the app another --port.");
        }
        return null;
    }

    private static footplate.api.v1.AppState stateOf(AppState app) {
        boolean serves = app.instances().stream().anyMatch(i -> i.wanted() && i.isUp());
        if (!app.wanted()) {
            return footplate.api.v1.AppState.STOPPED;
        }
        if (app.rollout() != null) {
            return serves ? footplate.api.v1.AppState.RESTARTING : footplate.api.v1.AppState.STARTING;
        }
        if (serves || (app.instances().isEmpty() && app.lastFailure() == null)) {
            return footplate.api.v1.AppState.RUNNING;
        }
        return app.lastFailure() != null ? footplate.api.v1.AppState.FAILED : footplate.api.v1.AppState.STARTING;
    }

    /** Where a browser on this machine reaches the app. */
    static String url(AppDefinition app) {
        var entry = app.entry();
        if (entry.hosts().isEmpty()) {
            return Definitions.url(entry.binding());
        }
        return "http://" + entry.hosts().getFirst().value() + (entry.port() == 80 ? "" : ":" + entry.port());
    }

    private InstanceInfo instance(AppDefinition app, Instance instance) {
        var process = instance.phase() instanceof Phase.Running running ? running.processOrNull() : null;
        var run = instance.phase().runOrNull();
        var load = run == null ? null : tables.load(run).orElse(null);
        var use = process == null ? Sampler.Use.UNKNOWN : sampler.of(process);
        return new InstanceInfo(
                app.name().value(),
                instance.id().value(),
                instance.index(),
                process == null ? null : (long) process.pid(),
                stateOf(instance),
                instance.restarts(),
                uptime(instance.phase()).toMillis(),
                use.cpuPercent(),
                use.memoryBytes(),
                load == null ? 0 : load.underWay(),
                load == null ? 0 : load.processed(),
                lastUsed(load),
                instance.generation(),
                instance.phase() instanceof Phase.Up up ? up.address() : null);
    }

    private static @Nullable Long lastUsed(@Nullable Load load) {
        return load == null || load.processed() == 0
                ? null
                : Math.max(0, (System.nanoTime() - load.lastUsedNanos()) / 1_000_000);
    }

    private Duration uptime(Phase phase) {
        Instant since = switch (phase) {
            case Phase.Up up -> up.since();
            case Phase.Starting starting -> starting.since();
            case Phase.Draining _, Phase.Stopping _, Phase.Waiting _, Phase.Failed _ -> clock.instant();
        };
        var uptime = Duration.between(since, clock.instant());
        return uptime.isNegative() ? Duration.ZERO : uptime;
    }

    private static InstanceState stateOf(Instance instance) {
        return switch (instance.phase()) {
            case Phase.Waiting _ -> InstanceState.WAITING;
            case Phase.Starting _ -> InstanceState.STARTING;
            case Phase.Up _ -> instance.aside() ? InstanceState.ASIDE : InstanceState.RUNNING;
            case Phase.Draining _ -> InstanceState.DRAINING;
            case Phase.Stopping _ -> InstanceState.STOPPING;
            case Phase.Failed _ -> InstanceState.FAILED;
        };
    }

    static Journey journey(StartFailure failure) {
        var journey = failure.journey();
        return new Journey(
                journey.steps().stream()
                        .map(step -> new Journey.Step(
                                step.name(),
                                step.took().toMillis(),
                                switch (step.outcome()) {
                                    case DONE -> Journey.Step.DONE;
                                    case FAILED -> Journey.Step.FAILED;
                                    case NOT_REACHED -> Journey.Step.NOT_REACHED;
                                }))
                        .toList(),
                journey.lastOutput(),
                journey.problem(),
                journey.cure());
    }

    /** What the configuration file in force leads to besides apps. */
    Upstreams upstreams(State state) {
        var configured = state.configured();
        var upstreams = new ArrayList<UpstreamInfo>();
        if (configured != null) {
            tables.servers()
                    .forEach((name, servers) -> upstreams.add(new UpstreamInfo(
                            name.value(),
                            tables.waiting(name),
                            servers.stream().map(Views::server).toList())));
        }
        return new Upstreams(configured == null ? null : configured.file(), upstreams);
    }

    private static ServerInfo server(Tables.At at) {
        var server = at.server();
        var terms = server.terms();
        return new ServerInfo(
                server.name(),
                terms.weight(),
                terms.backup(),
                terms.down(),
                Standings.why(server),
                server.load().underWay(),
                server.load().processed());
    }
}
