package footplate.core.route;

import footplate.core.config.Entry.Binding;
import footplate.core.config.Upstream;
import footplate.core.config.file.App;
import footplate.core.config.file.Configuration;
import footplate.core.config.file.Listen;
import footplate.core.config.file.Stream;
import footplate.core.config.routes.HostMatch;
import footplate.core.config.routes.PathMatch;
import footplate.core.config.routes.Route;
import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Target;
import footplate.core.config.servers.Balance;
import footplate.core.config.servers.Group;
import footplate.core.config.servers.Server;
import footplate.core.match.Phrase;
import footplate.core.match.RouteTable;
import footplate.core.name.AppName;
import footplate.core.rule.RouteRules;
import footplate.core.rule.limit.KeyedHash;
import footplate.core.rule.limit.RuleStates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes of a configuration: for each address that is listened on, which one a request is for, and what that comes to.
 * Immutable; made once for a configuration, however often the pools behind it change.
 */
public final class Routing {
    /** Without a configuration. */
    public static final Routing NONE = new Routing(
            Map.of(),
            List.of(),
            Map.of(),
            Set.of(),
            Map.of(),
            List.of(),
            new RuleStates(new KeyedHash(0, 0)),
            Map.of());

    private final Map<Binding, RouteTable> tables;
    private final List<Way> ways;
    private final Map<AppName, Group> groups;
    private final Set<AppName> apps;
    private final Map<Binding, Listen> listens;
    private final List<String> resolvers;
    private final RuleStates states;
    private final Map<StreamBinding, StreamRoute> streams;

    private Routing(
            Map<Binding, RouteTable> tables,
            List<Way> ways,
            Map<AppName, Group> groups,
            Set<AppName> apps,
            Map<Binding, Listen> listens,
            List<String> resolvers,
            RuleStates states,
            Map<StreamBinding, StreamRoute> streams) {
        this.tables = tables;
        this.ways = List.copyOf(ways);
        this.groups = Collections.unmodifiableMap(groups);
        this.apps = Set.copyOf(apps);
        this.listens = Collections.unmodifiableMap(listens);
        this.resolvers = List.copyOf(resolvers);
        this.states = states;
        this.streams = Collections.unmodifiableMap(streams);
    }

    /**
     * Compiles a configuration's routes. Apps with host names have a route each, behind those that are written; so has an app that
     * has none and that no route names.
     *
     * <p>Without a key of its own for limits: to look at, not to serve by.
     *
     * @param every numeric address that stands for all of this machine's: {@code ::} or {@code 0.0.0.0}
     */
    public static Routing of(Configuration configuration, String every) {
        return of(configuration, every, new RuleStates(new KeyedHash(0, 0)));
    }

    /**
     * The same for one that serves.
     *
     * @param states what limits count: those of the configuration before, taken on ({@link RuleStates#next}), with a key drawn by lot
     */
    public static Routing of(Configuration configuration, String every, RuleStates states) {
        return new Making(configuration, every, states).make();
    }

    private static final class Making {
        private final Configuration configuration;
        private final String every;
        private final RuleStates states;
        private final List<Way> ways = new ArrayList<>();
        private final List<Route> routes = new ArrayList<>();
        private final Map<AppName, Group> groups = new LinkedHashMap<>();
        private final Map<String, AppName> servers = new HashMap<>();
        private final Map<Binding, List<Integer>> places = new LinkedHashMap<>();
        private final Map<Binding, Listen> listens = new LinkedHashMap<>();
        private final Map<StreamBinding, StreamRoute> streams = new LinkedHashMap<>();

        Making(Configuration configuration, String every, RuleStates states) {
            this.configuration = configuration;
            this.every = every;
            this.states = states;
        }

        Routing make() {
            configuration.groups().forEach(group -> groups.put(new AppName(group.name()), group));
            configuration.listen().forEach(this::listens);
            var named = new HashSet<String>();
            for (var route : configuration.routes()) {
                if (route.to() instanceof Target.ToApp(var name)) {
                    named.add(name);
                }
                add(route, configuration.listen());
            }
            var apps = new HashSet<AppName>();
            for (var app : configuration.apps()) {
                apps.add(new AppName(app.name()));
                app.listen().forEach(this::listens);
                if (!app.hosts().isEmpty()
                        || !named.contains(app.name())
                        || !app.listen().isEmpty()) {
                    add(own(app), app.listen().isEmpty() ? configuration.listen() : app.listen());
                }
            }
            for (var stream : configuration.streams()) {
                of(stream);
            }
            var tables = new HashMap<Binding, RouteTable>();
            listens.keySet()
                    .forEach(binding -> tables.put(
                            binding,
                            RouteTable.of(
                                    routes,
                                    places.getOrDefault(binding, List.of()).stream()
                                            .mapToInt(Integer::intValue)
                                            .toArray())));
            return new Routing(tables, ways, groups, apps, listens, configuration.resolvers(), states, streams);
        }

        private void of(Stream stream) {
            var sni = new LinkedHashMap<HostMatch, AppName>();
            stream.sni().forEach((name, target) -> {
                var its = pool(target);
                if (its != null) {
                    sni.put(HostMatch.of(name), its);
                }
            });
            var to = stream.to();
            streams.put(
                    new StreamBinding(binding(stream.listen(), every), stream.protocol()),
                    new StreamRoute(to == null ? null : pool(to), sni, stream.idle(), stream.proxyProtocol()));
        }

