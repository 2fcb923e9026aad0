package footplate.core.match;

import static footplate.core.match.Written.get;
import static footplate.core.match.Written.request;
import static footplate.core.match.Written.route;
import static footplate.core.match.Written.table;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.routes.Route;
import footplate.core.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RouteTableTest {
    private static final Map<String, String> NONE = Map.of();

    private final Captured captured = new Captured();

    private int find(RouteTable table, RequestHead head) {
        return table.find(head, captured, -1);
    }

    private int find(RouteTable table, String host, String target) {
        return find(table, get(host, target));
    }

    /** https://nginx.org/en/docs/http/server_names.html */
    @Test
    void hostsAreTakenInTheOrderOfNginxsServerName() {
        var table = table(
                route("~^(?<user>.+)\\.example\\.net$", "/*"),
                route("mail.*", "/*"),
                route("*.example.org", "/*"),
                route("*.org", "/*"),
                route("example.org www.example.org", "/*"),
                route("~example", "/*"),
                route("", "/*"));

        assertThat(find(table, "example.org", "/")).isEqualTo(4);
        assertThat(find(table, "www.example.org", "/")).isEqualTo(4);
        assertThat(find(table, "mail.example.org", "/")).as("*.x before x.*").isEqualTo(2);
        assertThat(find(table, "a.b.example.org", "/")).as("at any depth").isEqualTo(2);
        assertThat(find(table, "example2.org", "/")).isEqualTo(3);
        assertThat(find(table, "mail.example.com", "/"))
                .as("x.* before expressions")
                .isEqualTo(1);
        assertThat(find(table, "joe.example.net", "/")).isEqualTo(0);
        assertThat(captured.groups().value("user")).isEqualTo("joe");
        assertThat(find(table, "example.net", "/"))
                .as("the first expression that fits")
                .isEqualTo(5);
        assertThat(find(table, "other.test", "/")).isEqualTo(6);
        assertThat(find(table, "org", "/")).as("*.org is not org").isEqualTo(6);
        assertThat(find(table, "mail", "/")).as("mail.* is not mail").isEqualTo(6);
    }

    @Test
    void theLongestWildcardIsTaken() {
        var table = table(
                route("*.example", "/*"),
                route("*.b.example", "/*"),
                route("*.a.b.example", "/*"),
                route("a.*", "/*"),
                route("a.b.*", "/*"));

        assertThat(find(table, "x.a.b.example", "/")).isEqualTo(2);
        assertThat(find(table, "xa.b.example", "/")).isEqualTo(1);
        assertThat(find(table, "a.b.example", "/"))
                .as("*.b.example before a.b.*")
                .isEqualTo(1);
        assertThat(find(table, "b.example", "/")).isEqualTo(0);
        assertThat(find(table, "a.b.test", "/")).isEqualTo(4);
        assertThat(find(table, "a.c.test", "/")).isEqualTo(3);
        assertThat(find(table, "ab.test", "/")).isEqualTo(-1);
    }

    @Test
    void aHostIsTakenHoweverItIsWritten() {
        var table = table(route("shop.example", "/*"), route("*.apps.example", "/*"), route("~^\\[::1\\]$", "/*"));

        for (var host :
                new String[] {"shop.example", "SHOP.Example", "shop.example:8080", "shop.example.", "Shop.example.:80"
                }) {
            assertThat(find(table, host, "/")).as(host).isZero();
        }
        assertThat(find(table, "A.Apps.Example:80", "/")).isEqualTo(1);
        assertThat(find(table, "[::1]:80", "/")).isEqualTo(2);
        assertThat(find(table, ".apps.example", "/")).as("the star is a name").isEqualTo(-1);
        assertThat(find(table, "other.test", "http://shop.example/x"))
                .as("RFC 9112 §3.2.2")
                .isZero();
    }

    @Test
    void whatIsNoNameIsForRoutesWithoutAHost() {
        var table = table(route("~.", "/*"), route("*.example", "/*"), route("", "/*"));
        var old = "GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII);
        var nameless = new RequestHead(100);
        nameless.read(old, 0, old.length);

        assertThat(find(table, nameless)).isEqualTo(2);
        assertThat(find(table, "a".repeat(246) + ".example", "/"))
                .as("254 octets")
                .isEqualTo(2);
        assertThat(find(table, "a".repeat(245) + ".example", "/")).isEqualTo(1);
    }

    /** https://nginx.org/en/docs/http/ngx_http_core_module.html#location, but for ^~, which is not there. */
    @Test
    void pathsAreTakenInTheOrderOfNginxsLocation() {
        var table = table(
                route("", "/*"),
                route("", "/documents/*"),
                route("", "~(?i)\\.(gif|jpg|jpeg)$"),
                route("", "/"),
                route("", "/documents/archive/*"));

        assertThat(find(table, "h", "/")).isEqualTo(3);
        assertThat(find(table, "h", "/index.html")).isEqualTo(0);
        assertThat(find(table, "h", "/documents/document.html")).isEqualTo(1);
        assertThat(find(table, "h", "/documents/1.jpg"))
                .as("an expression goes before a folder")
                .isEqualTo(2);
        assertThat(find(table, "h", "/documents/archive/2")).isEqualTo(4);
        assertThat(find(table, "h", "/documents/archives")).isEqualTo(1);
    }

    @Test
    void aFolderIsItselfAndAllBelowIt() {
        var table = table(route("", "/a/*"), route("", "/a/b/c/*"));

        for (var path : new String[] {"/a", "/a/", "/a?x", "/a/b", "/a/b/c.d", "/a/b/cc"}) {
            assertThat(find(table, "h", path)).as(path).isZero();
        }
        assertThat(find(table, "h", "/a/b/c")).isEqualTo(1);
        assertThat(find(table, "h", "/a/b/c/d/e")).isEqualTo(1);
        assertThat(find(table, "h", "/ab")).isEqualTo(-1);
        assertThat(find(table, "h", "/")).isEqualTo(-1);
    }

    @Test
    void anExactPathIsNothingElse() {
        var table = table(route("", "/a"), route("", "/b/"));

        assertThat(find(table, "h", "/a")).isZero();
        assertThat(find(table, "h", "/a?b=/")).isZero();
        assertThat(find(table, "h", "/a/")).isEqualTo(-1);
        assertThat(find(table, "h", "/b")).isEqualTo(-1);
        assertThat(find(table, "h", "/b/")).isEqualTo(1);
    }

    @Test
    void pathsAreComparedInTheirNormalForm() {
        var table = table(route("", "/admin/*"), route("", "/caf%C3%A9"), route("", "~^/café/é$"), route("", "/*"));

        for (var path : new String[] {
            "/admin", "//admin", "/./admin/x", "/x/../admin", "/%61dmin/", "/x%2f..%2fadmin", "/x/%2e%2e/admin"
        }) {
            assertThat(find(table, "h", path)).as(path).isZero();
        }
        assertThat(find(table, "h", "/caf%c3%a9")).isEqualTo(1);
        assertThat(find(table, "h", "/caf%c3%a9/%c3%a9")).isEqualTo(2);
        assertThat(find(table, "h", "/%2561dmin")).as("decoded once").isEqualTo(3);
    }

    @Test
    void whatIsNoPathIsForNoRouteThatCouldBeAskedAboutPaths() {
        var table = table(route("", "/admin/*"), route("", "/*"), route("whole.example", "/*"));

        for (var path : new String[] {"/../admin", "/a/../../admin", "/%2e%2e", "/a%00", "/a%", "/%4", "/%gg"}) {
            assertThat(find(table, "h", path)).as(path).isEqualTo(-1);
            assertThat(captured.why()).isEqualTo(Captured.Why.NO_PATH);
            assertThat(find(table, "whole.example", path)).as(path).isEqualTo(2);
        }
        assertThat(find(table, "h", "/a")).isEqualTo(1);
        assertThat(find(table(route("", "/a")), "h", "/b")).isEqualTo(-1);
        assertThat(captured.why()).isEqualTo(Captured.Why.NO_ROUTE);
    }

    @Test
    void theAsteriskFormIsForRoutesOfEveryPath() {
        var table = table(route("", "~."), route("", "/"), route("", "/*"));

        assertThat(find(table, request("OPTIONS", "h", "*"))).isEqualTo(2);
        assertThat(find(table, "other.test", "http://h"))
                .as("no path is the root")
                .isEqualTo(1);
    }

    @Test
    void ofOnePathTheRouteWithMoreConditionsIsFirst() {
        var table = table(
                route("", "/a"),
                route("", "/a", "POST", NONE, NONE),
                route("", "/a", "POST", Map.of("x-beta", "1"), NONE),
                route("", "/a", "POST", NONE, Map.of("debug", "*")),
                route("", "/*"));

        assertThat(find(table, request("POST", "h", "/a?debug", "X-Beta: 1"))).isEqualTo(2);
        assertThat(find(table, request("POST", "h", "/a?debug", "X-Beta: 2"))).isEqualTo(3);
        assertThat(find(table, request("POST", "h", "/a"))).isEqualTo(1);
        assertThat(find(table, get("h", "/a?debug", "X-Beta: 1"))).isEqualTo(0);
    }

    @Test
    void whereNoRouteOfAHostFitsTheSearchGoesOn() {
        var table = table(
                route("shop.example", "/api/*", "POST", NONE, NONE),
                route("*.example", "/api/*", "GET", NONE, NONE),
                route("~^shop", "~^/api/(?<rest>.*)"),
                route("", "/api/v1/*"),
                route("", "/*", "DELETE", NONE, NONE));

        assertThat(find(table, request("POST", "shop.example", "/api/v1/x"))).isEqualTo(0);
        assertThat(find(table, request("GET", "shop.example", "/api/v1/x"))).isEqualTo(1);
        assertThat(find(table, request("PUT", "shop.example", "/api/v1/x"))).isEqualTo(2);
        assertThat(captured.groups().value("rest")).isEqualTo("v1/x");
        assertThat(find(table, request("PUT", "h", "/api/v1/x"))).isEqualTo(3);
        assertThat(captured.groups().value("rest")).as("of the last search").isNull();
        assertThat(find(table, request("DELETE", "shop.example", "/x"))).isEqualTo(4);
        assertThat(find(table, request("GET", "shop.example", "/x"))).isEqualTo(-1);
    }

    @Test
    void getIsHeadToo() {
        var table = table(route("", "/*", "GET", NONE, NONE), route("", "/*", "PURGE POST", NONE, NONE));

        assertThat(find(table, request("HEAD", "h", "/"))).isZero();
        assertThat(find(table, request("PURGE", "h", "/"))).isEqualTo(1);
        assertThat(find(table, request("POST", "h", "/"))).isEqualTo(1);
        assertThat(find(table, request("PURG", "h", "/"))).isEqualTo(-1);
        assertThat(find(table, request("get", "h", "/")))
                .as("methods are case-sensitive, RFC 9110 §9.1")
                .isEqualTo(-1);
        assertThat(find(table(route("", "/*", "HEAD", NONE, NONE)), request("GET", "h", "/")))
                .isEqualTo(-1);
    }

    @Test
    void fieldsAreAValueAnExpressionOrAnything() {
        var table = table(
                route("", "/*", "", Map.of("x-a", "one"), NONE),
                route("", "/*", "", Map.of("x-a", "~^tw"), NONE),
                route("", "/*", "", Map.of("x-b", "*"), NONE));

        assertThat(find(table, get("h", "/", "X-A: one"))).isZero();
        assertThat(find(table, get("h", "/", "x-a: two"))).isEqualTo(1);
        assertThat(find(table, get("h", "/", "x-a: three", "X-A: one")))
                .as("one of its lines")
                .isZero();
        assertThat(find(table, get("h", "/", "X-A: One"))).isEqualTo(-1);
        assertThat(find(table, get("h", "/", "X_A: one")))
                .as("an underscore is no dash")
                .isEqualTo(-1);
        assertThat(find(table, get("h", "/", "x-b:"))).as("it is there").isEqualTo(2);
        assertThat(find(table, get("h", "/"))).isEqualTo(-1);
    }

    @Test
    void parametersAreComparedDecoded() {
        var table = table(
                route("", "/*", "", NONE, Map.of("q", "a b/c")),
                route("", "/*", "", NONE, Map.of("v", "~^[0-9]+$")),
                route("", "/*", "", NONE, Map.of("debug", "*")));

        assertThat(find(table, "h", "/?q=a+b%2Fc")).isZero();
        assertThat(find(table, "h", "/?x=1&q=x&q=a%20b/c&y")).isZero();
        assertThat(find(table, "h", "/?%71=a+b/c")).isZero();
        assertThat(find(table, "h", "/?v=12&v")).isEqualTo(1);
        assertThat(find(table, "h", "/?v=12x")).isEqualTo(-1);
        assertThat(find(table, "h", "/?debug")).isEqualTo(2);
        assertThat(find(table, "h", "/?&&debug=")).isEqualTo(2);
        assertThat(find(table, "h", "/debug")).isEqualTo(-1);
        assertThat(find(table, "h", "/?debug2=1&=debug")).isEqualTo(-1);
        assertThat(find(table, "h", "http://h?debug")).isEqualTo(2);
    }

    @Test
    void whatStandsBehindARouteIsFound() {
        var table = table(
                route("", "/*"),
                route("a.example *.example", "/*"),
                route("a.example", "/x"),
                route("~^a", "/x"),
                route("", "/y"));
        var order = new ArrayList<Integer>();
        for (int place = table.find(get("a.example", "/x"), captured, -1);
                place >= 0;
                place = table.find(get("a.example", "/x"), captured, place)) {
            order.add(place);
        }

        assertThat(order).containsExactly(2, 1, 3, 0);
        assertThat(table.find(get("a.example", "/x"), captured, 4))
                .as("behind a route that is not for the request")
                .isEqualTo(-1);
    }

    @Test
    void onlyTheRoutesOfTheAddressCount() {
        var routes = List.of(route("a.example", "/*"), route("a.example", "/*"), route("", "/*"));

        assertThat(RouteTable.of(routes, new int[] {1, 2}).find(get("a.example", "/"), captured, -1))
                .isEqualTo(1);
        assertThat(RouteTable.of(routes, new int[] {2}).find(get("a.example", "/"), captured, -1))
                .isEqualTo(2);
        assertThat(RouteTable.of(routes, new int[0]).find(get("a.example", "/"), captured, -1))
                .isEqualTo(-1);
    }

    @Test
    void groupsOfHostAndPathAreThere() {
        Route route = route(
                "~^(?<app>[a-z0-9]+)_(?<id>[a-z0-9]+)_(?<node>[0-9]+)\\.apps\\.example$",
                "~^/(?<id>[^/]+)(?<more>/x)?");
        var table = table(route);

        assertThat(find(table, "Shop_7_12.Apps.example:80", "/a%20b%0D%0Ac/")).isZero();
        var groups = captured.groups();
        assertThat(groups.value("app")).isEqualTo("shop");
        assertThat(groups.value("node")).isEqualTo("12");
        assertThat(groups.value("id")).as("the path's").isEqualTo("a%20b%0D%0Ac");
        assertThat(groups.value("more")).as("took no part").isEmpty();
        assertThat(groups.value("none")).isNull();
        find(table, "other.test", "/");
        assertThat(groups.value("app")).as("for longer than the search").isEqualTo("shop");
    }

    @Test
    void capitalsInTheExpressionOfAHostMeanAnyCase() {
        var table = table(route("~^Shop-", "/*"), route("", "~^/Shop"));

        assertThat(find(table, "sHOP-1.example", "/")).isZero();
        assertThat(find(table, "h", "/Shop")).isEqualTo(1);
        assertThat(find(table, "h", "/shop")).isEqualTo(-1);
    }

    @Test
    void onlyALineFeedEndsALineForAnExpression() {
        var table = table(route("", "~^/admin$"));

        assertThat(find(table, "h", "/admin")).isZero();
        for (var path : new String[] {"/admin%0d", "/admin%85", "/admin%e2%80%a8", "/admin%0d%0a"}) {
            assertThat(find(table, "h", path)).as(path).isEqualTo(-1);
        }
    }
}
