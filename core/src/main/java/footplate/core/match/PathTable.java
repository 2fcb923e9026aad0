package footplate.core.match;

import footplate.core.config.routes.PathMatch;
import footplate.core.config.routes.Route;
import footplate.core.http.NormalPath;
import footplate.core.http.RequestHead;
import footplate.core.match.Choices.Choice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host by path (nginx: location): the exact path first, then the expressions in the file's order, then the
 * folders, the longest first, then those for every path.
 */
final class PathTable {
    /** The request's path is none, and no route is for it. */
    static final int NO_PATH = -2;

    /** A folder, and the next one around it that has routes. */
    private record Folder(Choices choices, @Nullable Folder around) {}

    private record ByExpression(Expression expression, Choices choices) {}

    private final @Nullable OctetTable<Choices> exact;
    private final @Nullable OctetTable<Folder> folders;
    private final int longestFolder;
    private final List<ByExpression> expressions;
    private final @Nullable Choices any;
    private final boolean looksAtPaths;
    /** The only route, where it is for every request; else {@link Choices#NONE}. Most hosts of many are so. */
    private final int only;

    /**
     * A table.
     *
     * @param routes all of the file
     * @param places which of these are the host's, in the file's order
     */
    PathTable(List<Route> routes, List<Integer> places) {
        var exactly = new LinkedHashMap<String, List<Choice>>();
        // From short to long: a folder is there before those in it.
        var below = new TreeMap<String, List<Choice>>(
                Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
        var like = new LinkedHashMap<String, List<Choice>>();
        var all = new ArrayList<Choice>();
        for (int place : places) {
            var route = routes.get(place);
            var choice = Choice.of(place, route);
            switch (route.path()) {
                case PathMatch.Any _ -> all.add(choice);
                case PathMatch.Exact(var text) -> put(exactly, normal(text), choice);
                case PathMatch.Below(var prefix) -> {
                    var folder = normal(prefix + "/");
                    if (folder != null && folder.equals("/")) {
                        all.add(choice);
                    } else {
                        put(below, folder == null ? null : folder.substring(0, folder.length() - 1), choice);
                    }
                }
                case PathMatch.Expression(var text) -> put(like, text, choice);
            }
        }
        this.exact = exactly.isEmpty() ? null : new OctetTable<>(choices(exactly), false);
        this.folders = below.isEmpty() ? null : new OctetTable<>(folders(below), false);
        this.longestFolder = below.isEmpty() ? 0 : below.lastKey().length();
        this.expressions = like.entrySet().stream()
                .map(entry ->
                        new ByExpression(Expression.of(entry.getKey().substring(1)), new Choices(entry.getValue())))
                .toList();
        this.any = all.isEmpty() ? null : new Choices(all);
        this.only = places.size() == 1 && all.size() == 1 && all.getFirst().conditions() == null
                ? all.getFirst().place()
                : Choices.NONE;
        this.looksAtPaths = !exactly.isEmpty() || !below.isEmpty() || !like.isEmpty();
    }

    /** A path as the file has it, as requests are compared with it; null if no request can have it. */
    private static @Nullable String normal(String written) {
        var path = NormalPath.of(written);
        return path == null ? null : new String(path, StandardCharsets.ISO_8859_1);
    }

    private static void put(Map<String, List<Choice>> map, @Nullable String path, Choice choice) {
        if (path != null) {
            map.computeIfAbsent(path, _ -> new ArrayList<>()).add(choice);
        }
    }

    private static Map<String, Choices> choices(Map<String, List<Choice>> map) {
        var choices = new LinkedHashMap<String, Choices>();
        map.forEach((path, list) -> choices.put(path, new Choices(list)));
        return choices;
    }

    private static Map<String, Folder> folders(Map<String, List<Choice>> shortFirst) {
        var folders = new LinkedHashMap<String, Folder>();
        shortFirst.forEach((path, list) -> {
            Folder around = null;
            for (int slash = path.lastIndexOf('/'); slash > 0 && around == null; ) {
                around = folders.get(path.substring(0, slash));
                slash = path.lastIndexOf('/', slash - 1);
            }
            folders.put(path, new Folder(new Choices(list), around));
        });
        return folders;
    }

    /** The place of the request's route; {@link Choices#NONE} if none is for it; {@link #NO_PATH}. */
    int find(RequestHead head, Captured captured) {
        if (only >= 0) {
            return captured.takes(only) ? only : Choices.NONE;
        }
        if (looksAtPaths) {
            var path = captured.path(head);
            if (path == null) {
                return NO_PATH;
            }
            if (path.from() < path.to()) {
                int place = find(head, captured, path);
                if (place >= 0) {
                    return place;
                }
            }
        }
        return any == null ? Choices.NONE : any.find(head, captured);
    }

    private int find(RequestHead head, Captured captured, NormalPath path) {
        var bytes = path.bytes();
        int from = path.from();
        int to = path.to();
        long hash = OctetTable.SEED;
        Folder folder = null;
        int last = folders == null ? from : Math.min(to, from + longestFolder);
        for (int i = from; i < to && (exact != null || i <= last); i++) {
            if (folders != null && bytes[i] == '/' && i > from && i <= last) {
                var found = folders.get(hash, bytes, from, i);
                folder = found == null ? folder : found;
            }
            hash = OctetTable.step(hash, bytes[i]);
        }
        if (folders != null && to <= last) {
            var found = folders.get(hash, bytes, from, to);
            folder = found == null ? folder : found;
        }
        if (exact != null) {
            var choices = exact.get(hash, bytes, from, to);
            int place = choices == null ? Choices.NONE : choices.find(head, captured);
            if (place >= 0) {
                return place;
            }
        }
        int place = like(head, captured);
        while (place < 0 && folder != null) {
            place = folder.choices.find(head, captured);
            folder = folder.around;
        }
        return place;
    }

    private int like(RequestHead head, Captured captured) {
        for (int i = 0; i < expressions.size(); i++) {
            var one = expressions.get(i);
            var found = one.expression.in(captured.pathText());
            if (found != null) {
                int place = one.choices.find(head, captured);
                if (place >= 0) {
                    captured.keepPath(one.expression, found);
                    return place;
                }
            }
        }
        return Choices.NONE;
    }
}
