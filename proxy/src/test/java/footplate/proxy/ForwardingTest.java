package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class ForwardingTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    @TempDir
    Path folder;

    @Test
    void aRequestReachesAUnixSocketAndItsAnswerComesBack() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(HELLO));
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\n\r\n");
                assertThat(client.readAnswer())
                        .startsWith("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nDate: ")
                        .endsWith("\r\n\r\nhello");
                assertThat(app.next())
                        .isEqualTo("GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-For: 127.0.0.1\r\n"
                                + "X-Forwarded-Proto: http\r\nX-Forwarded-Port: " + bench.port
                                + "\r\nX-Real-IP: 127.0.0.1\r\nX-Forwarded-Host: shop.example\r\n\r\n");
                bench.awaitIdle(1);
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(client.readAnswer()).endsWith("hello");
                assertThat(app.next()).endsWith("\r\n\r\nabc");
            }
            assertThat(app.accepted()).isEqualTo(1);
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void hopByHopFieldsStayBehindBothWays() throws Exception {
        var answer = "HTTP/1.1 200 OK\r\nConnection: X-Inner, keep-alive\r\nX-Inner: 1\r\nKeep-Alive: timeout=5\r\n"
                + "X-Outer: 2\r\nContent-Length: 0\r\n\r\n";
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(answer));
                var bench = new Bench()) {
            bench.add(app.address());
            var seen =
                    bench.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Mine, X-Forwarded-For\r\nX-Mine: 1\r\n"
                            + "TE: trailers\r\nKeep-Alive: 3\r\nProxy-Connection: x\r\nProxy: evil\r\nX-Forwarded-For: 6.6.6.6\r\n"
                            + "X-Forwarded-Anything: x\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nX_Forwarded_For: 6\r\n"
                            + "Upgrade: h2c\r\nHTTP2-Settings: x\r\nX-Kept: yes\r\n\r\n");
            assertThat(seen)
                    .contains("X-Outer: 2")
                    .contains("Connection: close")
                    .doesNotContain("X-Inner", "Keep-Alive");
            var request = app.next();
            assertThat(request.lines().toList())
                    .containsExactly(
                            "GET / HTTP/1.1",
                            "Host: a",
                            "X-Kept: yes",
                            "X-Forwarded-For: 127.0.0.1",
                            "X-Forwarded-Proto: http",
                            "X-Forwarded-Port: " + bench.port,
                            "X-Real-IP: 127.0.0.1",
                            "X-Forwarded-Host: a",
                            "");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderOneAtATime() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, upstream) -> {
                    for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                        assertThat(wire.silentFor(Duration.ofMillis(20))).isTrue();
                        var path = request.substring(5, request.indexOf(' ', 5));
                        upstream.note(path);
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
                    }
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send(
                        "GET /one HTTP/1.1\r\nHost: a\r\n\r\nPOST /two HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nGET "
                                + "GET /three HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /four HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readAnswer()).endsWith("one");
                assertThat(client.readAnswer()).endsWith("two");
                assertThat(client.readAnswer()).endsWith("three");
                assertThat(client.readAnswer()).endsWith("four");
            }
            // What comes next cannot wait until the connection is known to be idle (Bench.awaitIdle).
            assertThat(app.accepted()).isBetween(1, Bench.TRANSPORT.equals("epoll") ? 1 : 4);
        }
    }

    @Test
    void answersWithoutABodyHaveNone() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                        wire.send(
                                switch (request.split(" ", 3)[1]) {
                                    case "/204" -> "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n";
                                    case "/304" -> "HTTP/1.1 304 Not Modified\r\nContent-Length: 50\r\n\r\n";
                                    default -> "HTTP/1.1 200\r\nContent-Length: 70\r\n\r\n";
                                });
                    }
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readHead())
                        .startsWith("HTTP/1.1 204 No Content\r\nDate")
                        .doesNotContain("Length");
                bench.awaitIdle(1);
                client.send("GET /304 HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readHead()).contains("Content-Length: 50");
                client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 \r\n").contains("Content-Length: 70");
                client.send("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 204");
            }
            // Where a length was named, a body may come late: those two connections were not used again.
            assertThat(app.accepted()).isEqualTo(3);
        }
    }

    @Test
    void interimAnswersAreRelayedToHttp11Only() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, upstream) -> {
                    var head = wire.readHead();
                    upstream.note(head);
                    wire.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                    if (head.contains("Expect")) {
                        wire.send("HTTP/1.1 100 Continue\r\n\r\n");
                        upstream.note(wire.read(3));
                    }
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
                assertThat(client.readHead()).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
                client.send("abc");
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").endsWith("ok");
                assertThat(app.next()).contains("Expect: 100-continue");
                assertThat(app.next()).isEqualTo("abc");
            }
            assertThat(bench.ask("GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(app.next()).contains("Host: localhost\r\n");
        }
    }

    @Test
    void anHttp10ClientGetsWhatItUnderstands() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                        wire.send(
                                request.startsWith("GET /chunks")
                                        ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n"
                                        : HELLO);
                    }
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                assertThat(client.readAnswer())
                        .contains("Connection: keep-alive\r\n")
                        .endsWith("hello");
                client.send("GET /chunks HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                var all = client.readAll();
                assertThat(all)
                        .contains("Connection: close")
                        .doesNotContain("chunked")
                        .endsWith("\r\n\r\nabcde");
            }
        }
    }

    @Test
    void chunkedBodiesPassUntouchedBothWays() throws Exception {
        var body = "5;a=\"b;c\"\r\nhello\r\n00a\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n";
        try (var app = ScriptedUpstream.tcp(
                        ScriptedUpstream.always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body));
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                for (int i = 0; i < 3; i++) {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
                    assertThat(client.readAnswer())
                            .contains("Transfer-Encoding: chunked")
                            .endsWith("\r\n\r\n" + body);
                    assertThat(app.next())
                            .contains("Transfer-Encoding: chunked")
                            .endsWith("\r\n\r\n" + body);
                    bench.awaitIdle(1);
                }
            }
            assertThat(app.accepted()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerUntilCloseComesInChunks() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    wire.readRequest();
                    wire.send("HTTP/1.1 200 OK\r\n\r\nno length");
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                for (int i = 0; i < 2; i++) {
                    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                    assertThat(client.readAnswer()).endsWith("\r\n\r\n9\r\nno length\r\n0\r\n\r\n");
                }
            }
            assertThat(bench.ask("GET / HTTP/1.0\r\n\r\n"))
                    .contains("Connection: close")
                    .endsWith("\r\n\r\nno length");
        }
    }

    @Test
    void anAnswerThatIsCutOffIsCutOffForTheClientToo() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    wire.readRequest();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readAll()).contains("Content-Length: 10").endsWith("\r\n\r\nabc");
            }
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void aBadChunkIsNeverPresentedAsComplete() throws Exception {
        for (var bad :
                new String[] {"3\r\nabcXX0\r\n\r\n", "3\r\nabc\r\n", "-1\r\n", "3\r\nabc\r\n0\r\nBad Trailer\r\n\r\n"
                }) {
            try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                        wire.readRequest();
                        wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                        wire.silentFor(Duration.ofMillis(20));
                        wire.send(bad);
                    });
                    var bench = new Bench()) {
                bench.add(app.address());
                try (var client = bench.client()) {
                    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                    var all = client.readAll();
                    assertThat(all).doesNotContain("0\r\n\r\n");
                }
            }
        }
    }

    @Test
    void anAnswerUntilCloseThatIsResetIsBrokenForTheClientToo() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    wire.readRequest();
                    wire.send("HTTP/1.1 200 OK\r\n\r\nabc");
                    wire.silentFor(Duration.ofMillis(50));
                    wire.reset();
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readAll()).endsWith("3\r\nabc\r\n");
            }
            try (var client = bench.client()) {
                client.send("GET / HTTP/1.0\r\n\r\n");
                org.assertj.core.api.Assertions.assertThatThrownBy(client::readAll)
                        .isInstanceOf(java.io.IOException.class)
                        .hasMessageContaining("reset");
            }
        }
    }

    @Test
    void absoluteFormDecidesTheHost() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = new Bench()) {
            bench.add(app.address());
            bench.ask("GET http://real.example:81/p?q HTTP/1.1\r\nX: 1\r\nHost: other.example\r\n\r\n");
            assertThat(app.next())
                    .startsWith("GET /p?q HTTP/1.1\r\nHost: real.example:81\r\nX: 1\r\n")
                    .contains("X-Forwarded-Host: real.example:81")
                    .doesNotContain("other");
            bench.ask("GET http://real.example?q HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(app.next()).startsWith("GET /?q HTTP/1.1\r\nHost: real.example\r\n");
            bench.ask("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(app.next()).startsWith("OPTIONS * HTTP/1.1\r\n");
        }
    }

    @Test
    void aClientThatHasEndedItsSideStillGetsItsAnswer() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    wire.readRequest();
                    wire.silentFor(Duration.ofMillis(100));
                    wire.send(HELLO);
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (Wire client = bench.client()) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").shutdownOutput();
                assertThat(client.readAll()).endsWith("hello");
            }
        }
    }

    @Test
    void anEarlyAnswerReachesAClientThatIsStillSending() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    wire.readHead();
                    wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
                    wire.readAll();
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nxxxx");
                assertThat(client.readAnswer()).contains("Connection: close").endsWith("big");
                client.send("more").send("and more");
                assertThat(client.readAll()).isEmpty();
            }
            assertThat(bench.underWay()).isZero();
        }
    }
}
