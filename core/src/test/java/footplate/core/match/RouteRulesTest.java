package footplate.core.match;

import static footplate.core.match.Written.request;
import static footplate.core.match.Written.route;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.config.routes.Route;
import footplate.core.http.Hostile;
import footplate.core.http.NormalPath;
import footplate.core.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Any table finds for any request what the plain rules say, and all that stands behind it. */
final class RouteRulesTest {
    private static final String[] LABELS = {"a", "b", "aa", "ab"};
    private static final String[] EXPRESSIONS = {"~^a", "~b$", "~a.b", "~^(?<g>[ab]+)\\.", "~\\.", "~^c"};
    private static final String[] PATHS = {
        "/*",
        "/*",
        "/a",
        "/a/",
        "/a/*",
        "/a/b/*",
        "/a/b/a/b/*",
        "/b/*",
        "/ab/*",
        "/a/b",
        "~^/a",
        "~b$",
        "~^/(?<g>[^/]+)/b",
        "/"
    };
    private static final String[] METHODS = {"", "", "", "GET", "POST", "GET POST", "PURGE"};
    private static final String[] ASKED = {"GET", "GET", "HEAD", "POST", "PURGE"};
    private static final String[] PIECES = {
        "/", "/", "/a", "/b", "/a/b", "a", "b", "//", "/.", "/..", "/%61", "%2f", "%2", "/c"
    };

    private final Captured captured = new Captured();

    @Test
    void itIsAsThePlainRulesSay() {
        var found = new int[2];
        Seeds.each(6_000, random -> {
            var routes = new ArrayList<Route>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                routes.add(anyRoute(random));
            }
            var table = RouteTable.of(routes, IntStream.range(0, routes.size()).toArray());
            var plain = new PlainRules(routes);
            for (int i = 0; i < 4; i++) {
                found[check(table, plain, random) ? 1 : 0]++;
            }
        });
        assertThat(found[0]).as("requests without a route").isGreaterThan(1_500);
        assertThat(found[1]).as("requests with one").isGreaterThan(6_000);
    }

    private boolean check(RouteTable table, PlainRules plain, RandomGenerator random) {
        var host = name(random);
        var method = any(random, ASKED);
        boolean field = random.nextBoolean();
        boolean parameter = random.nextBoolean();
        var target = new StringBuilder("/");
        for (int i = random.nextInt(5); i > 0; i--) {
            target.append(any(random, PIECES));
        }
        var normal = NormalPath.of(target.toString());
        var wanted = plain.order(
                host,
                normal == null ? null : new String(normal, StandardCharsets.ISO_8859_1),
                route -> (route.methods().isEmpty()
                                || route.methods().contains(method)
                                || (method.equals("HEAD") && route.methods().contains("GET")))
                        && (field || route.headers().isEmpty())
                        && (parameter || route.query().isEmpty()));

        var asked = target + (parameter ? "?v=1" : "");
        var head = field ? request(method, host, asked, "X-Beta: 1") : request(method, host, asked);
        var order = new ArrayList<Integer>();
        for (int place = table.find(head, captured, -1); place >= 0; place = table.find(head, captured, place)) {
            order.add(place);
        }
        assertThat(order).as("%s %s%s", method, host, asked).isEqualTo(wanted);
        return !wanted.isEmpty();
    }

    private static Route anyRoute(RandomGenerator random) {
        var hosts = new ArrayList<String>();
        for (int i = random.nextInt(4); i > 0; i--) {
            hosts.add(
                    switch (random.nextInt(5)) {
                        case 0 -> "*." + name(random);
                        case 1 -> name(random) + ".*";
                        case 2 -> any(random, EXPRESSIONS);
                        default -> name(random);
                    });
        }
        return route(
                String.join(" ", hosts.stream().distinct().toList()),
                any(random, PATHS),
                any(random, METHODS),
                random.nextInt(4) == 0 ? Map.of("x-beta", "1") : Map.of(),
                random.nextInt(4) == 0 ? Map.of("v", "*") : Map.of());
    }

    private static String name(RandomGenerator random) {
        var labels = new ArrayList<String>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            labels.add(any(random, LABELS));
        }
        return String.join(".", labels);
    }

    private static String any(RandomGenerator random, String[] of) {
        return List.of(of).get(random.nextInt(of.length));
    }

    /** What strangers send is found, or not; nothing else happens. */
    @Test
    void noRequestBreaksATable() {
        var table = RouteTable.of(
                List.of(
                        route("*.a b.* ~^(?<g>.*)\\.c$", "/a/*"),
                        route("a.b", "~(?<rest>/.*)$"),
                        route("", "/*", "GET", Map.of("x", "~."), Map.of("q", "~^.$")),
                        route("", "/x/*")),
                new int[] {0, 1, 2, 3});
        Seeds.each(5_000, random -> {
            var bytes = Hostile.request(random).getBytes(StandardCharsets.ISO_8859_1);
            var head = new RequestHead(10_000);
            if (head.read(bytes, 0, bytes.length) >= 0) {
                assertThat(table.find(head, captured, -1)).isBetween(-1, 3);
            }
        });
    }
}
