package footplate.proxy;

import footplate.core.config.Settings;
import footplate.core.config.routes.Network;
import footplate.core.config.routes.PathMatch;
import footplate.core.config.routes.Route;
import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Target;
import footplate.core.config.routes.Template;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A route of which a test says what it needs; it leads to the bench's app. */
final class RouteDraft {
    String path = "/*";
    Target to = new Target.ToApp("shop");

    @Nullable
    Template rewrite;

    String stripPrefix = "";
    Rules.Edits request = edits(Map.of(), List.of());
    Rules.Edits answer = edits(Map.of(), List.of());
    Rules.@Nullable Hsts hsts;
    Rules.@Nullable Cors cors;
    Rules.@Nullable BasicAuth users;
    Rules.@Nullable ForwardAuth auth;
    Rules.Access access = new Rules.Access(List.of(), List.of());
    Rules.@Nullable RealIp real;
    Rules.@Nullable RateLimit rate;
    Rules.@Nullable ConcurrencyLimit most;
    Rules.@Nullable Maintenance maintenance;
    Rules.@Nullable Mirror mirror;
    Settings settings = Settings.standard();

    static Rules.Edits edits(Map<String, String> set, List<String> remove) {
        var templates = new LinkedHashMap<String, Template>();
        set.forEach((name, text) -> templates.put(name, Template.of(text)));
        return new Rules.Edits(templates, Map.of(), remove);
    }

    static List<Network> networks(String... texts) {
        return Arrays.stream(texts)
                .map(text -> Objects.requireNonNull(Network.parse(text)))
                .toList();
    }

    Route made() {
        var rules = new Rules(
                rewrite,
                stripPrefix,
                request,
                answer,
                hsts,
                cors,
                users,
                auth,
                access,
                real,
                rate,
                most,
                maintenance,
                mirror);
        return new Route(List.of(), PathMatch.of(path), List.of(), Map.of(), Map.of(), to, rules, settings);
    }
}
