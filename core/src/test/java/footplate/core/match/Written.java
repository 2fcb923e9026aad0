package footplate.core.match;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.routes.HostMatch;
import footplate.core.config.routes.PathMatch;
import footplate.core.config.routes.Route;
import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Rules.Access;
import footplate.core.config.routes.Rules.Edits;
import footplate.core.config.routes.Target;
import footplate.core.config.routes.Template;
import footplate.core.http.RequestHead;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Routes and requests as they are written. */
final class Written {
    private Written() {}

    /** A route for a host, empty for every one, and a path. */
    static Route route(String hosts, String path) {
        return route(hosts, path, "", Map.of(), Map.of());
    }

    static Route route(
            String hosts, String path, String methods, Map<String, String> headers, Map<String, String> query) {
        var names = hosts.isEmpty() ? List.<String>of() : List.of(hosts.split(" "));
        for (var name : names) {
            assertThat(HostMatch.problem(name)).as(name).isNull();
        }
        assertThat(PathMatch.problem(path)).as(path).isNull();
        return new Route(
                names.stream().map(HostMatch::of).toList(),
                PathMatch.of(path),
                methods.isEmpty() ? List.of() : List.of(methods.split(" ")),
                headers,
                query,
                new Target.ToApp("app"),
                rules("", null));
    }

    static Rules rules(String stripPrefix, @Nullable String rewrite) {
        var none = new Edits(Map.of(), Map.of(), List.of());
        return new Rules(
                rewrite == null ? null : Template.of(rewrite),
                stripPrefix,
                none,
                none,
                null,
                null,
                null,
                null,
                new Access(List.of(), List.of()),
                null,
                null,
                null,
                null,
                null);
    }

    static RouteTable table(Route... routes) {
        return RouteTable.of(List.of(routes), IntStream.range(0, routes.length).toArray());
    }

    static RequestHead get(String host, String target, String... fields) {
        return request("GET", host, target, fields);
    }

    static RequestHead request(String method, String host, String target, String... fields) {
        var text = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
        for (var field : fields) {
            text.append(field).append("\r\n");
        }
        var bytes = text.append("\r\n").toString().getBytes(ISO_8859_1);
        var head = new RequestHead(100_000);
        assertThat(head.read(bytes, 0, bytes.length)).as(text.toString()).isEqualTo(bytes.length);
        return head;
    }
}
