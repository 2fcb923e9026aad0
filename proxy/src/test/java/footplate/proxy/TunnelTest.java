package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.proxy.flow.RequestUnderWay;
import footplate.testkit.ScriptedUpstream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class TunnelTest {
    private static final String ASK =
            "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: x\r\n\r\n";

    @TempDir
    Path folder;

    @Test
    void bytesPassBothWaysAndTheEndOfOneSideIsPassedOn() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    upstream.note(wire.readHead());
                    wire.send(SWITCH + "first");
                    for (var line = wire.readUntil("\n"); !line.isEmpty(); line = wire.readUntil("\n")) {
                        wire.send("echo " + line);
                    }
                    wire.send("the end");
                });
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send(ASK + "early\n");
                assertThat(client.readHead())
                        .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                        .contains("Connection: Upgrade\r\nUpgrade: websocket\r\n", "Sec-WebSocket-Accept: x\r\n");
                assertThat(client.read(5)).isEqualTo("first");
                assertThat(client.readUntil("\n")).isEqualTo("echo early\n");
                assertThat(app.next()).contains("Connection: Upgrade\r\nUpgrade: websocket\r\n", "Sec-WebSocket-Key");
                assertThat(bench.proxy.underWay())
                        .extracting(RequestUnderWay::state)
                        .containsExactly(RequestUnderWay.State.TUNNEL);
                assertThat(bench.underWay()).isEqualTo(1);
                client.send("\0\u00ff\n");
                assertThat(client.readUntil("\n")).isEqualTo("echo \0\u00ff\n");
                client.shutdownOutput();
                assertThat(client.readAll()).isEqualTo("the end");
            }
            await().until(() -> bench.underWay() == 0);
            await().until(() -> bench.proxy.stats().connections() == 0);
        }
    }

    @Test
    void aBrokenSideTakesTheOtherWithIt() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, number, upstream) -> {
                    wire.readHead();
                    wire.send(SWITCH);
                    if (number == 1) {
                        upstream.note(wire.readAll() + "ended");
                    }
                });
                var bench = new Bench()) {
            bench.add(app.address());
            var client = bench.client().send(ASK);
            client.readHead();
            client.reset();
            assertThat(app.next()).isEqualTo("ended");
            await().until(() -> bench.underWay() == 0);
            try (var second = bench.client().send(ASK)) {
                second.readHead();
                assertThat(second.readAll()).isEmpty();
            }
            await().until(() -> bench.underWay() == 0);
        }
    }

    @Test
    void muchPassesBothWaysAtOnceUnchanged() throws Exception {
        var data = new byte[5_000_000];
        new Random(1).nextBytes(data);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readHead();
                    wire.send(SWITCH);
                    for (int at = 0; at < data.length; at += 100_000) {
                        wire.send(wire.readBytes(100_000));
                    }
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send(ASK);
                client.readHead();
                var sender = Thread.ofVirtual().start(() -> {
                    try {
                        client.send(data);
                    } catch (java.io.IOException broken) {
                        throw new java.io.UncheckedIOException(broken);
                    }
                });
                // The reader polls the same channel that the sender writes to: wait for the echo to be held back first.
                sender.join(200);
                assertThat(Arrays.equals(client.readBytes(data.length), data)).isTrue();
                sender.join();
            }
        }
    }

    @Test
    void aSideThatEndedBeforeTheTunnelBeganIsPassedOnAsEnded() throws Exception {
        var goOn = new java.util.concurrent.Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    upstream.note(wire.readHead());
                    goOn.acquireUninterruptibly();
                    wire.send(SWITCH);
                    upstream.note(wire.readAll() + "ended");
                    wire.send("bye");
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send(ASK + "last words").shutdownOutput();
                app.next();
                // The loop that is asked has read what came with the request before it answers.
                assertThat(bench.proxy.underWay()).hasSize(1);
                goOn.release();
                assertThat(client.readHead()).startsWith("HTTP/1.1 101");
                assertThat(app.next()).isEqualTo("last wordsended");
                assertThat(client.readAll()).isEqualTo("bye");
            }
            await().until(() -> bench.underWay() == 0);
        }
    }

    @Test
    void anAppThatHasSaidAllStillHears() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, upstream) -> {
                    wire.readHead();
                    wire.send(SWITCH + "bye").shutdownOutput();
                    upstream.note(wire.readAll());
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send(ASK);
                client.readHead();
                assertThat(client.readAll()).isEqualTo("bye");
                client.send("and more").shutdownOutput();
                assertThat(app.next()).isEqualTo("and more");
            }
            await().until(() -> bench.underWay() == 0);
        }
    }

    @Test
    void aRefusedUpgradeIsAnOrdinaryAnswer() throws Exception {
        try (var app = ScriptedUpstream.tcp(
                        ScriptedUpstream.always("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"));
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send(ASK);
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 403").endsWith("no");
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 403");
            }
        }
    }
}
