package footplate.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.config.routes.HostMatch;
import footplate.core.config.routes.PathMatch;
import footplate.core.config.routes.Route;
import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Rules.Access;
import footplate.core.config.routes.Rules.Edits;
import footplate.core.config.routes.Target;
import footplate.core.http.RequestHead;
import footplate.core.match.Captured;
import footplate.core.match.RouteTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What finding a request's route costs, each time for another host, path and head. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class RouteBench {
    private static final int HEADS = 1_024;
    private static final Rules NO_RULES = rules();

    /** What the routes are, and what is asked for. */
    @Param({
        "exact 10",
        "exact 1000",
        "exact 10000",
        "wildcard 10",
        "wildcard 10000",
        "none of 10000",
        "expression 1",
        "expression 10",
        "folders 100",
        "folders 100, not normal",
        "paths 100",
        "path expression 10"
    })
    public String what;

    private final List<Route> routes = new ArrayList<>();
    private final RequestHead[] heads = new RequestHead[HEADS];
    private final Captured captured = new Captured();
    private RouteTable table;
    private int request;

    private static Rules rules() {
        var none = new Edits(Map.of(), Map.of(), List.of());
        return new Rules(
                null, "", none, none, null, null, null, null, new Access(List.of(), List.of()), null, null, null, null,
                null);
    }

    @Setup
    public void start() {
        var words = what.split(" ");
        int count = Integer.parseInt(words[what.startsWith("none") || what.startsWith("path e") ? 2 : 1].replace(",", ""));
        for (int i = 0; i < count; i++) {
            switch (words[0]) {
                case "exact", "none" -> route("shop-" + i + ".example.org", "/*");
                case "wildcard" -> route("*.shop-" + i + ".example.org", "/*");
                case "expression" ->
                    route("~^(?<app>[a-z0-9]+)_(?<id>[a-z0-9]+)_(?<node>[0-9]+)\\.apps-" + i + "\\.example$", "/*");
                case "folders" -> route("", "/section-" + i + (i % 2 == 0 ? "/*" : "/part/*"));
                case "paths" -> route("", "/section-" + i + "/page");
                default -> route("", "~^/section-" + i + "/[a-z]+\\.php$");
            }
        }
        table = table();
        // The last expression is the dearest; of the rest, any.
        var asked = new ArrayList<>(IntStream.range(0, HEADS).mapToObj(i -> i * 7 % count).toList());
        Collections.shuffle(asked, new Random(1));
        for (int i = 0; i < HEADS; i++) {
            int one = asked.get(i);
            heads[i] = switch (words[0]) {
                case "exact" -> head("shop-" + one + ".example.org", "/cart/items?page=2");
                case "none" -> head("other-" + one + ".example.org", "/cart/items?page=2");
                case "wildcard" -> head("www.shop-" + one + ".example.org", "/cart/items?page=2");
                case "expression" -> head("shop_" + i + "_7.apps-" + (count - 1) + ".example", "/cart/items?page=2");
                case "folders" ->
                    head(
                            "shop.example.org",
                            "/section-" + one + (what.endsWith("normal") ? "//part/a%20b.html" : "/part/a/b.html?page=2"));
                case "paths" -> head("shop.example.org", "/section-" + one + "/page?page=2");
                default -> head("shop.example.org", "/section-" + (count - 1) + "/index.php?page=2");
            };
        }
    }

    private void route(String host, String path) {
        routes.add(new Route(
                host.isEmpty() ? List.of() : List.of(HostMatch.of(host)),
                PathMatch.of(path),
                List.of(),
                Map.of(),
                Map.of(),
                new Target.ToApp("shop"),
                NO_RULES));
    }

    private static RequestHead head(String host, String target) {
        var bytes = ("GET " + target + " HTTP/1.1\r\nHost: " + host + ":8080\r\nAccept: */*\r\n\r\n").getBytes(US_ASCII);
        var head = new RequestHead(16_384);
        if (head.read(bytes, 0, bytes.length) < 0) {
            throw new IllegalStateException(target);
        }
        return head;
    }

    @Benchmark
    public int find() {
        return table.find(heads[request++ & HEADS - 1], captured, -1);
    }

    /** What compiling the table costs, once for a configuration. */
    @Benchmark
    public RouteTable table() {
        return RouteTable.of(routes, IntStream.range(0, routes.size()).toArray());
    }
}
