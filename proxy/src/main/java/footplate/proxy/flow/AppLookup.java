package footplate.proxy.flow;

import footplate.core.config.Entry.Binding;
import footplate.core.http.RequestHead;
import footplate.core.match.Captured;
import footplate.core.match.RouteTable;
import footplate.core.route.AppRoute;
import footplate.core.route.RoutingTable;
import footplate.core.route.Way;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds where a request goes; remembers it for listeners with one app, where there is nothing to look up again. */
final class AppLookup {
    private final Captured captured;
    private @Nullable RoutingTable knownTable;
    private @Nullable AppRoute knownRoute;
    private @Nullable Way way;
    private List<Way> passed = List.of();
    private Captured.Why why = Captured.Why.NO_ROUTE;

    /** @param captured its loop's: true until the next search */
    AppLookup(Captured captured) {
        this.captured = captured;
    }

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
        way = null;
        why = Captured.Why.NO_ROUTE;
        var listener = table.listener(binding);
        if (listener == null) {
            return null;
        }
        if (listener.single()) {
            knownTable = table;
            knownRoute = listener.find("");
            return knownRoute;
        }
        var routes = listener.routes();
        if (routes != null) {
            var routed = routed(table, routes, head);
            // What no route could be found for in time may be for one that keeps people out: nobody else answers it.
            if (routed != null || why != Captured.Why.NO_ROUTE) {
                return routed;
            }
        }
        return listener.find(head.hostName());
    }

    private @Nullable AppRoute routed(RoutingTable table, RouteTable routes, RequestHead head) {
        passed = List.of();
        int place = routes.find(head, captured, -1);
        if (place < 0) {
            why = captured.why();
            return null;
        }
        var found = table.way(place);
        while (found.lead() instanceof Way.Onward) {
            passed = Stream.concat(passed.stream(), Stream.of(found)).toList();
            int next = routes.find(head, captured, place);
            if (next < 0) {
                if (captured.why() != Captured.Why.NO_ROUTE) {
                    why = captured.why();
                    return null;
                }
                break;
            }
            place = next;
            found = table.way(place);
        }
        way = found;
        return table.pool(place);
    }

    /** The route of the configuration that the request has come by; null if by none. */
    @Nullable
    Way way() {
        return way;
    }

    /** Routes that it has come by before, which are for their rules alone. */
    List<Way> passed() {
        return way == null ? List.of() : passed;
    }

    /** Why no route was found; of use if none was. */
    Captured.Why why() {
        return why;
    }
}
