package footplate.core.config.file;

import footplate.core.config.Settings;
import footplate.core.config.file.AppReading.Claim;
import footplate.core.config.form.Check;
import footplate.core.config.form.Fields;
import footplate.core.config.form.Key;
import footplate.core.config.form.Section;
import footplate.core.config.form.Value;
import footplate.core.config.routes.HostMatch;
import footplate.core.config.routes.PathMatch;
import footplate.core.config.routes.Route;
import footplate.core.config.routes.Target;
import footplate.core.config.routes.Template;
import footplate.core.config.tree.Place;
import footplate.core.name.Likeness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a file's routes: which requests, and where to. */
final class RouteReading {
    private final Check check;
    private final Targets targets;
    private final RuleReading rules;
    private final Map<String, Place> before = new HashMap<>();

    RouteReading(Check check, FileFacts files, Targets targets) {
        this.check = check;
        this.targets = targets;
        this.rules = new RuleReading(check, files, targets);
    }

    List<Route> all(Fields file, Map<String, Claim> claims) {
        var routes = new ArrayList<Route>();
        for (var item : file.items(FileKeys.ROUTES)) {
            var route = item instanceof Fields fields ? route(fields, claims) : null;
            if (route != null) {
                routes.add(route);
            }
        }
        return routes;
    }

    private @Nullable Route route(Fields fields, Map<String, Claim> claims) {
        var hosts = fields.texts(RouteKeys.HOST).stream().map(HostMatch::of).toList();
        var path = PathMatch.of(fields.text(RouteKeys.PATH));
        var groups = groups(hosts, path);
        var read = rules.of(fields, path, groups);
        var to = target(fields, groups);
        if (to == null) {
            return null;
        }
        var route = new Route(
                hosts,
                path,
                fields.texts(RouteKeys.METHOD),
                lower(fields.map(RouteKeys.HEADER)),
                fields.map(RouteKeys.QUERY),
                to,
                read,
                settings(fields, to));
        if (!fields.hasGaps()) {
            once(route, fields, claims);
        }
        return route;
    }

    private Settings settings(Fields fields, Target to) {
        var settings = fields.settings(RouteKeys.SETTINGS);
        boolean answersItself = to instanceof Target.Elsewhere || to instanceof Target.Maintained;
        for (var setting : RouteKeys.SETTINGS) {
            if (answersItself && settings.chosen().containsKey(setting)) {
                var key = Section.key(setting);
                check.tell(
                        fields.place(key),
                        "'%s' goes with 'to'.".formatted(key.name()),
                        "Remove it: this route leads to nobody for whom it would count.");
            }
        }
        return settings;
    }

    private static Map<String, String> lower(Map<String, String> headers) {
        var lower = new LinkedHashMap<String, String>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        return lower;
    }

    /** The names that every host's expression, or the path's, gives. */
    private static Set<String> groups(List<HostMatch> hosts, PathMatch path) {
        var names = new TreeSet<String>();
        for (int i = 0; i < hosts.size(); i++) {
            var here = hosts.get(i) instanceof HostMatch.Expression expression ? expression.groups() : Set.<String>of();
            if (i == 0) {
                names.addAll(here);
            } else {
                names.retainAll(here);
            }
        }
        if (path instanceof PathMatch.Expression expression) {
            names.addAll(expression.groups());
        }
        return names;
    }

