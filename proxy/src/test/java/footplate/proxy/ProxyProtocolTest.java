package footplate.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.proxyprotocol.Ends;
import footplate.core.proxyprotocol.ProxyHeader;
import footplate.proxy.listen.ListenTerms;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.util.ArrayList;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who a client is, told by the proxy before us, and told on to servers. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(60)
class ProxyProtocolTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final Ends ENDS =
            new Ends(new byte[] {(byte) 203, 0, 113, 9}, 40_000, new byte[] {(byte) 198, 51, 100, 1}, 443);

    private static Bench announcing(ScriptedUpstream app) throws Exception {
        return announcing(app, new Bench());
    }

    private static Bench announcing(ScriptedUpstream app, Bench bench) {
        bench.add(app.address());
        bench.proxy.terms(bench.binding, new ListenTerms(true));
        return bench;
    }

    @Test
    void theClientIsWhomTheHeaderNames() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = announcing(app)) {
            for (int version = 1; version <= 2; version++) {
                try (var client = bench.client()) {
                    client.send(ProxyHeader.write(version, ENDS)).send(GET);
                    assertThat(client.readAnswer()).endsWith("ok");
                    assertThat(app.next()).contains("X-Forwarded-For: 203.0.113.9\r\n", "X-Real-IP: 203.0.113.9\r\n");
                    client.send(GET);
                    assertThat(client.readAnswer()).endsWith("ok");
                    assertThat(app.next()).contains("X-Forwarded-For: 203.0.113.9\r\n");
                }
            }
        }
    }

    @Test
    void aHeaderMayComeByteByByteAndTogetherWithARequest() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = announcing(app)) {
            for (int version = 1; version <= 2; version++) {
                try (var client = bench.client()) {
                    for (byte octet : ProxyHeader.write(version, ENDS)) {
                        client.send(new byte[] {octet});
                    }
                    client.send(GET);
                    assertThat(client.readAnswer()).endsWith("ok");
                    assertThat(app.next()).contains("X-Forwarded-For: 203.0.113.9\r\n");
                }
                try (var client = bench.client()) {
                    client.send(new String(ProxyHeader.write(version, ENDS), ISO_8859_1) + GET + GET)
                            .shutdownOutput();
                    assertThat(client.readAnswer()).endsWith("ok");
                    assertThat(client.readAnswer()).endsWith("ok");
                    assertThat(app.next()).contains("X-Forwarded-For: 203.0.113.9\r\n");
                    app.next();
                }
            }
        }
    }

    @Test
    void aBalancersOwnCheckIsItsOwn() throws Exception {
        var local = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000");
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = announcing(app);
                var client = bench.client()) {
            client.send(local).send(GET);
            assertThat(client.readAnswer()).endsWith("ok");
            assertThat(app.next()).contains("X-Forwarded-For: 127.0.0.1\r\n");
        }
    }

    @Test
    void whoeverComesWithoutAHeaderIsClosedAndCounted() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = announcing(app)) {
            for (var text : new String[] {GET, "PROXY TCP4 x y 1 2\r\n" + GET, "PROXY TCP4 1.2.3.4"}) {
                try (var client = bench.client()) {
                    client.send(text).shutdownOutput();
                    assertThat(readToTheEnd(client)).isEmpty();
                }
            }
            assertThat(app.accepted()).isZero();
            assertThat(bench.proxy.stats().malformed()).isEqualTo(2);
            // The client sees its end a moment before the loop has counted it.
            await().until(() -> bench.proxy.clients() == 0);
        }
    }

    private static String readToTheEnd(Wire client) {
        try {
            return client.readAll();
        } catch (java.io.IOException reset) {
            return "";
        }
    }

    @Test
    void whoeverSendsNoHeaderInTimeIsClosed() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = announcing(app, new Bench(Bench.usual().with(Setting.CLIENT_HEADER_TIMEOUT, "100ms")));
                var silent = bench.client();
                var slow = bench.client()) {
            slow.send("PROXY TCP4 1");
            assertThat(silent.readAll()).isEmpty();
            assertThat(slow.readAll()).isEmpty();
        }
    }

    @Test
    void connectionsOfOneClientAreCountedByTheAddressInTheHeader() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = announcing(app, new Bench(Bench.usual().with(Setting.MAX_CONNECTIONS_PER_ADDRESS, "2")))) {
            var open = new ArrayList<Wire>();
            for (int client = 1; client <= 4; client++) {
                for (int i = 0; i < 2; i++) {
                    var ends = new Ends(new byte[] {10, 0, 0, (byte) client}, 1, new byte[] {10, 0, 0, 99}, 2);
                    var wire = bench.client().send(ProxyHeader.write(2, ends)).send(GET);
                    assertThat(wire.readAnswer()).endsWith("ok");
                    open.add(wire);
                }
            }
            var ends = new Ends(new byte[] {10, 0, 0, 3}, 1, new byte[] {10, 0, 0, 99}, 2);
            try (var third = bench.client()) {
                third.send(ProxyHeader.write(2, ends)).send(GET);
                assertThat(third.readHead()).startsWith("HTTP/1.1 503 ");
            }
            for (var wire : open) {
                wire.close();
            }
        }
    }

    @Test
    void aServerIsToldWhoTheClientIsOnAConnectionOfItsOwn() throws Exception {
        for (int version = 1; version <= 2; version++) {
            int proxyProtocol = version;
            try (var app = ScriptedUpstream.tcp((wire, _, upstream) -> {
                        var first = new byte[0];
                        ProxyHeader.Read read = new ProxyHeader.Incomplete(1);
                        while (read instanceof ProxyHeader.Incomplete) {
                            first = java.util.Arrays.copyOf(first, first.length + 1);
                            first[first.length - 1] = wire.readBytes(1)[0];
                            read = ProxyHeader.read(first, first.length);
                        }
                        upstream.note(read instanceof ProxyHeader.Complete(var _, var ends) ? "" + ends : "none");
                        upstream.note(wire.readRequest());
                        wire.send(OK);
                        wire.read();
                    });
                    var bench = new Bench()) {
                bench.announced(app.address(), proxyProtocol);
                for (int i = 0; i < 2; i++) {
                    try (var client = bench.client()) {
                        for (int request = 0; request < 2; request++) {
                            client.send(GET);
                            assertThat(client.readAnswer()).endsWith("ok");
                            assertThat(app.next()).matches("127.0.0.1 \\d+ > 127.0.0.1 " + bench.port);
                            assertThat(app.next()).startsWith("GET / HTTP/1.1\r\n");
                        }
                    }
                }
                assertThat(app.accepted()).isEqualTo(4);
            }
        }
    }

    @Test
    void whatTheProxyBeforeUsHasSaidIsToldOn() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, upstream) -> {
                    upstream.note(wire.readUntil("\r\n"));
                    wire.readRequest();
                    wire.send(OK);
                });
                var bench = new Bench()) {
            bench.announced(app.address(), 1);
            bench.proxy.terms(bench.binding, new ListenTerms(true));
            try (var client = bench.client()) {
                client.send(ProxyHeader.write(2, ENDS)).send(GET);
                assertThat(client.readAnswer()).endsWith("ok");
                assertThat(app.next()).isEqualTo("PROXY TCP4 203.0.113.9 198.51.100.1 40000 443\r\n");
            }
        }
    }
}
