package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.testkit.ScriptedUpstream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not understood in one way only is refused, and never reaches an app. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class RefusalTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST / HTTP/1.1~Host: a~Content-Length: 5~Transfer-Encoding: chunked~~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~Content-Length: 5~~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: 5~Content-Length: 5~~hello | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: 5, 5~~hello | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: +5~~hello | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: -5~~hello | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: 0x5~~hello | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: 5 5~~hello | 400",
                "POST / HTTP/1.1~Host: a~Content-Length:~~hello | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: 99999999999999999999~~hello | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: identity~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked, chunked~~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: xchunked~~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: \"chunked\"~~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding:~~0~~ | 400",
                "POST / HTTP/1.0~Host: a~Transfer-Encoding: chunked~~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding : chunked~~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer_Encoding : chunked~~0~~ | 400",
                "GET / HTTP/1.1~~ | 400",
                "GET / HTTP/1.1~Host: a~Host: a~~ | 400",
                "GET / HTTP/1.1~Host:~~ | 400",
                "GET / HTTP/1.1~Host: a b~~ | 400",
                "GET / HTTP/1.1~Host: a@b~~ | 400",
                "GET / HTTP/1.1~Host: a/b~~ | 400",
                "GET / HTTP/1.1~Host: a:x~~ | 400",
                "GET / HTTP/1.1~Host: a:99999~~ | 400",
                "GET / HTTP/1.1~Host: [::1~~ | 400",
                "GET / HTTP/1.1~Host: a,b:1:2~~ | 400",
                "GET / HTTP/1.1~Host: a~ folded~~ | 400",
                "GET / HTTP/1.1~ Host: a~~ | 400",
                "GET / HTTP/1.1~Host: a~X: b~\tc~~ | 400",
                "GET / HTTP/1.1~Host : a~~ | 400",
                "GET / HTTP/1.1~Host: a~: empty~~ | 400",
                "GET / HTTP/1.1~Host: a~No colon~~ | 400",
                "GET / HTTP/1.1~Host: a~X(: b~~ | 400",
                "GET  / HTTP/1.1~Host: a~~ | 400",
                "GET /  HTTP/1.1~Host: a~~ | 400",
                "GET / HTTP/1.1 ~Host: a~~ | 400",
                "GET /~~ | 400",
                "GET~~ | 400",
                "G@T / HTTP/1.1~Host: a~~ | 400",
                "GET /a#b HTTP/1.1~Host: a~~ | 400",
                "GET a HTTP/1.1~Host: a~~ | 400",
                "GET * HTTP/1.1~Host: a~~ | 400",
                "GET ftp://a/ HTTP/1.1~Host: a~~ | 400",
                "GET http:///x HTTP/1.1~Host: a~~ | 400",
                "GET http://u@a/x HTTP/1.1~Host: a~~ | 400",
                "GET / http/1.1~Host: a~~ | 400",
                "GET / HTTP/1.10~Host: a~~ | 400",
                "GET / HTTPS/1.1~Host: a~~ | 400",
                "CONNECT a:443 HTTP/1.1~Host: a:443~~ | 405",
                "GET / HTTP/2.0~Host: a~~ | 505",
                "GET / HTTP/2.1~Host: a~~ | 505",
                "GET / HTTP/3.0~Host: a~~ | 505",
                "GET / HTTP/0.9~Host: a~~ | 505",
                "PRI * HTTP/2.0~~SM~~ | 505",
                "POST / HTTP/1.1~Host: a~Expect: 200-ok~Content-Length: 1~~x | 417",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~x~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~5~helloX~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~0x5~hello~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~+5~hello~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~ffffffffffffffff~hello~0~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~0~Bad Trailer: 1~~ | 400",
            })
    void isAnsweredAndClosed(String request, int status) throws Exception {
        refused(request.replace("~", "\r\n"), status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nHost: a\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\n",
                "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
                "GET / HTTP/1.1\rHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n",
                "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\u007fc\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX\u00e4: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\0\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000",
                "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
            })
    void bareAndControlCharactersAreRefused(String request) throws Exception {
        refused(request, 400);
    }

    private static void refused(String request, int status) throws IOException, Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send(request);
                var answer = client.readAll();
                assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("\r\nConnection: close\r\n");
                assertThat(answer.split("HTTP/1\\.1 [0-9]", -1)).hasSize(2);
            }
            assertThat(app.notedLeft()).isZero();
            assertThat(bench.underWay()).isZero();
            assertThat(bench.proxy.stats().malformed()).isEqualTo(1);
        }
    }

    /** RFC 9110 §9.3.2: whatever is wrong with it, its method was understood. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD / HTTP/1.1~Host: a~X : y~~",
                "HEAD / HTTP/1.1~~",
                "HEAD / HTTP/2.0~Host: a~~",
                "HEAD / HTTP/1.1~Host: a~Expect: more~~",
                "~~HEAD /a#b HTTP/1.1~Host: a~~",
                "GET / HTTP/1.1~Host: a~~HEAD / HTTP/1.1~Host: a~Host: b~~",
            })
    void aRefusedHeadGetsNoBody(String request) throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = new Bench();
                var client = bench.client()) {
            bench.add(app.address());
            client.send(request.replace("~", "\r\n"));
            if (request.startsWith("GET")) {
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200 ");
            }
            assertThat(client.readHead()).contains("\r\nConnection: close\r\n", "\r\nContent-Length: ");
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void aRefusedGetAfterAHeadGetsItsBody() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
                var bench = new Bench();
                var client = bench.client()) {
            bench.add(app.address());
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            client.send("GET / HTTP/1.1\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 400 ").contains("the Host field is missing");
        }
    }

    @Test
    void whatIsTooLargeIsRefused() throws Exception {
        refused("GET /" + "a".repeat(17_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
        refused("GET /" + "a".repeat(70_000), 414);
        refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(66_000) + "\r\n\r\n", 431);
        refused("GET / HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(600) + "\r\n", 431);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
            })
    void anAnswerThatIsNotUnderstoodIsA502(String answer) throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(answer));
                var bench = new Bench()) {
            bench.add(app.address());
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 502 Bad Gateway");
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void anAnswerWithALargeHeadIsFine() throws Exception {
        var head = "HTTP/1.1 200 OK\r\nX: " + "a".repeat(12_000) + "\r\nContent-Length: 2\r\n\r\nok";
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(head));
                var bench = new Bench()) {
            bench.add(app.address());
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .contains("a".repeat(12_000))
                    .endsWith("ok");
        }
    }

    @Test
    void browsersGetHtmlAndOthersText() throws Exception {
        try (var bench = new Bench()) {
            assertThat(bench.ask("GET /<b> HTTP/1.1\r\nHost: a\r\nAccept: text/html,*/*\r\n\r\n"))
                    .startsWith("HTTP/1.1 404 Not Found")
                    .contains("Content-Type: text/html; charset=utf-8")
                    .contains("<h1>404 Not Found</h1>");
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .contains("Content-Type: text/plain")
                    .endsWith("404 Not Found: No app answers here under this host name.\n");
        }
    }
}