    private @Nullable Target target(Fields fields, Set<String> groups) {
        boolean to = fields.mentions(RouteKeys.TO);
        boolean redirect = fields.mentions(RouteKeys.REDIRECT);
        if (to && redirect) {
            check.tell(
                    fields.place(RouteKeys.REDIRECT),
                    "The route has both 'to' and 'redirect'.",
                    "Keep one of the two.");
            return null;
        }
        if (!redirect && fields.mentions(RouteKeys.STATUS)) {
            check.tell(
                    fields.place(RouteKeys.STATUS),
                    "'status' goes with 'redirect'.",
                    "Write 'redirect' beside it, or remove it.");
        }
        if (redirect) {
            if (!fields.has(RouteKeys.REDIRECT)) {
                return null;
            }
            var template = template(fields, RouteKeys.REDIRECT, groups);
            return new Target.Elsewhere(template, Integer.parseInt(fields.text(RouteKeys.STATUS)));
        }
        if (to) {
            return fields.value(RouteKeys.TO) instanceof Value.Word word ? target(fields, word, groups) : null;
        }
        if (fields.mentions(RouteKeys.MAINTENANCE)) {
            return new Target.Maintained();
        }
        check.tell(
                fields.place(),
                "The route leads nowhere.",
                "Write 'to' with an app, an upstream or an address, or 'redirect'.");
        return null;
    }

    private @Nullable Target target(Fields fields, Value.Word word, Set<String> groups) {
        var target = targets.of(word, fields.text(RouteKeys.RESOLVER));
        if (target instanceof Target.ToAddress(var template, var _)) {
            variables(template, groups, word.place(), RouteKeys.TO.name(), check);
        } else if (fields.mentions(RouteKeys.RESOLVER)) {
            check.tell(
                    fields.place(RouteKeys.RESOLVER),
                    "'resolver' goes with a 'to' that has '${…}' in it.",
                    "Remove it; the file's own 'resolver' is for the names of upstreams.");
        }
        return target;
    }

    private Template template(Fields fields, Key key, Set<String> groups) {
        var template = Template.of(fields.text(key));
        variables(template, groups, fields.words(key).getFirst().place(), key.name(), check);
        return template;
    }

    /** Tells of names in a template that stand for nothing. */
    static void variables(Template template, Set<String> groups, Place place, String key, Check check) {
        for (var name : template.names()) {
            boolean known = groups.contains(name)
                    || Template.VARIABLES.contains(name)
                    || name.matches("(http|arg|cookie)_[A-Za-z0-9_]+");
            if (!known) {
                var all = new ArrayList<>(groups);
                all.addAll(Template.VARIABLES);
                var nearest = Likeness.nearest(name, all);
                check.tell(
                        place,
                        "'${%s}' in '%s' stands for nothing.".formatted(name, key),
                        (nearest == null ? "" : "Write '${" + nearest + "}'. ")
                                + "There are: "
                                + String.join(", ", all)
                                + (groups.isEmpty()
                                        ? "; a regular expression as host gives more, by (?<name>…)."
                                        : "."));
            }
        }
    }

    /** Two routes for the same requests: the second would never be asked. */
    private void once(Route route, Fields fields, Map<String, Claim> claims) {
        List<HostMatch> hosts = new ArrayList<>(route.hosts());
        boolean plain = route.path() instanceof PathMatch.Any
                && route.methods().isEmpty()
                && route.headers().isEmpty()
                && route.query().isEmpty();
        var words = fields.words(RouteKeys.HOST);
        for (int i = 0; i < Math.max(1, hosts.size()); i++) {
            var host = hosts.isEmpty() ? List.<HostMatch>of() : List.of(hosts.get(i));
            var place = hosts.isEmpty() ? fields.place() : words.get(i).place();
            var alone = new Route(
                    host, route.path(), route.methods(), route.headers(), route.query(), route.to(), route.rules());
            var first = before.putIfAbsent(alone.describe(), place);
            var claim = plain && !hosts.isEmpty() ? claims.get(hosts.get(i).text()) : null;
            if (first != null) {
                check.tell(
                        place,
                        "The route for '%s' is there already, in line %d.".formatted(alone.describe(), first.line()),
                        "Keep one of the two, or tell them apart by path, method, header or query.");
            } else if (claim != null && !(route.to() instanceof Target.ToApp(var app) && app.equals(claim.app()))) {
                check.tell(
                        place,
                        "'%s' is a host of app '%s', in line %d."
                                .formatted(
                                        hosts.get(i).text(),
                                        claim.app(),
                                        claim.place().line()),
                        "Remove it from one of the two, or give the route a 'path'.");
            }
        }
    }
}
