package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.testkit.ScriptedUpstream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests as clients, attackers and test suites send them: what goes in, what the client must get, and what the app must
 * have seen. The cases are those of RFC 9110 and RFC 9112, and the published shapes of request smuggling.
 */
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // lines end with CRLF here; set up before all
class ConformanceTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    /** What would be taken for a request of its own, if somebody saw the end of the one before it elsewhere. */
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    private static ScriptedUpstream app;
    private static Bench bench;

    @BeforeAll
    static void start() throws Exception {
        app = ScriptedUpstream.tcp(
                new Recorder(request -> request.startsWith("HEAD ") ? HELLO.substring(0, HELLO.length() - 5) : HELLO));
        bench = new Bench();
        bench.add(app.address());
    }

    @AfterAll
    static void end() throws Exception {
        bench.close();
        app.close();
    }

    @ParameterizedTest
    @MethodSource("footplate.proxy.RefusedRequest#all")
    void isRefusedOnceAndTheConnectionClosed(RefusedRequest row) throws Exception {
        try (var client = bench.client()) {
            client.send(row.sent());
            var seen = ClientView.of(client, List.of("POST", "GET", "GET"));
            assertThat(seen.statuses()).containsExactly(row.status());
            assertThat(seen.answers().getFirst().head()).contains("\r\nConnection: close\r\n", "\r\nDate: ");
            assertThat(seen.rest()).isEmpty();
            assertThat(seen.reset()).isFalse();
        }
        assertThat(app.notedLeft()).isZero();
        assertThat(bench.underWay()).isZero();
    }

    /**
     * Requests that are answered.
     *
     * @param sent requests for which as many answers come, and then nothing for a client that ends its side
     * @param seen lines that the app must have seen, the first of each request with its {@code HTTP/1.1}; {@code !} before
     *     what must not be there
     */
    record Passed(String what, String sent, List<List<String>> seen) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Passed yes(String what, String sent, String... seen) {
        return new Passed(what, sent, List.of(List.of(seen)));
    }

    private static Passed get(String line, String... seen) {
        return yes(line, GET + line + "\r\n\r\n", seen);
    }

    static Stream<Passed> passed() {
        return Stream.of(
                yes("an unknown method", "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n", "PURGE / HTTP/1.1"),
                yes("a method in lower case", "get / HTTP/1.1\r\nHost: a\r\n\r\n", "get / HTTP/1.1"),
                yes("an empty line before", "\r\n" + GET + "\r\n", "GET / HTTP/1.1"),
                yes("several empty lines before", "\r\n\r\n\r\n" + GET + "\r\n", "GET / HTTP/1.1"),
                yes(
                        "what browsers send raw",
                        "GET /\"<>\\^`{|}?'[] HTTP/1.1\r\nHost: a\r\n\r\n",
                        "GET /\"<>\\^`{|}?'[] HTTP/1.1"),
                yes(
                        "dots and slashes as they are",
                        "GET //a/../b/%2e%2e/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
                        "GET //a/../b/%2e%2e/%00 HTTP/1.1"),
                yes(
                        "a target of 8000 bytes",
                        "GET /" + "a".repeat(8_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
                        "GET /" + "a".repeat(8_000) + " HTTP/1.1"),
                yes("500 fields", GET + "X-Many: a\r\n".repeat(500) + "\r\n", "X-Many: a"),
                yes(
                        "absolute form",
                        "GET http://B:81/p?q HTTP/1.1\r\nHost: a\r\n\r\n",
                        "GET /p?q HTTP/1.1",
                        "Host: B:81",
                        "X-Forwarded-Host: B:81",
                        "!Host: a"),
                yes("absolute form in 1.0", "GET HTTP://b HTTP/1.0\r\n\r\n", "GET / HTTP/1.1", "Host: b"),
                yes(
                        "absolute form with a query only",
                        "GET https://b?q HTTP/1.1\r\nHost: a\r\n\r\n",
                        "GET /?q HTTP/1.1",
                        "Host: b"),
                yes("asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1", "Host: a"),
                yes(
                        "absolute form of the asterisk",
                        "OPTIONS http://b:8 HTTP/1.1\r\nHost: a\r\n\r\n",
                        "OPTIONS * HTTP/1.1",
                        "Host: b:8"),
                yes("an IPv6 host", "GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", "Host: [2001:db8::1]:80"),
                yes(
                        "a host with underscore, dot and empty port",
                        "GET / HTTP/1.1\r\nHost: a_b.c.:\r\n\r\n",
                        "Host: a_b.c.:"),
                yes("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1", "Host: localhost"),
                yes(
                        "Max-Forwards counts down",
                        "OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 3\r\n\r\n",
                        "Max-Forwards: 2",
                        "!Max-Forwards: 3"),
                yes(
                        "Max-Forwards has a maximum",
                        "OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 99999999999999999999999\r\n\r\n",
                        "Max-Forwards: 999999999",
                        "!Max-Forwards: 99999999999999999999999"),
                get("Max-Forwards: 0", "Max-Forwards: 0"),
                yes("an encoded host", "GET / HTTP/1.1\r\nHost: a%2db%C3%A4\r\n\r\n", "Host: a%2db%C3%A4"),
                get("Content-Length: 0", "Content-Length: 0"),
                yes("a GET with a body", GET + "Content-Length: 5\r\n\r\nhello", "Content-Length: 5", "hello"),
                yes(
                        "a HEAD with a body",
                        "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
                        "Content-Length: 5",
                        "hello"),
                yes(
                        "a length with leading zeros",
                        POST + "Content-Length: 0005\r\n\r\nhello",
                        "Content-Length: 0005",
                        "hello"),
                yes("white space around a length", POST + "Content-Length: \t 5\t \r\n\r\nhello", "hello"),
                yes(
                        "chunked in any case",
                        POST + "transfer-ENCODING:chunKED \r\n\r\n0\r\n\r\n",
                        "Transfer-Encoding: chunked",
                        "!transfer-ENCODING:chunKED "),
                yes(
                        "chunk extensions",
                        CHUNKED + "5 ; a=\"b\\\"\\\\;\" ;c\r\nhello\r\n00;d=e\r\n\r\n",
                        "5 ; a=\"b\\\"\\\\;\" ;c",
                        "00;d=e"),
                yes("trailers", CHUNKED + "0\r\nX-Sum: 1\r\nServer-Timing:\r\n\r\n", "X-Sum: 1", "Server-Timing:"),
                yes("obs-text in a value", GET + "X: \u00e9\r\n\r\n", "X: \u00e9"),
                yes("an empty value", GET + "X:\r\n\r\n", "X:"),
                yes("every character of a token", GET + "X!#$%&'*+-.^`|~1: y\r\n\r\n", "X!#$%&'*+-.^`|~1: y"),
                get("Proxy: http://evil", "!Proxy: http://evil"),
                get("Proxy-Connection: keep-alive", "!Proxy-Connection: keep-alive"),
                get("Proxy-Authorization: x", "!Proxy-Authorization: x"),
                get("Keep-Alive: timeout=5", "!Keep-Alive: timeout=5"),
                get("Trailer: X-Sum", "Trailer: X-Sum"),
                get("TE: trailers", "!TE: trailers"),
                get("Connection: TE\r\nTE: deflate, trailers", "TE: trailers", "Connection: TE"),
                get("Connection: TE\r\nTE: deflate", "!Connection: TE", "!TE: deflate"),
                get(
                        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: x",
                        "!Upgrade: h2c",
                        "!HTTP2-Settings: x",
                        "!Connection: Upgrade"),
                get(
                        "Upgrade: websocket, h2c\r\nConnection: Upgrade",
                        "!Upgrade: websocket",
                        "!Upgrade: websocket, h2c"),
                get(
                        "Upgrade: h2c\r\nUpgrade: h2c\r\nUpgrade: websocket\r\nConnection: Upgrade",
                        "!Upgrade: websocket",
                        "!Upgrade: h2c"),
                get("Upgrade: websocket", "!Upgrade: websocket"),
                get("Upgrade: TLS/1.0\r\nConnection: Upgrade", "!Upgrade: TLS/1.0"),
                yes(
                        "an upgrade by POST",
                        POST + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                        "!Upgrade: websocket"),
                yes(
                        "an upgrade in 1.0",
                        "GET / HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                        "!Upgrade: websocket"),
                yes(
                        "a named field",
                        GET + "X-A: 1\r\nConnection: x-a, X-B\r\nX-B: 2\r\nX-C: 3\r\n\r\n",
                        "!X-A: 1",
                        "!X-B: 2",
                        "X-C: 3"),
                yes(
                        "framing cannot be named away",
                        POST + "Connection: Content-Length, close\r\nContent-Length: 5\r\n\r\nhello",
                        "Content-Length: 5",
                        "hello"),
                yes(
                        "chunking cannot be named away",
                        POST + "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        "Transfer-Encoding: chunked"),
                get("Connection: Host, Expect, Date", "Host: a"),
                get(
                        "Connection: close, X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto, X-Real-IP",
                        "X-Forwarded-For: 127.0.0.1",
                        "X-Forwarded-Host: a",
                        "X-Forwarded-Proto: http",
                        "X-Real-IP: 127.0.0.1"),
                get(
                        "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil\r\nX-REAL-ip: 6\r\nX-Forwarded-Prefix: /x\r\nForwarded: for=6",
                        "X-Forwarded-For: 127.0.0.1",
                        "X-Forwarded-Host: a",
                        "!X-Forwarded-For: 6.6.6.6",
                        "!X-Forwarded-Host: evil",
                        "!X-REAL-ip: 6",
                        "!X-Forwarded-Prefix: /x",
                        "!Forwarded: for=6"),
                get(
                        "Content_Length: 5\r\nTransfer_Encoding: chunked\r\nX_Forwarded_For: 6\r\nX_Mine: 1",
                        "!Content_Length: 5",
                        "!Transfer_Encoding: chunked",
                        "!X_Forwarded_For: 6",
                        "!X_Mine: 1"),
                get("Via: 1.0 fred", "Via: 1.0 fred"),
                get("Connection: keep-alive, keep-alive", "!Connection: keep-alive, keep-alive"),
                yes(
                        "Expect in 1.0 is ignored",
                        "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
                        "!Expect: 100-continue",
                        "hello"),
                new Passed(
                        "CL.0 is not possible: a body is never a request",
                        POST + "Content-Length: " + SMUGGLED.length() + "\r\n\r\n" + SMUGGLED + GET + "\r\n",
                        List.of(List.of("POST / HTTP/1.1"), List.of("GET / HTTP/1.1"))),
                new Passed(
                        "nor a GET's body",
                        GET + "Content-Length: " + SMUGGLED.length() + "\r\n\r\n" + SMUGGLED
                                + "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
                        List.of(List.of("GET / HTTP/1.1"), List.of("HEAD / HTTP/1.1"))),
                new Passed(
                        "what follows a request without a length is the next one",
                        POST + "\r\n" + SMUGGLED,
                        List.of(List.of("POST / HTTP/1.1"), List.of("GET /smuggled HTTP/1.1"))),
                new Passed(
                        "what follows the last chunk is the next one",
                        CHUNKED + "3\r\n0\r\n\r\n0\r\n\r\n".replaceFirst("3\r\n0\r\n", "3\r\n0\r\n") + SMUGGLED,
                        List.of(List.of("POST / HTTP/1.1"), List.of("GET /smuggled HTTP/1.1"))),
                new Passed(
                        "a mixture in advance",
                        GET + "\r\n" + CHUNKED + "1\r\nx\r\n0\r\n\r\n" + "HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n\r\n"
                                + POST + "Content-Length: 2\r\n\r\nhi" + "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
                        List.of(
                                List.of("GET / HTTP/1.1"),
                                List.of("POST / HTTP/1.1"),
                                List.of("HEAD /h HTTP/1.1"),
                                List.of("POST / HTTP/1.1", "hi"),
                                List.of("OPTIONS * HTTP/1.1"))),
                yes("nothing after close", GET + "Connection: close\r\n\r\n" + SMUGGLED, "GET / HTTP/1.1"),
                yes(
                        "close wins over keep-alive",
                        GET + "Connection: keep-alive, close\r\n\r\n" + SMUGGLED,
                        "GET / HTTP/1.1"),
                yes(
                        "a later minor version is read as 1.1",
                        "POST / HTTP/1.2\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                        "POST / HTTP/1.1",
                        "Transfer-Encoding: chunked"),
                new Passed(
                        "and keeps the connection as 1.1 does",
                        "GET / HTTP/1.9\r\nHost: a\r\n\r\nGET /2 HTTP/1.9\r\nHost: a\r\n\r\n",
                        List.of(List.of("GET / HTTP/1.1"), List.of("GET /2 HTTP/1.1"))),
                yes("HTTP/1.0 closes", "GET / HTTP/1.0\r\n\r\n" + SMUGGLED, "GET / HTTP/1.1"),
                new Passed(
                        "HTTP/1.0 with keep-alive does not",
                        "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n",
                        List.of(List.of("GET / HTTP/1.1"), List.of("GET /2 HTTP/1.1"))));
    }

    @ParameterizedTest
    @MethodSource("passed")
    void isAnsweredAndTheAppSawOneTruth(Passed row) throws Exception {
        try (var client = bench.client()) {
            client.send(row.sent).shutdownOutput();
            var methods = row.seen.stream()
                    .map(lines -> lines.getFirst().contains(" HTTP/1.1")
                            ? lines.getFirst().split(" ", 2)[0]
                            : row.sent.strip().split(" ", 2)[0])
                    .toList();
            var seen = ClientView.of(client, methods);
            assertThat(seen.statuses()).hasSize(row.seen.size()).containsOnly(200);
            assertThat(seen.rest()).isEmpty();
            assertThat(seen.reset()).isFalse();
        }
        for (var expected : row.seen) {
            var lines = Arrays.asList(app.next().split("\r\n", -1));
            for (var line : expected) {
                if (line.startsWith("!")) {
                    assertThat(lines).doesNotContain(line.substring(1));
                } else {
                    assertThat(lines).contains(line);
                }
            }
        }
        assertThat(app.notedLeft()).isZero();
        assertThat(bench.underWay()).isZero();
    }

    @Test
    void whatIsWrongIsRefusedBeforeTheHeadEndsAndByteByByteToo() throws Exception {
        for (var begun : List.of("GET / HTTP/1.1\rX", GET + "X : y\r\n", GET + "X: y\nZ: ", "GET  / HTTP/1.1\r\n")) {
            try (var client = bench.client()) {
                for (int i = 0; i < begun.length(); i++) {
                    client.send(begun.substring(i, i + 1));
                    // Asked for its figures, the loop answers after it has read that byte.
                    bench.proxy.stats();
                }
                if (!begun.endsWith("\n") && !begun.contains("\n")) {
                    client.shutdownOutput();
                }
                assertThat(ClientView.of(client, List.of("GET")).statuses()).containsExactly(400);
            }
        }
        assertThat(app.notedLeft()).isZero();
    }

    /** Whoever asks for the body asks once: the app where it gets the request at once, we where it is read in full first. */
    @Test
    void aClientThatExpectsToBeAskedForItsBodyIsAskedOnce() throws Exception {
        for (int concurrency : new int[] {0, 1}) {
            try (var own = ScriptedUpstream.tcp((wire, _, upstream) -> {
                        for (var head = wire.readHead(); head.endsWith("\r\n\r\n"); head = wire.readHead()) {
                            if (head.contains("\r\nExpect:")) {
                                wire.send("HTTP/1.1 100 Continue\r\n\r\n");
                            }
                            upstream.note(wire.read(5));
                            wire.send(HELLO);
                        }
                    });
                    var wanted = new Bench()) {
                wanted.concurrency = concurrency;
                wanted.add(own.address());
                for (boolean waits : new boolean[] {true, false}) {
                    try (var client = wanted.client()) {
                        client.send(POST + "Expect: 100-continue\r\nConnection: close\r\nContent-Length: 5\r\n\r\n");
                        if (waits) {
                            assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
                        }
                        client.send("hello");
                        var answer =
                                ClientView.of(client, List.of("POST")).answers().getFirst();
                        assertThat(answer.status()).isEqualTo(200);
                        assertThat(answer.interims()).hasSizeLessThanOrEqualTo(waits ? 0 : 1);
                        assertThat(own.next()).isEqualTo("hello");
                    }
                }
            }
        }
    }

    @Test
    void anOptionsThatMayGoNoFurtherIsAnsweredHere() throws Exception {
        assertThat(bench.ask("OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nAllow: GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS\r\n");
        assertThat(app.notedLeft()).isZero();
    }

    @Test
    void viaAndForwardedAreWrittenWhereTheyAreWanted() throws Exception {
        try (var own = ScriptedUpstream.tcp(
                        ScriptedUpstream.always("HTTP/1.0 200 OK\r\nVia: 1.1 inner\r\nContent-Length: 0\r\n\r\n"));
                var wanted = new Bench(Bench.usual().with(Setting.VIA, "on").with(Setting.FORWARDED, "on"))) {
            wanted.add(own.address());
            assertThat(wanted.ask(GET + "Via: 1.0 fred\r\nForwarded: for=6.6.6.6\r\nConnection: Forwarded\r\n\r\n"))
                    .containsSubsequence("\r\nVia: 1.1 inner\r\n", "\r\nVia: 1.0 footplate\r\n");
            assertThat(own.next().lines().toList())
                    .containsSubsequence("Via: 1.0 fred", "Via: 1.1 footplate")
                    .contains("Forwarded: for=127.0.0.1;proto=http;host=\"a\"")
                    .doesNotContain("Forwarded: for=6.6.6.6");
            wanted.ask("GET / HTTP/1.0\r\n\r\n");
            assertThat(own.next().lines().toList())
                    .contains("Via: 1.0 footplate", "Forwarded: for=127.0.0.1;proto=http");
            wanted.ask("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n");
            assertThat(own.next()).contains("\r\nForwarded: for=127.0.0.1;proto=http;host=\"[::1]:80\"\r\n");
        }
    }

    @Test
    void underscoredNamesPassWhereTheyAreWantedButNoDoublesOfOurs() throws Exception {
        try (var own = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var wanted = new Bench(Bench.usual().with(Setting.UNDERSCORES_IN_HEADERS, "on"))) {
            wanted.add(own.address());
            wanted.ask(GET
                    + "X_Mine: 1\r\nX_Forwarded_For: 2\r\nx_real-ip: 3\r\nContent_Length: 4\r\nTransfer_Encoding: chunked\r\n"
                    + "Proxy_Connection: 5\r\nX-Forwarded_Host: 6\r\nX-For_Warded: 7\r\n\r\n");
            assertThat(own.next().lines().filter(line -> line.contains("_")).toList())
                    .containsExactly("X_Mine: 1", "X-For_Warded: 7");
        }
    }
}
