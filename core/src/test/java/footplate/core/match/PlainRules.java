package footplate.core.match;

import footplate.core.config.routes.HostMatch;
import footplate.core.config.routes.PathMatch;
import footplate.core.config.routes.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules of precedence as they are told, slow and plain: every route is looked at, and the fitting ones are put in order. */
final class PlainRules {
    /** A route under one of its hosts. */
    private record Entry(int place, Route route, @Nullable HostMatch host) {
        int conditions() {
            return (route.methods().isEmpty() ? 0 : 1)
                    + route.headers().size()
                    + route.query().size();
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    PlainRules(List<Route> routes) {
        for (int place = 0; place < routes.size(); place++) {
            var route = routes.get(place);
            if (route.hosts().isEmpty()) {
                entries.add(new Entry(place, route, null));
            }
            for (var host : route.hosts()) {
                entries.add(new Entry(place, route, host));
            }
        }
    }

    /**
     * The places of all routes that are for a request, in order.
     *
     * @param path in its normal form; null if it is none
     * @param conditions what the request meets besides host and path
     */
    List<Integer> order(String host, @Nullable String path, Predicate<Route> conditions) {
        var order = new LinkedHashSet<Integer>();
        var patterns = new LinkedHashSet<String>();
        entries.stream()
                .filter(entry -> fits(entry.host, host))
                .sorted(Comparator.comparingInt((Entry entry) -> rank(entry.host))
                        .thenComparingInt(Entry::place))
                .forEach(entry -> patterns.add(text(entry.host)));
        for (var pattern : patterns) {
            var here = entries.stream()
                    .filter(entry -> text(entry.host).equals(pattern))
                    .toList();
            if (path == null && here.stream().anyMatch(entry -> !(entry.route.path() instanceof PathMatch.Any))) {
                // Only what stands before it.
                return new ArrayList<>(order);
            }
            var texts = here.stream().map(entry -> entry.route.path().text()).toList();
            here.stream()
                    .filter(entry -> path == null || fits(entry.route.path(), path))
                    .filter(entry -> conditions.test(entry.route))
                    .sorted(Comparator.comparingInt((Entry entry) -> rank(entry.route.path(), texts))
                            .thenComparing(
                                    Comparator.comparingInt(Entry::conditions).reversed())
                            .thenComparingInt(Entry::place))
                    .forEach(entry -> order.add(entry.place));
        }
        return new ArrayList<>(order);
    }

    private static String text(@Nullable HostMatch host) {
        return host == null ? "" : host.text();
    }

    private static int rank(@Nullable HostMatch host) {
        return switch (host) {
            case HostMatch.Exact _ -> 0;
            case HostMatch.Ending(var text) -> 1_000 - text.length();
            case HostMatch.Beginning(var text) -> 2_000 - text.length();
            case HostMatch.Expression _ -> 3_000;
            case null -> 4_000;
        };
    }

    private static int rank(PathMatch path, List<String> texts) {
        return switch (path) {
            case PathMatch.Exact _ -> -1;
            case PathMatch.Expression(var text) -> texts.indexOf(text);
            case PathMatch.Below(var prefix) -> 10_000 - prefix.length();
            case PathMatch.Any _ -> 20_000;
        };
    }

    private static boolean fits(@Nullable HostMatch pattern, String host) {
        return switch (pattern) {
            case HostMatch.Exact(var text) -> host.equals(text);
            case HostMatch.Ending(var text) -> host.endsWith(text.substring(1)) && host.length() >= text.length();
            case HostMatch.Beginning(var text) ->
                host.startsWith(text.substring(0, text.length() - 1)) && host.length() >= text.length();
            case HostMatch.Expression(var text) ->
                Pattern.compile(text.substring(1)).matcher(host).find();
            case null -> true;
        };
    }

    private static boolean fits(PathMatch pattern, String path) {
        return switch (pattern) {
            case PathMatch.Exact(var text) -> path.equals(text);
            case PathMatch.Below(var prefix) -> path.equals(prefix) || path.startsWith(prefix + "/");
            case PathMatch.Expression(var text) ->
                Pattern.compile(text.substring(1)).matcher(path).find();
            case PathMatch.Any _ -> true;
        };
    }
}
