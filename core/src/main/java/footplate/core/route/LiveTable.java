package footplate.core.route;

import footplate.core.name.AppName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * The routing table in force. The Keeper's thread publishes; every event loop reads, once per request and without a
 * lock.
 */
public final class LiveTable {
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private volatile RoutingTable table = RoutingTable.EMPTY;

    /** The table in force. */
    public RoutingTable current() {
        return table;
    }

    /** Calls {@code watcher} after each change, on the Keeper's thread: it must return at once. */
    public void watch(Runnable watcher) {
        watchers.add(watcher);
    }

    /**
     * Puts {@code next} in force, then lets queued requests have its free places. The Keeper's thread only.
     *
     * @param nowNanos {@link System#nanoTime}
     */
    public void publish(RoutingTable next, long nowNanos) {
        var before = table;
        table = next;
        for (var route : next.routes()) {
            route.gate().publish(route, nowNanos);
        }
        withdraw(before.apps(), next.apps(), Map.of());
        withdraw(before.besides(), next.besides(), next.apps());
        withdraw(named(before.upstreams()), named(next.upstreams()), Map.of());
        watchers.forEach(Runnable::run);
    }

    private static Map<AppName, AppRoute> named(List<AppRoute> routes) {
        return routes.stream().collect(Collectors.toMap(AppRoute::app, route -> route));
    }

    private static void withdraw(
            Map<AppName, AppRoute> before, Map<AppName, AppRoute> next, Map<AppName, AppRoute> own) {
        for (var gone : before.values()) {
            var successor = next.get(gone.app());
            if (successor == null || successor.gate() != gone.gate()) {
                var heir = own.get(gone.app());
                gone.gate().withdraw(heir == null ? null : heir.gate());
            }
        }
    }
}
