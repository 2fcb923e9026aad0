package footplate.core.match;

import footplate.core.config.routes.HostMatch;
import footplate.core.config.routes.Route;
import footplate.core.http.RequestHead;
import footplate.core.match.HostTable.Wildcard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which route a request is for. Immutable, compiled once per configuration; the order is that of nginx's server_name and
 * location (ADR 31):
 *
 * <ol>
 *   <li>the host's exact name, the longest {@code *.x}, the longest {@code x.*}, the first expression, routes without a host;
 *   <li>of one host: the exact path, the first expression, the longest folder, routes for every path;
 *   <li>of one path: the route with more conditions, else the one that stands before.
 * </ol>
 *
 * <p>Where no route of a host fits, the search goes on at the next host that is less exact.
 */
public final class RouteTable {
    /** {@link #find} knows no route. */
    public static final int NONE = -1;

    private record ByExpression(Expression expression, PathTable paths) {}

    private final @Nullable HostTable hosts;
    private final List<ByExpression> expressions;
    private final @Nullable PathTable everywhere;

    private RouteTable(@Nullable HostTable hosts, List<ByExpression> expressions, @Nullable PathTable everywhere) {
        this.hosts = hosts;
        this.expressions = expressions;
        this.everywhere = everywhere;
    }

    /**
     * A table.
     *
     * @param routes in the file's order
     * @param which places in {@code routes} that count here, from small to large
     */
    public static RouteTable of(List<Route> routes, int[] which) {
        var exact = new HashMap<String, List<Integer>>();
        var endings = new HashMap<String, List<Integer>>();
        var beginnings = new HashMap<String, List<Integer>>();
        var expressions = new LinkedHashMap<String, List<Integer>>();
        var everywhere = new ArrayList<Integer>();
        for (int place : which) {
            var hosts = routes.get(place).hosts();
            if (hosts.isEmpty()) {
                everywhere.add(place);
            }
            for (var host : hosts) {
                switch (host) {
                    case HostMatch.Exact(var text) -> put(exact, text, place);
                    case HostMatch.Ending(var text) -> put(endings, text.substring(1), place);
                    case HostMatch.Beginning(var text) -> put(beginnings, text.substring(0, text.length() - 1), place);
                    case HostMatch.Expression(var text) -> put(expressions, text, place);
                }
            }
        }
        // Many hosts have the same routes: so they have the same table.
        var tables = new HashMap<List<Integer>, PathTable>();
        boolean named = !exact.isEmpty() || !endings.isEmpty() || !beginnings.isEmpty();
        return new RouteTable(
                named
                        ? new HostTable(
                                tables(exact, routes, tables),
                                tables(endings, routes, tables),
                                tables(beginnings, routes, tables))
                        : null,
                expressions.entrySet().stream()
                        .map(entry -> new ByExpression(
                                Expression.ofHost(entry.getKey().substring(1)),
                                tables.computeIfAbsent(entry.getValue(), places -> new PathTable(routes, places))))
                        .toList(),
                everywhere.isEmpty() ? null : new PathTable(routes, everywhere));
    }

    private static void put(Map<String, List<Integer>> map, String host, int place) {
        var places = map.computeIfAbsent(host, _ -> new ArrayList<>(1));
        if (places.isEmpty() || places.getLast() != place) {
            places.add(place);
        }
    }

    private static Map<String, PathTable> tables(
            Map<String, List<Integer>> places, List<Route> routes, Map<List<Integer>, PathTable> known) {
        var tables = HashMap.<String, PathTable>newHashMap(places.size());
        places.forEach((host, list) ->
                tables.put(host, known.computeIfAbsent(list, same -> new PathTable(routes, same))));
        return tables;
    }

    /**
     * Which route a request is for.
     *
     * @param captured takes what the groups of the route's expressions matched, or why there is no route
     * @param after a route that is for the request too: the one that comes next in order is wanted; -1: the first
     * @return its place among the routes; {@link #NONE} if there is none
     */
    public int find(RequestHead head, Captured captured, int after) {
        captured.begin(after);
        int place;
        try {
            place = search(head, captured);
        } catch (CountedText.Exhausted | StackOverflowError tooFar) {
            // Deep recursion is Java's way to go back and forth. The request is for no route: with the next best one it
            // could pass by what this one would have done to it.
            captured.refuse(Captured.Why.TOO_LONG_A_SEARCH);
            return NONE;
        }
        if (place == PathTable.NO_PATH) {
            captured.refuse(Captured.Why.NO_PATH);
            return NONE;
        }
        if (place >= 0) {
            captured.take();
        }
        return place;
    }

    private int search(RequestHead head, Captured captured) {
        int place = NONE;
        if ((hosts != null || !expressions.isEmpty()) && captured.readHost(head)) {
            if (hosts != null) {
                place = byName(hosts, head, captured);
            }
            if (place == NONE && !expressions.isEmpty()) {
                place = byExpression(head, captured);
            }
        }
        return place == NONE && everywhere != null ? everywhere.find(head, captured) : place;
    }

    private static int byName(HostTable hosts, RequestHead head, Captured captured) {
        var found = captured.found();
        hosts.find(captured.host(), captured.hostLength(), found);
        int place = found.exact == null ? NONE : found.exact.find(head, captured);
        for (Wildcard wildcard = found.ending; wildcard != null && place == NONE; wildcard = wildcard.shorter()) {
            place = wildcard.paths().find(head, captured);
        }
        for (Wildcard wildcard = found.beginning; wildcard != null && place == NONE; wildcard = wildcard.shorter()) {
            place = wildcard.paths().find(head, captured);
        }
        return place;
    }

    private int byExpression(RequestHead head, Captured captured) {
        for (int i = 0; i < expressions.size(); i++) {
            var one = expressions.get(i);
            var match = one.expression.in(captured.hostText());
            if (match != null) {
                int place = one.paths.find(head, captured);
                if (place != NONE) {
                    captured.keepHost(one.expression, match);
                    return place;
                }
            }
        }
        return NONE;
    }
}
