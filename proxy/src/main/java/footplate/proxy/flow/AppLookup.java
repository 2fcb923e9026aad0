package footplate.proxy.flow;

import footplate.core.config.Entry.Binding;
import footplate.core.http.RequestHead;
import footplate.core.route.AppRoute;
import footplate.core.route.RoutingTable;
import org.jspecify.annotations.Nullable;

/** Finds a request's app; remembers it for listeners with one app, where there is nothing to look up again. */
final class AppLookup {
    private @Nullable RoutingTable knownTable;
    private @Nullable AppRoute knownRoute;

    /** The app of an address that has but one; null if it has none or more. */
    static @Nullable AppRoute only(RoutingTable table, Binding binding) {
        var listener = table.listener(binding);
        return listener != null && listener.single() ? listener.find("") : null;
    }

    /** The app, or null if there is none on this address, or none of this name. */
    @Nullable
    AppRoute find(RoutingTable table, Binding binding, RequestHead head) {
        if (table == knownTable) {
            return knownRoute;
        }
        var listener = table.listener(binding);
        if (listener == null) {
            return null;
        }
        if (!listener.single()) {
            return listener.find(head.hostName());
        }
        knownTable = table;
        knownRoute = listener.find("");
        return knownRoute;
    }
}