        private @Nullable AppName pool(Target target) {
            return lead(target) instanceof Way.ToPool(var name) ? name : null;
        }

        private void listens(Listen listen) {
            listens.put(binding(listen, every), listen);
        }

        private void add(Route route, List<Listen> where) {
            int place = routes.size();
            routes.add(route);
            ways.add(new Way(place, route, RouteRules.of(route, states), lead(route.to())));
            if (route.rules().mirror() != null) {
                lead(route.rules().mirror().to());
            }
            for (var listen : where) {
                places.computeIfAbsent(binding(listen, every), _ -> new ArrayList<>())
                        .add(place);
            }
        }

        private static Route own(App app) {
            return new Route(
                    app.hosts(),
                    new PathMatch.Any(),
                    List.of(),
                    Map.of(),
                    Map.of(),
                    new Target.ToApp(app.name()),
                    Rules.NONE);
        }

        private Way.Lead lead(Target to) {
            return switch (to) {
                case Target.ToApp(var name) -> new Way.ToPool(new AppName(name));
                case Target.ToGroup(var name) -> new Way.ToPool(new AppName(name));
                case Target.ToServer(var server) -> new Way.ToPool(group(server));
                case Target.ToAddress(var address, var resolver) ->
                    new Way.ToAddress(Phrase.of(address, Phrase.Use.URL), resolver);
                case Target.Elsewhere _ -> new Way.ToNobody();
                case Target.Maintained _ -> new Way.Onward();
            };
        }

        /** A server that a route names by itself is an upstream of one. */
        private AppName group(Upstream server) {
            var known = servers.get(server.toString());
            if (known != null) {
                return known;
            }
            var name = name(server.toString());
            servers.put(server.toString(), name);
            groups.put(name, alone(name.value(), server));
            return name;
        }

        private AppName name(String server) {
            var clean = server.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[._-]+", "");
            var base = "to-" + (clean.length() > 50 ? clean.substring(clean.length() - 50) : clean);
            var name = base;
            for (int i = 2; isTaken(name); i++) {
                name = base + "-" + i;
            }
            return new AppName(name);
        }

        private boolean isTaken(String name) {
            return groups.containsKey(new AppName(name))
                    || configuration.apps().stream().anyMatch(app -> app.name().equals(name));
        }
    }

    /** An upstream of one server, with nginx's defaults. */
    private static Group alone(String name, Upstream server) {
        return new Group(
                name,
                new Balance.RoundRobin(),
                List.of(new Server(
                        new Server.Fixed(server), 1, 0, 1, Duration.ofSeconds(10), Duration.ZERO, false, false)),
                null,
                null,
                new Group.Next(Set.of("error", "timeout"), 4, Duration.ZERO),
                null,
                0,
                null,
                100,
                Duration.ofSeconds(60),
                0,
                footplate.core.config.Settings.standard());
    }

    /** The address that is bound for one of the file. */
    public static Binding binding(Listen listen, String every) {
        return new Binding(listen.address().equals("*") ? every : listen.address(), listen.port());
    }

    /** The name of the pool that a stream leads to; null if it leads to none. */
    public static @Nullable AppName pool(Target target, Routing routing) {
        return switch (target) {
            case Target.ToApp(var name) -> new AppName(name);
            case Target.ToGroup(var name) -> new AppName(name);
            case Target.ToServer(var server) -> routing.alone(server);
            case Target.ToAddress _, Target.Elsewhere _, Target.Maintained _ -> null;
        };
    }

    private @Nullable AppName alone(Upstream server) {
        for (var entry : groups.entrySet()) {
            var group = entry.getValue();
            if (entry.getKey().value().startsWith("to-")
                    && group.servers().size() == 1
                    && group.servers().getFirst().where() instanceof Server.Fixed(var its)
                    && its.equals(server)) {
                return entry.getKey();
            }
        }
        return null;
    }

    /** What the route at a place comes to. */
    public Way way(int place) {
        return ways.get(place);
    }

    public List<Way> ways() {
        return ways;
    }

    /** The routes of one listening address; null if the configuration does not listen there. */
    @Nullable
    RouteTable table(Binding binding) {
        return tables.get(binding);
    }

    /** Its upstreams by name, those included that a route names by their only server's address. */
    public Map<AppName, Group> groups() {
        return groups;
    }

    /** Its apps: their requests come by routes. */
    public Set<AppName> apps() {
        return apps;
    }

    /** What its limits count. */
    public RuleStates states() {
        return states;
    }

    /** Name servers to ask; empty: those of the machine. */
    public List<String> resolvers() {
        return resolvers;
    }

    /** What is passed on as it is, by where it comes in. */
    public Map<StreamBinding, StreamRoute> streams() {
        return streams;
    }

    /** The same with other streams. */
    public Routing with(Map<StreamBinding, StreamRoute> others) {
        return new Routing(tables, ways, groups, apps, listens, resolvers, states, others);
    }

    /** The addresses that it listens on for HTTP. */
    public Map<Binding, Listen> listens() {
        return listens;
    }
}
