package footplate.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.proxy.flow.RequestUnderWay;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

    private static final String GOING_AWAY = "\u0088\u0002\u0003\u00e9";

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
    void aWebSocketOfAProcessThatGoesAwayIsClosedInOrderAndNoOtherIs() throws Exception {
        ScriptedUpstream.Script echo = (wire, _, upstream) -> {
            wire.readHead();
            wire.send(SWITCH);
            for (var frame = frame(wire); !frame.isEmpty(); frame = frame(wire)) {
                upstream.note(frame);
                if (!frame.startsWith("8")) {
                    wire.send("\u0081\u0002hi");
                }
            }
        };
        try (var leaving = ScriptedUpstream.unix(folder.resolve("leaving"), echo);
                var staying = ScriptedUpstream.unix(folder.resolve("staying"), echo);
                var bench = new Bench()) {
            bench.concurrency = 1;
            var run = bench.add(leaving.address()).run();
            bench.add(staying.address());
            try (var other = bench.client()) {
                CompletableFuture<Void> closed;
                try (var client = bench.client()) {
                    client.send(ASK).readHead();
                    other.send(ASK).readHead();
                    client.send("\u0081\u0082\0\0\0\0yo");
                    assertThat(client.read(4)).isEqualTo("\u0081\u0002hi");
                    assertThat(leaving.next()).isEqualTo("1 yo");

                    closed = bench.proxy.closeWebSockets(run);

                    assertThat(client.read(4)).isEqualTo(GOING_AWAY);
                    assertThat(client.readAll()).isEmpty();
                    assertThat(leaving.next()).isEqualTo("8 \u0003\u00e9");
                }
                closed.get(20, TimeUnit.SECONDS);
                await().until(() -> bench.targets.getFirst().load().underWay() == 0);
                other.send("\u0081\u0082\0\0\0\0yo");
                assertThat(other.read(4)).isEqualTo("\u0081\u0002hi");
                assertThat(bench.targets.getLast().load().underWay()).isEqualTo(1);
            }
        }
    }

    @Test
    void theCloseFrameComesBehindTheFrameUnderWayAndNothingBehindIt() throws Exception {
        var goOn = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    wire.readHead();
                    wire.send(SWITCH + "\u0081\u0004ha");
                    upstream.note(frame(wire));
                    wire.send("lf\u0081\u0004more");
                    goOn.acquireUninterruptibly();
                });
                var bench = new Bench()) {
            var run = bench.add(app.address()).run();
            try (var client = bench.client()) {
                client.send(ASK).readHead();
                assertThat(client.read(4)).isEqualTo("\u0081\u0004ha");

                bench.proxy.closeWebSockets(run);

                assertThat(app.next())
                        .describedAs("the other direction has no frame under way")
                        .startsWith("8 ");
                assertThat(client.read(6)).isEqualTo("lf" + GOING_AWAY);
                assertThat(client.readAll()).isEmpty();
            }
            goOn.release();
            await().until(() -> bench.underWay() == 0);
        }
    }

    @Test
    void whoHasClosedItsWebSocketAlreadyIsNotFollowedByASecondCloseFrame() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    wire.readHead();
                    wire.send(SWITCH + "\u0088\u0002\u0003\u00e8");
                    upstream.note(wire.readAll());
                });
                var bench = new Bench()) {
            var run = bench.add(app.address()).run();
            try (var client = bench.client()) {
                client.send(ASK).readHead();
                assertThat(client.read(4)).isEqualTo("\u0088\u0002\u0003\u00e8");

                bench.proxy.closeWebSockets(run);

                assertThat(client.readAll()).isEmpty();
            }
        }
    }

    @Test
    void whoDoesNotEndAClosedWebSocketIsCut() throws Exception {
        var goOn = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readHead();
                    wire.send(SWITCH + "\u0081\u0004ha");
                    goOn.acquireUninterruptibly();
                });
                var bench = new Bench()) {
            var run = bench.add(app.address()).run();
            try (var client = bench.client()) {
                client.send(ASK).readHead();
                assertThat(client.read(4)).isEqualTo("\u0081\u0004ha");
                long before = System.nanoTime();

                bench.proxy.closeWebSockets(run).get(20, TimeUnit.SECONDS);

                assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(1_000_000_000L);
                assertThat(client.readAll()).isEmpty();
                assertThat(bench.underWay()).isZero();
            }
            goOn.release();
        }
    }

    /** The opcode and the unmasked text of a masked frame below 126 bytes; empty at the end. */
    private static String frame(Wire wire) throws IOException {
        int first = wire.read();
        if (first < 0) {
            return "";
        }
        int length = wire.read() & 0x7F;
        var mask = wire.readBytes(4);
        var text = wire.readBytes(length);
        for (int i = 0; i < length; i++) {
            text[i] ^= mask[i % 4];
        }
        return (first & 0x0F) + " " + new String(text, ISO_8859_1);
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
