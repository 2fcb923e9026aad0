package footplate.core.match;

import static footplate.core.match.Written.get;
import static footplate.core.match.Written.request;
import static footplate.core.match.Written.route;
import static footplate.core.match.Written.table;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.config.routes.Template;
import footplate.core.http.RequestHead;
import footplate.core.match.Phrase.Use;
import org.junit.jupiter.api.Test;

final class PhraseTest {
    private static final RequestVariables.Connection CONNECTION = new RequestVariables.Connection() {
        @Override
        public String scheme() {
            return "http";
        }

        @Override
        public int port() {
            return 8080;
        }

        @Override
        public String clientAddress() {
            return "203.0.113.7";
        }

        @Override
        public String requestId() {
            return "r-1";
        }
    };

    private final Captured captured = new Captured();

    private RequestVariables of(RequestHead head) {
        return new RequestVariables(head, captured.groups(), CONNECTION);
    }

    private static String render(String template, Use use, Variables variables) {
        return Phrase.of(Template.of(template), use).render(variables);
    }

    @Test
    void everyNameOfTheReferenceStandsForItsPartOfTheRequest() {
        var variables = of(request(
                "POST",
                "Shop.Example:8080",
                "/a//%61?b=c%20d&b=2&e",
                "X-Tenant: one",
                "x-tenant: two",
                "Cookie: theme=dark; session=a=b",
                "Cookie: last=1"));

        assertThat(variables.value("host")).isEqualTo("shop.example");
        assertThat(variables.value("uri")).isEqualTo("/a//%61?b=c%20d&b=2&e");
        assertThat(variables.value("request_uri")).isEqualTo("/a//%61?b=c%20d&b=2&e");
        assertThat(variables.value("path")).isEqualTo("/a//%61");
        assertThat(variables.value("query")).isEqualTo("b=c%20d&b=2&e");
        assertThat(variables.value("scheme")).isEqualTo("http");
        assertThat(variables.value("method")).isEqualTo("POST");
        assertThat(variables.value("port")).isEqualTo("8080");
        assertThat(variables.value("remote_addr")).isEqualTo("203.0.113.7");
        assertThat(variables.value("request_id")).isEqualTo("r-1");
        assertThat(variables.value("http_x_tenant")).isEqualTo("one, two");
        assertThat(variables.value("http_cookie")).isEqualTo("theme=dark; session=a=b; last=1");
        assertThat(variables.value("http_none")).isEmpty();
        assertThat(variables.value("arg_b")).as("the first, as it was written").isEqualTo("c%20d");
        assertThat(variables.value("arg_e")).isEmpty();
        assertThat(variables.value("arg_none")).isEmpty();
        assertThat(variables.value("cookie_session")).isEqualTo("a=b");
        assertThat(variables.value("cookie_last")).isEqualTo("1");
        assertThat(variables.value("cookie_none")).isEmpty();
        assertThat(variables.value("none")).isNull();
        for (var name : Template.VARIABLES) {
            assertThat(variables.value(name)).as(name).isNotNull();
        }
    }

    @Test
    void theRootIsTheUriWhereThereIsNone() {
        assertThat(of(get("h", "http://h")).value("uri")).isEqualTo("/");
        assertThat(of(get("h", "http://h?a=b")).value("uri")).isEqualTo("/?a=b");
        assertThat(of(request("OPTIONS", "h", "*")).value("uri")).isEqualTo("/");
        assertThat(of(get("h", "/")).value("query")).isEmpty();
    }

    @Test
    void aGroupGoesBeforeAVariableOfItsName() {
        table(route("~^(?<host>[a-z]+)\\.", "/*")).find(get("shop.example", "/"), captured, -1);

        assertThat(of(get("shop.example", "/")).value("host")).isEqualTo("shop");
    }

    @Test
    void aConstantPhraseIsNotMadeAnew() {
        var phrase = Phrase.of(Template.of("https://shop.example/"), Use.URL);
        Variables none = _ -> {
            throw new AssertionError("nothing to ask for");
        };

        assertThat(phrase.isConstant()).isTrue();
        assertThat(phrase.render(none)).isEqualTo("https://shop.example/").isSameAs(phrase.render(none));
        assertThat(Phrase.of(Template.of(""), Use.FIELD).render(none)).isEmpty();
        assertThat(Phrase.of(Template.of("a${host}"), Use.FIELD).isConstant()).isFalse();
    }

    @Test
    void whatCannotStandThereIsEncoded() {
        Variables hostile = _ -> "a b\r\nX: y\0\u007f\u00e9#\t";

        assertThat(render("<${x}>", Use.FIELD, hostile)).isEqualTo("<a b%0D%0AX: y%00%7F\u00e9#\t>");
        assertThat(render("${x}#$", Use.URL, hostile)).isEqualTo("a%20b%0D%0AX:%20y%00%7F%E9%23%09#$");
        assertThat(render("${x}#", Use.TARGET, hostile)).isEqualTo("a%20b%0D%0AX:%20y%00%7F%E9%23%09%23");
        assertThat(render("https://x/caf\u00e9 \n", Use.URL, hostile)).isEqualTo("https://x/caf%C3%A9%20%0A");
        assertThat(render("caf\u00e9\r\n", Use.FIELD, hostile).getBytes(ISO_8859_1))
                .asString(java.nio.charset.StandardCharsets.UTF_8)
                .isEqualTo("caf\u00e9%0D%0A");
    }

    /** Whatever gets through the reading of heads, it gets no line, and no space, into a head of ours. */
    @Test
    void noRequestBreaksOutOfWhereItsPartsArePut() {
        var table = table(route("~(?<sub>.*)", "~(?s)^/(?<rest>.*)$"));
        var template = "${host}${uri}${path}${query}${request_uri}${method}${sub}${rest}${http_x_a}${arg_a}${cookie_a}";
        Seeds.each(20_000, random -> {
            var text = new StringBuilder("G GET".substring(random.nextInt(3)) + " /");
            var hostile = "ab/%0d%0A%00%20\r\n\0\t \u007f\u0080\u00ff\u000b#?&;=\":.\\";
            junk(text, hostile, random);
            text.append("?a=");
            junk(text, hostile, random);
            text.append(" HTTP/1.1\r\nHost: h");
            junk(text, "ab.:%;\r\n \0\u0080", random);
            text.append("\r\nX-A: v");
            junk(text, hostile, random);
            text.append("\r\nCookie: a=");
            junk(text, hostile, random);
            var bytes = text.append("\r\n\r\n").toString().getBytes(ISO_8859_1);
            var head = new RequestHead(10_000);
            if (head.read(bytes, 0, bytes.length) < 0) {
                return;
            }
            table.find(head, captured, -1);

            assertThat(render(template, Use.FIELD, of(head))).doesNotContainPattern("[\\x00-\\x08\\x0a-\\x1f\\x7f]");
            assertThat(render(template, Use.URL, of(head))).matches("[!-~&&[^#]]*");
            assertThat(render(template, Use.TARGET, of(head))).matches("[!-~&&[^#]]*");
        });
    }

    private static void junk(StringBuilder out, String letters, java.util.random.RandomGenerator random) {
        for (int i = random.nextInt(6); i > 0; i--) {
            int at = random.nextInt(letters.length());
            out.append(letters, at, Math.min(letters.length(), at + 1 + (letters.charAt(at) == '%' ? 2 : 0)));
        }
    }
}
