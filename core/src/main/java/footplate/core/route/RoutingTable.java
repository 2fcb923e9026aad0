package footplate.core.route;

import footplate.core.config.Entry.Binding;
import footplate.core.match.RouteTable;
import footplate.core.name.AppName;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which app a request is for, by listening address and host name. Immutable: read once per request and kept. */
public final class RoutingTable {
    /** The table before anything is defined. */
    public static final RoutingTable EMPTY = new RoutingTable(List.of());

    private final Map<AppName, AppRoute> apps = new TreeMap<>();
    private final Map<AppName, AppRoute> besides = new TreeMap<>();
    private final Map<Binding, Listener> listeners = new HashMap<>();
    private final Routing routing;
    private final List<AppRoute> upstreams;
    private final Map<AppName, AppRoute> byName = new HashMap<>();
    private final @Nullable AppRoute nobody;
    private final AppRoute[] pools;

    /** Among several apps without host names on one address the first by name gets the requests of unknown hosts. */
    public RoutingTable(List<AppRoute> routes) {
        this(routes, List.of(), Set.of());
    }

    /**
     * A table with new releases that do not serve their apps yet.
     *
     * @param besides at most one for an app
     * @param shown which of these answer at addresses of their own
     */
    public RoutingTable(List<AppRoute> routes, List<AppRoute> besides, Set<AppName> shown) {
        this(routes, besides, shown, Routing.NONE, List.of(), null);
    }

    /**
     * A table with the routes of a configuration.
     *
     * @param upstreams the routing's
     * @param nobody what stands for a pool where a route has none: it says how such requests are served; null if no route is without
     */
    public RoutingTable(
            List<AppRoute> routes,
            List<AppRoute> besides,
            Set<AppName> shown,
            Routing routing,
            List<AppRoute> upstreams,
            @Nullable AppRoute nobody) {
        this.routing = routing;
        this.upstreams = List.copyOf(upstreams);
        for (var route : routes) {
            apps.put(route.app(), route);
        }
        for (var route : besides) {
            this.besides.put(route.app(), route);
        }
        enter(apps.values().stream()
                .filter(route -> !routing.apps().contains(route.app()))
                .toList());
        enter(besides.stream().filter(route -> shown.contains(route.app())).toList());
        for (var binding : routing.listens().keySet()) {
            listeners.computeIfAbsent(binding, _ -> new Listener()).routes = routing.table(binding);
        }
        this.nobody = nobody;
        pools = pools(nobody);
    }

    private AppRoute[] pools(@Nullable AppRoute nobody) {
        byName.putAll(apps);
        // An app that somebody started by hand under an upstream's name does not get its requests.
        upstreams.forEach(route -> byName.put(route.app(), route));
        return routing.ways().stream()
                .map(way -> pool(way, nobody).with(way.route().settings()))
                .toArray(AppRoute[]::new);
    }

    private AppRoute pool(Way way, @Nullable AppRoute nobody) {
        var pool = way.lead() instanceof Way.ToPool(var name) ? byName.getOrDefault(name, nobody) : nobody;
        return Objects.requireNonNull(pool, "a route leads to nobody, and nobody stands for that");
    }

    /** What the route at a place comes to. */
    public Way way(int place) {
        return routing.way(place);
    }

    /** The pool that the route at a place leads to, with the route's settings; where it leads to none, what stands for it. */
    public AppRoute pool(int place) {
        return pools[place];
    }

    /** Whether that is what stands for a pool where a route has none. */
    @SuppressWarnings("ReferenceEquality")
    public boolean isNobody(AppRoute pool) {
        return pool.plain() == nobody;
    }

    /** The pool of a target, for a request that came by no route to it; null if there is none. */
    public @Nullable AppRoute pool(footplate.core.config.routes.Target target) {
        var name = Routing.pool(target, routing);
        return name == null ? null : pool(name);
    }

    /** Where what comes in at an address is passed on; null if no stream listens there. */
    public @Nullable StreamRoute stream(StreamBinding binding) {
        return routing.streams().get(binding);
    }

    /** An app's or an upstream's pool; null if there is none of this name. */
    public @Nullable AppRoute pool(AppName name) {
        return byName.get(name);
    }

    /** The pools of servers that we did not start. */
    public List<AppRoute> upstreams() {
        return upstreams;
    }

    /** The routes of the configuration. */
    public Routing routing() {
        return routing;
    }

    private void enter(Collection<AppRoute> routes) {
        for (var route : routes) {
            var listener = listeners.computeIfAbsent(route.entry().binding(), _ -> new Listener());
            if (route.entry().hosts().isEmpty()) {
                if (listener.fallback == null) {
                    listener.fallback = route;
                }
            }
            for (var host : route.entry().hosts()) {
                listener.hosts.putIfAbsent(host.value(), route);
            }
        }
    }

    /** The routes of one listening address; null if no app uses it. */
    public @Nullable Listener listener(Binding binding) {
        return listeners.get(binding);
    }

    /** Every app, by name. */
    public Map<AppName, AppRoute> apps() {
        return Collections.unmodifiableMap(apps);
    }

    /** New releases that do not serve their apps yet, by app. */
    public Map<AppName, AppRoute> besides() {
        return Collections.unmodifiableMap(besides);
    }

    /** Every route: of the apps, of what is beside them, and of servers that we did not start. */
    public List<AppRoute> routes() {
        return Stream.of(apps.values(), besides.values(), upstreams)
                .flatMap(Collection::stream)
                .toList();
    }

    /** Every listening address that an app uses. */
    public Set<Binding> bindings() {
        return Collections.unmodifiableSet(listeners.keySet());
    }

    /** What is reached through one listening address. */
    public static final class Listener {
        private final Map<String, AppRoute> hosts = new HashMap<>();
        private @Nullable AppRoute fallback;
        private @Nullable RouteTable routes;

        /** Whether every request is for the same app, so that its host name need not be looked at. */
        public boolean single() {
            return hosts.isEmpty() && routes == null;
        }

        /** The configuration's routes, which go before what {@link #find} says; null if it does not listen here. */
        public @Nullable RouteTable routes() {
            return routes;
        }

        /**
         * The app of a host name, else the one without host names; null if there is neither.
         *
         * @param host in lower case, without port and trailing dot; empty if the request names none
         */
        public @Nullable AppRoute find(String host) {
            if (hosts.isEmpty()) {
                return fallback;
            }
            var named = hosts.get(host);
            return named != null ? named : fallback;
        }
    }
}
