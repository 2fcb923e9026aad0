package footplate.core.config.routes;

import footplate.core.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which requests go where, and what is done to them on the way.
 *
 * @param hosts any of these; empty: every host
 * @param methods any of these; empty: every method
 * @param headers fields that must be there, by name in lower case: a value, an {@code ~EXPRESSION}, or {@code *} for any
 * @param query parameters that must be there, the same way
 * @param settings in place of those of where it leads to
 */
public record Route(
        List<HostMatch> hosts,
        PathMatch path,
        List<String> methods,
        Map<String, String> headers,
        Map<String, String> query,
        Target to,
        Rules rules,
        Settings settings) {
    public Route {
        hosts = List.copyOf(hosts);
        methods = List.copyOf(methods);
        headers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        query = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(query));
    }

    /** One without settings of its own. */
    public Route(
            List<HostMatch> hosts,
            PathMatch path,
            List<String> methods,
            Map<String, String> headers,
            Map<String, String> query,
            Target to,
            Rules rules) {
        this(hosts, path, methods, headers, query, to, rules, Settings.standard());
    }

    /** What it takes, in words: two routes of the same words would be for the same requests. */
    public String describe() {
        var words = new ArrayList<String>();
        words.add((hosts.isEmpty()
                        ? "*"
                        : String.join(
                                ",",
                                hosts.stream().map(HostMatch::text).sorted().toList()))
                + (path instanceof PathMatch.Any ? "" : " " + path.text()));
        if (!methods.isEmpty()) {
            words.add(String.join(",", methods.stream().sorted().toList()));
        }
        headers.forEach((name, value) -> words.add(name + ": " + value));
        query.forEach((name, value) -> words.add("?" + name + "=" + value));
        return String.join(" ", words);
    }
}
