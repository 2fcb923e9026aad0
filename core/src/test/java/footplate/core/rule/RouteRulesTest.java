package footplate.core.rule;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import footplate.core.config.routes.Network;
import footplate.core.config.routes.PathMatch;
import footplate.core.config.routes.Rate;
import footplate.core.config.routes.Route;
import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Target;
import footplate.core.config.routes.Template;
import footplate.core.http.HeadBytes;
import footplate.core.http.RequestEdit;
import footplate.core.http.RequestHead;
import footplate.core.rule.limit.KeyedHash;
import footplate.core.rule.limit.RuleStates;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class RouteRulesTest {
    private static final RuleStates STATES = new RuleStates(new KeyedHash(1, 2));

    private Target to = new Target.ToApp("shop");
    private final RulesDraft rules = new RulesDraft();

    private RouteRules made() {
        return Objects.requireNonNull(RouteRules.of(route(), new RuleStates(STATES.hash())));
    }

    private Route route() {
        return new Route(List.of(), new PathMatch.Any(), List.of(), Map.of(), Map.of(), to, rules.made());
    }

    private static RequestHead head(String... lines) {
        var text =
                String.join("\r\n", lines).replaceFirst("\r\n|$", " HTTP/1.1\r\nHost: shop.example\r\n") + "\r\n\r\n";
        var bytes = text.replace("\r\n\r\n\r\n", "\r\n\r\n").getBytes(ISO_8859_1);
        var head = new RequestHead(8_192);
        assertThat(head.read(bytes, 0, bytes.length)).describedAs(text).isEqualTo(bytes.length);
        return head;
    }

    private static ClientAddress address(String text) {
        return Objects.requireNonNull(ClientAddress.parse(text));
    }

    private static List<Network> networks(String... texts) {
        return java.util.Arrays.stream(texts)
                .map(text -> Objects.requireNonNull(Network.parse(text)))
                .toList();
    }

    private static Map<String, Template> one(String name, String template) {
        return Map.of(name, Template.of(template));
    }

    @Test
    void aRouteWithoutRulesHasNone() {
        assertThat(RouteRules.of(route(), STATES)).isNull();
        to = new Target.Elsewhere(Template.of("https://x"), 301);
        assertThat(RouteRules.of(route(), STATES)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.1 | 1.2.3.4 | 1.2.3.4",
                "10.0.0.1 | 6.6.6.6, 1.2.3.4 | 1.2.3.4",
                "10.0.0.1 | 6.6.6.6, 1.2.3.4, 10.0.0.2 ,10.0.0.3 | 1.2.3.4",
                "10.0.0.1 | 10.0.0.9, 10.0.0.2 | 10.0.0.9",
                "10.0.0.1 | 1.2.3.4, evil, 10.0.0.2 | 10.0.0.2",
                "10.0.0.1 | 1.2.3.4, , 10.0.0.2 | 10.0.0.2",
                "10.0.0.1 | 01.2.3.4 | 10.0.0.1",
                "10.0.0.1 | 1.2.3.4:5678 | 1.2.3.4",
                "10.0.0.1 | 1.2.3.4:567899 | 10.0.0.1",
                "10.0.0.1 | [2001:db8::1]:443 | 2001:db8::1",
                "10.0.0.1 | 2001:db8::1 | 2001:db8::1",
                "10.0.0.1 | ::ffff:1.2.3.4 | 1.2.3.4",
                "10.0.0.1 | '' | 10.0.0.1",
                "9.9.9.9 | 1.2.3.4 | 9.9.9.9"
            })
    void theRealAddressIsTheFirstFromTheRightThatIsNoTrustedProxys(String peer, String told, String real) {
        rules.real = new Rules.RealIp(networks("10.0.0.0/8"), "X-Forwarded-For");

        assertThat(made().client(head("GET /", "X-Forwarded-For: " + told), address(peer)))
                .hasToString(real);
    }

    @Test
    void severalLinesAreOneListAndForwardedIsUnderstood() {
        rules.real = new Rules.RealIp(networks("10.0.0.0/8"), "X-Forwarded-For");
        assertThat(made().client(
                                head("GET /", "X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 10.0.0.3"),
                                address("10.0.0.1")))
                .hasToString("1.1.1.1");
        rules.real = new Rules.RealIp(networks("10.0.0.0/8"), "Forwarded");
        assertThat(made().client(
                                head(
                                        "GET /",
                                        "Forwarded: for=6.6.6.6, proto=http;For=\"[2001:db8::7]:80\", for=10.0.0.2"),
                                address("10.0.0.1")))
                .hasToString("2001:db8::7");
    }

    @Test
    void aListOfAnyLengthIsLookedAtForAWhileOnly() {
        rules.real = new Rules.RealIp(networks("10.0.0.0/8"), "X-Forwarded-For");
        var told = "X-Forwarded-For: 1.2.3.4" + ", 10.0.0.2".repeat(200);

        assertThat(made().client(head("GET /", told), address("10.0.0.1"))).hasToString("10.0.0.2");
    }

    @Test
    void aTrustedProxyTellsTheSchemeAndNobodyElse() {
        rules.real = new Rules.RealIp(networks("10.0.0.0/8"), "X-Forwarded-For");
        var head = head("GET /", "X-Forwarded-Proto: HTTPS");

        assertThat(made().scheme(head, address("10.0.0.1"), "http")).isEqualTo("https");
        assertThat(made().scheme(head, address("11.0.0.1"), "http")).isEqualTo("http");
        assertThat(made().scheme(head("GET /", "X-Forwarded-Proto: ftp"), address("10.0.0.1"), "http"))
                .isEqualTo("http");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 10.0.0.0/8 | 10.1.1.1 | false",
                "'' | 10.0.0.0/8 | 11.1.1.1 | true",
                "10.0.0.0/8 | '' | 10.1.1.1 | true",
                "10.0.0.0/8 | '' | 11.1.1.1 | false",
                "10.0.0.0/8 | '' | 2001:db8::1 | false",
                "10.0.0.0/8 | 0.0.0.0/0 ::/0 | 10.1.1.1 | true",
                "10.0.0.0/8 | 10.0.0.5 | 10.0.0.5 | false",
                "10.0.0.5 | 10.0.0.0/8 | 10.0.0.5 | true",
                "10.0.0.5 | 10.0.0.5 | 10.0.0.5 | false",
                "2001:db8:: | 2001:db8::/33 | 2001:db8:: | true",
                "2001:db8::/32 | 2001:db8:8000::/33 | 2001:db8:7fff:: | true",
                "2001:db8::/32 | 2001:db8:8000::/33 | 2001:db8:8000:: | false",
                "10.0.0.0/9 | '' | 10.127.1.1 | true",
                "10.0.0.0/9 | '' | 10.128.1.1 | false",
                "0.0.0.0/0 | '' | 255.255.255.255 | true",
                "10.0.0.0/8 | '' | ::ffff:10.1.1.1 | true"
            })
    void theNarrowestNetworkDecidesWhoComesIn(String allow, String deny, String client, boolean in) {
        rules.access = new Rules.Access(
                networks(allow.isEmpty() ? new String[0] : allow.split(" ")),
                networks(deny.isEmpty() ? new String[0] : deny.split(" ")));

        var verdict = made().first(head("GET /"), address(client), new Held(), 0);

        assertThat(verdict instanceof Verdict.Passes).isEqualTo(in);
        assertThat(verdict instanceof Verdict.Refused(var status, var _, var _) && status == 403)
                .isEqualTo(!in);
    }

    @Test
    void theRateIsCountedByAddressWithIpv6By64() {
        rules.rate = new Rules.RateLimit(new Rate(1, Duration.ofMinutes(1)), 0, "address");
        var made = made();
        var head = head("GET /");

        assertThat(made.first(head, address("1.2.3.4"), new Held(), 0)).isInstanceOf(Verdict.Passes.class);
        assertThat(made.first(head, address("1.2.3.4"), new Held(), 500_000_000))
                .isEqualTo(new Verdict.Refused(429, "Too many requests in a short time.", 60));
        assertThat(made.first(head, address("1.2.3.5"), new Held(), 0)).isInstanceOf(Verdict.Passes.class);
        assertThat(made.first(head, address("2001:db8::1"), new Held(), 0)).isInstanceOf(Verdict.Passes.class);
        assertThat(made.first(head, address("2001:db8::ffff:0:0:2"), new Held(), 0))
                .isInstanceOf(Verdict.Refused.class);
        assertThat(made.first(head, address("2001:db8:0:1::1"), new Held(), 0)).isInstanceOf(Verdict.Passes.class);
    }

    @Test
    void whoLeavesTheCountedFieldOutIsCountedByAddress() {
        rules.rate = new Rules.RateLimit(new Rate(1, Duration.ofMinutes(1)), 0, "header:X-Key");
        var made = made();
        var client = address("1.2.3.4");

        assertThat(made.first(head("GET /", "x-key: a"), client, new Held(), 0)).isInstanceOf(Verdict.Passes.class);
        assertThat(made.first(head("GET /", "X-Key: a"), client, new Held(), 0)).isInstanceOf(Verdict.Refused.class);
        assertThat(made.first(head("GET /", "X-Key: b"), client, new Held(), 0)).isInstanceOf(Verdict.Passes.class);
        assertThat(made.first(head("GET /"), client, new Held(), 0)).isInstanceOf(Verdict.Passes.class);
        assertThat(made.first(head("GET /"), client, new Held(), 0)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void whoIsRefusedByTheRateHasAPlaceThatGoesBackOnce() {
        rules.rate = new Rules.RateLimit(new Rate(1, Duration.ofMinutes(1)), 0, "route");
        rules.most = new Rules.ConcurrencyLimit(1, "route");
        var made = made();
        var first = new Held();
        var second = new Held();

        assertThat(made.first(head("GET /"), address("::1"), first, 0)).isInstanceOf(Verdict.Passes.class);
        assertThat(made.first(head("GET /"), address("::2"), second, 0))
                .isEqualTo(new Verdict.Refused(503, "Too many requests at once.", 1));
        first.leave();
        first.leave();
        assertThat(made.first(head("GET /"), address("::2"), second, 0)).isInstanceOf(Verdict.Refused.class);
        second.leave();
        assertThat(made.first(head("GET /"), address("::2"), second, 60_000_000_000L))
                .isInstanceOf(Verdict.Passes.class);
    }

    private String written(RequestHead head) {
        var out = new HeadBytes(64);
        var lines = RequestEdit.forwardedLines("9.9.9.9", "http", 80, RequestEdit.Choices.PLAIN);
        var edit = made().requestEdit(name -> name.equals("host") ? "shop.example" : "a\r\nb");
        RequestEdit.write(head, lines, RequestEdit.Choices.PLAIN, edit, out);
        return out.toString();
    }

    @Test
    void requestFieldsAreRemovedSetAndAdded() {
        rules.request = new Rules.Edits(
                one("X-Forwarded-Proto", "https"), one("X-Also", "${host}/${evil}"), List.of("Cookie", "X-Real-IP"));

        assertThat(written(head("GET /a", "Cookie: c", "X-Also: theirs", "x_real_ip: 6"))
                        .lines())
                .containsExactly(
                        "GET /a HTTP/1.1",
                        "Host: shop.example",
                        "X-Also: theirs",
                        "X-Forwarded-For: 9.9.9.9",
                        "X-Forwarded-Port: 80",
                        "X-Forwarded-Host: shop.example",
                        "X-Forwarded-Proto: https",
                        "X-Also: shop.example/a%0D%0Ab",
                        "");
    }

    @Test
    void theHostCanBeSetAndTheFirstOneIsStillTold() {
        rules.request = new Rules.Edits(one("host", "inner"), Map.of(), List.of());

        for (var target : List.of("/a", "http://shop.example/a")) {
            assertThat(written(head("GET " + target)).lines())
                    .startsWith("GET /a HTTP/1.1", "Host: inner")
                    .containsOnlyOnce("Host: inner")
                    .doesNotContain("Host: shop.example")
                    .contains("X-Forwarded-Host: shop.example");
        }
    }

    @Test
    void whatFramesAMessageCannotBeEdited() {
        for (var name : List.of("Content-Length", "transfer-encoding", "Connection", "Upgrade", "transfer_encoding")) {
            assertThatThrownBy(() -> new Rules.Edits(one(name, "1"), Map.of(), List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Rules.Edits(Map.of(), Map.of(), List.of(name)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private String answer(RequestHead head, String scheme) {
        var answer =
                "HTTP/1.1 200 OK\r\nServer: x\r\nAccess-Control-Allow-Origin: app\r\nStrict-Transport-Security: app\r\n";
        return new String(made().answerEdit(head, scheme, _ -> "v").in(answer.getBytes(ISO_8859_1)), ISO_8859_1);
    }

    @Test
    void hstsIsToldOverASecureConnectionOnly() {
        rules.hsts = new Rules.Hsts(Duration.ofDays(1), true, true);

        assertThat(answer(head("GET /"), "https"))
                .contains("Strict-Transport-Security: max-age=86400; includeSubDomains; preload\r\n")
                .doesNotContain("Security: app");
        assertThat(answer(head("GET /"), "http")).contains("Security: app").doesNotContain("max-age");
    }

    @Test
    void answersFieldsAreEdited() {
        rules.answer = new Rules.Edits(one("X-A", "${x}"), one("X-B", "b"), List.of("server"));

        assertThat(answer(head("GET /"), "http"))
                .endsWith("app\r\nX-A: v\r\nX-B: b\r\n")
                .doesNotContain("Server");
    }

    @Test
    void aPageOfAnotherOriginMaySeeTheAnswer() {
        rules.cors = cors(List.of("https://a.example"), List.of("X-Sum"), true);

        assertThat(answer(head("GET /", "Origin: https://a.example"), "http"))
                .contains("Access-Control-Allow-Origin: https://a.example\r\nAccess-Control-Allow-Credentials: true\r\n"
                        + "Access-Control-Expose-Headers: X-Sum\r\nVary: Origin\r\n")
                .doesNotContain("Origin: app");
        for (var other : List.of(
                "Origin: https://b.example", "X: y", "Origin: https://a.example\r\nOrigin: https://a.example")) {
            assertThat(answer(head("GET /", other), "http"))
                    .contains("Vary: Origin\r\n")
                    .doesNotContain("Access-Control");
        }
        rules.cors = cors(List.of("*"), List.of(), false);
        assertThat(answer(head("GET /"), "http"))
                .contains("Access-Control-Allow-Origin: *\r\n")
                .doesNotContain("Vary", "Credentials");
    }

    private static Rules.Cors cors(List<String> origins, List<String> expose, boolean credentials) {
        return new Rules.Cors(
                origins, List.of("GET", "PUT"), List.of("X-A"), expose, credentials, Duration.ofMinutes(10));
    }

    @Test
    void aPreflightIsAnsweredWithoutTheApp() {
        rules.cors = cors(List.of("https://a.example"), List.of(), true);
        var asked = head("OPTIONS /", "Origin: https://a.example", "Access-Control-Request-Method: PUT");
        var foreign = head("OPTIONS /", "Origin: https://b.example", "Access-Control-Request-Method: PUT");

        assertThat(made().first(asked, address("::1"), new Held(), 0))
                .isEqualTo(new Verdict.Preflight("Access-Control-Allow-Origin: https://a.example\r\n"
                        + "Access-Control-Allow-Credentials: true\r\nAccess-Control-Allow-Methods: GET, PUT\r\n"
                        + "Access-Control-Allow-Headers: X-A\r\nAccess-Control-Max-Age: 600\r\n"
                        + "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\r\n"));
        assertThat(made().first(foreign, address("::1"), new Held(), 0))
                .isEqualTo(new Verdict.Preflight(
                        "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\r\n"));
        assertThat(made().first(head("OPTIONS /", "Origin: https://a.example"), address("::1"), new Held(), 0))
                .isInstanceOf(Verdict.Passes.class);
    }

    @Test
    void whatIsNoTargetIsEncodedInARedirect() {
        to = new Target.Elsewhere(Template.of("https://shop.example${uri}"), 308);

        assertThat(made().redirectStatus()).isEqualTo(308);
        assertThat(made().location(_ -> "/a b\r\nX: 1")).isEqualTo("https://shop.example/a%20b%0D%0AX:%201");
    }
}
