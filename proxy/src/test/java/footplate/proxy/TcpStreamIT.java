package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.config.file.Stream.Protocol;
import footplate.core.config.routes.HostMatch;
import footplate.core.name.AppName;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are passed on as they are. */
@Timeout(60)
class TcpStreamIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    /** Says who it is, and then what it hears. */
    private static ScriptedUpstream.Script echo(String name) {
        return (wire, _, _) -> {
            wire.send(name);
            for (int next = wire.read(); next >= 0; next = wire.read()) {
                wire.send(new byte[] {(byte) next});
            }
            wire.send("end of " + name);
        };
    }

    private static String deadAddress() throws IOException {
        try (var closed = new ServerSocket(0)) {
            return "127.0.0.1:" + closed.getLocalPort();
        }
    }

    @Test
    void bytesPassBothWaysAndTheEndOfOneSideIsPassedOn() throws Exception {
        try (var tcp = ScriptedUpstream.tcp(echo("a"));
                var unix = ScriptedUpstream.unix(folder.resolve("s"), echo("a"));
                var bench = new StreamBench(Protocol.TCP)) {
            for (var server : new ScriptedUpstream[] {tcp, unix}) {
                var target = bench.add(server.address());
                try (var client = bench.client()) {
                    // The server speaks first, as many do.
                    assertThat(client.read(1)).isEqualTo("a");
                    client.send("\0\u00ff\r\n");
                    assertThat(client.read(4)).isEqualTo("\0\u00ff\r\n");
                    assertThat(target.load().underWay()).isEqualTo(1);
                    client.send("last").shutdownOutput();
                    assertThat(client.readAll()).isEqualTo("lastend of a");
                }
                await().atMost(LONG).until(() -> target.load().underWay() == 0 && bench.proxy.clients() == 0);
                bench.remove(target);
            }
            assertThat(bench.counts().passed()).isEqualTo(2);
            assertThat(bench.counts().open()).isZero();
        }
    }

    @Test
    void aClientThatHasSaidAllGetsALargeAnswerAtItsOwnSpeed() throws Exception {
        int size = 20 << 20;
        try (var server = ScriptedUpstream.tcp((wire, _, _) -> {
                    wire.readAll();
                    send(wire, size, new AtomicLong());
                });
                var bench = new StreamBench(Protocol.TCP)) {
            bench.add(server.address());
            try (var client = Wire.connectNarrow(bench.port)) {
                client.send("all").shutdownOutput();
                assertThat(sum(client, size)).isEqualTo(expectedSum(size));
                assertThat(client.read()).isNegative();
            }
        }
    }

    @Test
    void aServerThatCannotBeReachedLeadsToAnotherOne() throws Exception {
        try (var server = ScriptedUpstream.tcp(echo("b"));
                var bench = new StreamBench(Protocol.TCP)) {
            var dead = bench.add(deadAddress());
            bench.add(server.address());
            for (int i = 0; i < 5; i++) {
                try (var client = bench.client()) {
                    assertThat(client.read(1)).isEqualTo("b");
                }
            }
            assertThat(dead.load().underWay()).isZero();
            assertThat(bench.counts().refused()).isZero();
        }
    }

    @Test
    void aClientForWhomThereIsNobodyIsClosed() throws Exception {
        try (var bench = new StreamBench(Protocol.TCP)) {
            try (var client = bench.client()) {
                assertThat(closes(client)).isTrue();
            }
            bench.add(deadAddress());
            try (var client = bench.client()) {
                assertThat(closes(client)).isTrue();
            }
            await().atMost(LONG).until(() -> bench.counts().refused() == 2 && bench.proxy.clients() == 0);
        }
    }

    private static boolean closes(Wire client) {
        try {
            return client.read() < 0;
        } catch (IOException reset) {
            return !(reset instanceof java.net.SocketTimeoutException);
        }
    }

    @Test
    void whereAllServersAreFullAClientWaitsItsTurn() throws Exception {
        try (var server = ScriptedUpstream.tcp(echo("a"));
                var bench = new StreamBench(Protocol.TCP)) {
            bench.concurrency = 1;
            bench.add(server.address());
            try (var first = bench.client();
                    var second = bench.client()) {
                var one = first.silentFor(Duration.ofSeconds(10)) ? second : first;
                var other = one == first ? second : first;
                assertThat(one.read(1)).isEqualTo("a");
                assertThat(other.silentFor(Duration.ofMillis(100))).isTrue();
                one.close();
                assertThat(other.read(1)).isEqualTo("a");
            }
        }
    }

    @Test
    void theServerIsToldWhoTheClientIs() throws Exception {
        try (var server = ScriptedUpstream.tcp((wire, _, _) -> wire.send(wire.readUntil("x")));
                var bench = new StreamBench(Protocol.TCP)) {
            bench.proxyProtocol = 1;
            bench.add(server.address());
            try (var client = bench.client()) {
                client.send("x");
                assertThat(client.readAll()).matches("PROXY TCP4 127.0.0.1 127.0.0.1 \\d+ " + bench.port + "\r\nx");
            }
        }
    }

    @Test
    void whatDoesNotMoveIsClosed() throws Exception {
        try (var server = ScriptedUpstream.tcp(echo("a"));
                var bench = new StreamBench(Protocol.TCP)) {
            bench.idle = Duration.ofMillis(500);
            bench.add(server.address());
            long began = System.nanoTime();
            try (var client = bench.client()) {
                assertThat(client.read(1)).isEqualTo("a");
                assertThat(closes(client)).isTrue();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(500));
        }
    }

    @Test
    void aSlowReaderHoldsItsWriterUpAndTakesLittleMemory() throws Exception {
        int size = 50 << 20;
        var go = new Semaphore(0);
        var sums = new CompletableFuture<Long>();
        try (var server = ScriptedUpstream.tcp((wire, _, _) -> {
                    // First it listens, when it is let; then it speaks, at its client's speed.
                    go.acquireUninterruptibly();
                    sums.complete(sum(wire, size));
                    send(wire, size, new AtomicLong());
                });
                var bench = new StreamBench(Protocol.TCP)) {
            bench.add(server.address());
            try (var client = bench.client()) {
                var sent = new AtomicLong();
                var sending = CompletableFuture.runAsync(() -> {
                    try {
                        send(client, size, sent);
                    } catch (IOException failure) {
                        throw new java.io.UncheckedIOException(failure);
                    }
                });
                standsStill(sent);
                assertThat(sent.get()).isLessThan(size / 2);
                assertThat(bench.proxy.directMemory()).isLessThan(24 << 20);
                go.release();
                sending.get(50, TimeUnit.SECONDS);
                assertThat(sums.get(50, TimeUnit.SECONDS)).isEqualTo(expectedSum(size));
                assertThat(sum(client, size)).isEqualTo(expectedSum(size));
                assertThat(bench.proxy.directMemory()).isLessThan(24 << 20);
            }
        }
    }

    /** Until it has not moved between two looks. */
    private static void standsStill(AtomicLong moving) {
        var last = new AtomicLong(-1);
        await().atMost(LONG).pollInterval(Duration.ofMillis(300)).until(() -> {
            long now = moving.get();
            return now > 0 && last.getAndSet(now) == now;
        });
    }

    private static byte[] part(long at) {
        var part = new byte[64 * 1024];
        new Random(at).nextBytes(part);
        return part;
    }

    private static void send(Wire wire, int size, AtomicLong sent) throws IOException {
        for (long at = 0; at < size; at += 64 * 1024) {
            wire.send(part(at));
            sent.addAndGet(64 * 1024);
        }
    }

    private static long sum(Wire wire, int size) throws IOException {
        long sum = 0;
        for (long at = 0; at < size; at += 64 * 1024) {
            sum = 31 * sum + Arrays.hashCode(wire.readBytes(64 * 1024));
        }
        return sum;
    }

    private static long expectedSum(int size) {
        long sum = 0;
        for (long at = 0; at < size; at += 64 * 1024) {
            sum = 31 * sum + Arrays.hashCode(part(at));
        }
        return sum;
    }

    @Test
    void aThousandConnectionsAtOnce() throws Exception {
        try (var server = ScriptedUpstream.tcp(echo("a"));
                var bench = new StreamBench(Protocol.TCP)) {
            bench.add(server.address());
            var clients = new ArrayList<Wire>();
            for (int i = 0; i < 1_000; i++) {
                clients.add(bench.client());
            }
            for (var client : clients) {
                client.send("hello");
            }
            for (var client : clients) {
                assertThat(client.read(6)).isEqualTo("ahello");
            }
            assertThat(bench.counts().open()).isEqualTo(1_000);
            for (var client : clients) {
                client.close();
            }
            await().atMost(LONG).until(() -> bench.counts().open() == 0 && bench.proxy.clients() == 0);
        }
    }

    @Test
    void serversThatLeaveUnderLoadCutNobody() throws Exception {
        try (var one = ScriptedUpstream.tcp(echo("1"));
                var two = ScriptedUpstream.tcp(echo("2"));
                var bench = new StreamBench(Protocol.TCP)) {
            var stays = bench.add(one.address());
            var leaves = bench.add(two.address());
            var open = new ArrayList<Wire>();
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 10; i++) {
                    var client = bench.client();
                    assertThat(client.read(1)).isIn("1", "2");
                    open.add(client);
                }
                if (round % 2 == 0) {
                    bench.remove(leaves);
                } else {
                    leaves = bench.add(two.address());
                }
                for (var client : open) {
                    client.send("x");
                    assertThat(client.read(1)).isEqualTo("x");
                }
            }
            assertThat(stays.load().underWay()).isBetween(1, 199);
            for (var client : open) {
                client.shutdownOutput();
                assertThat(client.readAll()).startsWith("end of ");
                client.close();
            }
            assertThat(bench.counts().refused()).isZero();
        }
    }

    @Test
    void aTlsClientReachesTheServerThatItNames() throws Exception {
        var tls = TlsServer.keys(folder);
        try (var shop = tls.serve("shop");
                var rest = tls.serve("rest");
                var plain = ScriptedUpstream.tcp(echo("plain"));
                var bench = new StreamBench(Protocol.TCP)) {
            bench.sni.put(HostMatch.of("shop.example"), new AppName("shop"));
            bench.sni.put(HostMatch.of("*.other.example"), new AppName("other"));
            bench.add("shop", shop.address());
            bench.add("other", rest.address());
            assertThat(tls.ask(bench.port, "shop.example")).isEqualTo("shop for shop.example");
            assertThat(tls.ask(bench.port, "a.other.example")).isEqualTo("rest for a.other.example");
            try (var nobody = bench.client()) {
                nobody.send("GET / HTTP/1.1\r\n\r\n");
                assertThat(closes(nobody)).isTrue();
            }
            // From now on who names none of them has a server, too.
            bench.add(plain.address());
            try (var other = bench.client()) {
                other.send("GET / HTTP/1.1\r\n\r\n");
                assertThat(other.read(23)).isEqualTo("plainGET / HTTP/1.1\r\n\r\n");
            }
            try (var half = bench.client()) {
                half.send(new byte[] {22, 3, 1}).shutdownOutput();
                assertThat(half.readAll()).isEqualTo("plain\u0016\u0003\u0001end of plain");
            }
        }
    }

    @Test
    void aClientThatSendsNoHelloInTimeIsClosed() throws Exception {
        try (var server = ScriptedUpstream.tcp(echo("a"));
                var bench = new StreamBench(Protocol.TCP, Bench.usual().with(Setting.CLIENT_HEADER_TIMEOUT, "100ms"))) {
            bench.sni.put(HostMatch.of("shop.example"), new AppName("rest"));
            bench.add(server.address());
            try (var client = bench.client()) {
                client.send(new byte[] {22, 3, 1});
                assertThat(closes(client)).isTrue();
            }
        }
    }

    @Test
    void thereAreNoMoreConnectionsThanAllowed() throws Exception {
        try (var server = ScriptedUpstream.tcp(echo("a"));
                var bench = new StreamBench(Protocol.TCP, Bench.usual().with(Setting.MAX_CONNECTIONS, "2"))) {
            bench.add(server.address());
            try (var one = bench.client();
                    var two = bench.client()) {
                assertThat(one.read(1) + two.read(1)).isEqualTo("aa");
                try (var three = bench.client()) {
                    assertThat(closes(three)).isTrue();
                }
            }
        }
    }
}
