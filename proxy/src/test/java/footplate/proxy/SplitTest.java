package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** However a stream of bytes is cut into reads, it means the same. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class SplitTest {
    private static final String REQUESTS = "GET /a HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n"
            + "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
            + "\r\nPOST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\na\r\n0123456789\r\n0\r\nT: 1\r\n\r\n"
            + "HEAD /d HTTP/1.1\r\nHost: a\r\n\r\n"
            + "GET /e HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    private static final String CHUNKS =
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: 1\r\n\r\n4;a\r\nabcd\r\n3\r\nefg\r\n0\r\nT: 1\r\n\r\n";
    private static final String LENGTH = "HTTP/1.1 201 Created\r\nContent-Length: 6\r\nX: 2\r\n\r\nfoobar";

    private static ScriptedUpstream echo() throws IOException {
        return ScriptedUpstream.tcp((wire, _, upstream) -> {
            for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                upstream.note(request.replaceAll("X-Forwarded-Port: [0-9]+", "port"));
                int length = request.startsWith("HEAD") ? 0 : request.length();
                wire.send("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: " + request.length() + "\r\n\r\n"
                        + request.substring(0, length));
            }
        });
    }

    @Test
    void requestsInTwoPiecesCutAnywhere() throws Exception {
        try (var app = echo();
                var bench = new Bench()) {
            bench.add(app.address());
            var expected = whole(bench, REQUESTS);
            assertThat(expected).contains("POST /c HTTP/1.1", "T: 1");
            for (int cut = 1; cut < REQUESTS.length(); cut++) {
                try (var client = bench.client()) {
                    client.send(REQUESTS.substring(0, cut));
                    pause(client, cut);
                    client.send(REQUESTS.substring(cut));
                    assertThat(client.readAll()).as("cut at " + cut).isEqualTo(expected);
                }
            }
        }
    }

    /** Long enough for the proxy to have read what was sent, most times: a question on its loops is answered after it. */
    private static void pause(Wire client, int cut) throws IOException {
        if (cut % 4 == 0) {
            client.silentFor(java.time.Duration.ofMillis(1));
        }
    }

    @Test
    void requestsByteByByte() throws Exception {
        try (var app = echo();
                var bench = new Bench()) {
            bench.add(app.address());
            var expected = whole(bench, REQUESTS);
            try (var client = bench.client()) {
                for (int i = 0; i < REQUESTS.length(); i++) {
                    client.send(REQUESTS.substring(i, i + 1));
                    bench.proxy.stats();
                }
                assertThat(client.readAll()).isEqualTo(expected);
            }
        }
    }

    @Test
    void requestsInRandomPieces() throws Exception {
        try (var app = echo();
                var bench = new Bench()) {
            bench.add(app.address());
            var expected = whole(bench, REQUESTS);
            Seeds.each(40, random -> {
                try (var client = bench.client()) {
                    sendInPieces(client, REQUESTS, random, bench);
                    assertThat(client.readAll()).isEqualTo(expected);
                } catch (IOException broken) {
                    throw new UncheckedIOException(broken);
                }
            });
        }
    }

    @Test
    void answersInPiecesCutAnywhere() throws Exception {
        for (var answer : new String[] {CHUNKS, LENGTH}) {
            try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                        int cut = 0;
                        for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                            wire.send(answer.substring(0, cut));
                            wire.silentFor(java.time.Duration.ofMillis(1));
                            wire.send(answer.substring(cut));
                            cut++;
                        }
                    });
                    var bench = new Bench()) {
                bench.add(app.address());
                try (var client = bench.client()) {
                    var expected = "";
                    for (int cut = 0; cut < answer.length(); cut++) {
                        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                        var seen = answer.startsWith("HTTP/1.1 103") ? client.readHead() : "";
                        seen += client.readAnswer().replaceAll("Date: .*\r\n", "");
                        expected = cut == 0 ? seen : expected;
                        assertThat(seen).as("cut at " + cut).isEqualTo(expected);
                    }
                }
                assertThat(app.accepted()).isEqualTo(1);
            }
        }
    }

    private static String whole(Bench bench, String requests) throws IOException {
        try (var client = bench.client()) {
            return client.send(requests).readAll();
        }
    }

    private static void sendInPieces(Wire wire, String text, Random random, Bench bench) throws IOException {
        int at = 0;
        while (at < text.length()) {
            int next = Math.min(text.length(), at + 1 + random.nextInt(40));
            wire.send(text.substring(at, next));
            if (random.nextBoolean()) {
                bench.proxy.stats();
            }
            at = next;
        }
    }
}
