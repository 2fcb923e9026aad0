package footplate.core.route;

import footplate.core.config.Entry.Binding;
import footplate.core.name.AppName;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        for (var route : routes) {
            apps.put(route.app(), route);
        }
        for (var route : besides) {
            this.besides.put(route.app(), route);
        }
        enter(apps.values());
        enter(besides.stream().filter(route -> shown.contains(route.app())).toList());
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

    /** Every route: of the apps, and of what is beside them. */
    public List<AppRoute> routes() {
        return Stream.concat(apps.values().stream(), besides.values().stream()).toList();
    }

    /** Every listening address that an app uses. */
    public Set<Binding> bindings() {
        return Collections.unmodifiableSet(listeners.keySet());
    }

    /** What is reached through one listening address. */
    public static final class Listener {
        private final Map<String, AppRoute> hosts = new HashMap<>();
        private @Nullable AppRoute fallback;

        /** Whether every request is for the same app, so that its host name need not be looked at. */
        public boolean single() {
            return hosts.isEmpty();
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
