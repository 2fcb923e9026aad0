package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import footplate.core.config.Setting;
import footplate.core.proxyprotocol.Ends;
import footplate.core.proxyprotocol.ProxyHeader;
import footplate.proxy.flow.ProxySettings;
import footplate.proxy.listen.ListenTerms;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that ask nothing, where there are so many that they are parked: nobody must notice. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(120)
class ParkingTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** So many a loop keeps ready. */
    private static final int READY = 64;

    private static final int MANY = 1_000;

    @BeforeEach
    void theTransportParks() {
        assumeTrue(Bench.TRANSPORT.equals("epoll"), "only epoll's connections are parked");
    }

    private static ProxySettings one() {
        return Bench.usual().with(Setting.WORKERS, "1");
    }

    private static ScriptedUpstream app() throws IOException {
        return ScriptedUpstream.tcp((wire, _, _) -> {
            while (!wire.readRequest().isEmpty()) {
                wire.send(OK);
            }
        });
    }

    /** So many clients of one loop. */
    private static final class Crowd implements AutoCloseable {
        final List<Wire> all = new ArrayList<>();

        Crowd(Bench bench, int count) throws IOException {
            for (int i = 0; i < count; i++) {
                all.add(bench.client());
            }
        }

        Crowd ask() throws IOException {
            for (var one : all) {
                assertThat(one.send(GET).readAnswer())
                        .startsWith("HTTP/1.1 200")
                        .endsWith("ok");
            }
            return this;
        }

        @Override
        public void close() throws IOException {
            for (var one : all) {
                one.close();
            }
        }
    }

    /** Waits until all are parked but those that are kept ready. */
    private static void awaitParked(Bench bench) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(bench.proxy.stats().parked()).isGreaterThanOrEqualTo(MANY - READY));
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void aParkedClientIsAnsweredAsIfNothingHadBeen() throws Exception {
        try (var app = app();
                var bench = new Bench(one());
                var crowd = new Crowd(bench, MANY)) {
            bench.add(app.address());
            for (int round = 0; round < 3; round++) {
                crowd.ask();
                awaitParked(bench);
            }
            var stats = bench.proxy.stats();
            assertThat(stats.connections()).isEqualTo(MANY);
            assertThat(stats.accepted()).isEqualTo(MANY);
            assertThat(stats.requests()).isEqualTo(3 * MANY);
            assertThat(bench.proxy.clients()).isEqualTo(MANY);
        }
    }

    @Test
    void fewClientsAreNotParked() throws Exception {
        try (var app = app();
                var bench = new Bench(one());
                var crowd = new Crowd(bench, READY)) {
            bench.add(app.address());
            crowd.ask();
            LockSupport.parkNanos(Duration.ofMillis(600).toNanos());
            assertThat(bench.proxy.stats().parked()).isZero();
        }
    }

    @Test
    void clientsThatHaveSaidNothingYetAreParkedToo() throws Exception {
        try (var app = app();
                var bench = new Bench(one());
                var crowd = new Crowd(bench, MANY)) {
            bench.add(app.address());
            awaitParked(bench);
            crowd.ask();
        }
    }

    @Test
    void aRequestInPartsIsNoReasonToPark() throws Exception {
        try (var app = app();
                var bench = new Bench(one());
                var crowd = new Crowd(bench, MANY)) {
            bench.add(app.address());
            crowd.ask();
            for (var one : crowd.all) {
                one.send("GET / HTTP/1.1\r\nHo");
            }
            await().until(() -> bench.proxy.stats().parked() == 0);
            LockSupport.parkNanos(Duration.ofMillis(600).toNanos());
            assertThat(bench.proxy.stats().parked()).isZero();
            for (var one : crowd.all) {
                assertThat(one.send("st: a\r\n\r\n").readAnswer()).endsWith("ok");
            }
        }
    }

    @Test
    void parkedClientsThatLeaveAreGone() throws Exception {
        try (var app = app();
                var bench = new Bench(one())) {
            bench.add(app.address());
            long before = 0;
            for (int round = 0; round < 3; round++) {
                try (var crowd = new Crowd(bench, MANY)) {
                    crowd.ask();
                    awaitParked(bench);
                    for (var one : crowd.all.subList(0, MANY / 2)) {
                        one.reset();
                    }
                }
                await().untilAsserted(() ->
                        assertThat(bench.proxy.stats().connections()).isZero());
                assertThat(bench.proxy.stats().parked()).isZero();
                assertThat(bench.proxy.clients()).isZero();
                if (round == 0) {
                    before = descriptors();
                }
            }
            assertThat(descriptors()).isLessThanOrEqualTo(before + 10);
        }
    }

    @Test
    void beingParkedDoesNotMakeAnIdleClientsTimeLonger() throws Exception {
        try (var app = app();
                var bench = new Bench(one().with(Setting.KEEPALIVE_TIMEOUT, "4s"));
                var crowd = new Crowd(bench, MANY)) {
            bench.add(app.address());
            long begun = System.nanoTime();
            crowd.ask();
            awaitParked(bench);
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> bench.proxy.stats().connections() == 0);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(4));
            for (var one : crowd.all) {
                assertThat(one.readAll()).isEmpty();
            }
            assertThat(bench.proxy.clients()).isZero();
        }
    }

    @Test
    void requestsOfAConnectionAreCountedOnWhileItIsParked() throws Exception {
        try (var app = app();
                var bench = new Bench(one().with(Setting.MAX_REQUESTS_PER_CONNECTION, "2"));
                var crowd = new Crowd(bench, MANY)) {
            bench.add(app.address());
            crowd.ask();
            awaitParked(bench);
            for (var one : crowd.all) {
                assertThat(one.send(GET).readAll()).startsWith("HTTP/1.1 200").contains("Connection: close\r\n");
            }
        }
    }

    @Test
    void parkedConnectionsCountForTheirAddress() throws Exception {
        try (var app = app();
                var bench = new Bench(one().with(Setting.MAX_CONNECTIONS_PER_ADDRESS, String.valueOf(MANY)));
                var crowd = new Crowd(bench, MANY)) {
            bench.add(app.address());
            crowd.ask();
            awaitParked(bench);
            assertThat(bench.ask(GET)).startsWith("HTTP/1.1 503");
            // Woken and parked again, a second count would have been made of it.
            crowd.ask();
            awaitParked(bench);
            for (var one : crowd.all.subList(0, 3)) {
                one.close();
            }
            await().until(() -> bench.proxy.stats().connections() == MANY - 3);
            var more = new Crowd(bench, 3);
            more.ask();
            assertThat(bench.ask(GET)).startsWith("HTTP/1.1 503");
            more.close();
        }
    }

    @Test
    void aClosingProxyClosesParkedClientsAtOnce() throws Exception {
        try (var app = app();
                var bench = new Bench(one());
                var crowd = new Crowd(bench, MANY)) {
            bench.add(app.address());
            crowd.ask();
            awaitParked(bench);
            var closing = Thread.ofVirtual().start(() -> bench.proxy.close(Duration.ofSeconds(30)));
            for (var one : crowd.all) {
                assertThat(one.readAll()).isEmpty();
                one.close();
            }
            assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
        }
    }

    @Test
    void aProxyThatPartsTellsParkedClientsWithTheirNextAnswer() throws Exception {
        try (var app = app();
                var bench = new Bench(one());
                var crowd = new Crowd(bench, MANY)) {
            bench.add(app.address());
            crowd.ask();
            awaitParked(bench);
            bench.proxy.part();
            bench.proxy.stats();
            for (var one : crowd.all) {
                assertThat(one.send(GET).readAll()).startsWith("HTTP/1.1 200").contains("Connection: close\r\n");
            }
        }
    }

    @Test
    void whomTheProxyBeforeUsHasNamedIsRemembered() throws Exception {
        var server = new byte[] {(byte) 198, 51, 100, 1};
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                        var client = request.lines()
                                .filter(line -> line.startsWith("X-Forwarded-For: "))
                                .findFirst()
                                .orElse("nobody");
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + client.length() + "\r\n\r\n" + client);
                    }
                });
                var bench = new Bench(one())) {
            bench.add(app.address());
            bench.proxy.terms(bench.binding, new ListenTerms(true));
            try (var crowd = new Crowd(bench, MANY)) {
                for (int round = 0; round < 2; round++) {
                    for (int i = 0; i < MANY; i++) {
                        var wire = crowd.all.get(i);
                        if (round == 0) {
                            var client = new byte[] {(byte) 203, 0, (byte) (i >> 8), (byte) i};
                            wire.send(ProxyHeader.write(2, new Ends(client, 40_000, server, 443)));
                        }
                        assertThat(wire.send(GET).readAnswer())
                                .endsWith("X-Forwarded-For: 203.0." + (i >> 8) + "." + (i & 255));
                    }
                    awaitParked(bench);
                }
            }
        }
    }

    /** Each client pauses about as long as it takes to be parked, so that requests come at every point of it. */
    @Test
    void requestsThatComeWhileTheirClientIsBeingParkedAreAnswered() throws Exception {
        try (var app = app();
                var bench = new Bench(one());
                var crowd = new Crowd(bench, MANY);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            bench.add(app.address());
            var asking = new ArrayList<Future<?>>();
            long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
            for (int i = 0; i < MANY; i++) {
                var wire = crowd.all.get(i);
                var random = new Random(i);
                asking.add(threads.submit(() -> {
                    while (System.nanoTime() < end) {
                        assertThat(wire.send(GET).readAnswer()).endsWith("ok");
                        // Each parking makes the next one come later, up to five seconds.
                        LockSupport.parkNanos(random.nextLong(600_000_000));
                    }
                    return null;
                }));
            }
            for (var one : asking) {
                one.get();
            }
            awaitParked(bench);
            assertThat(bench.proxy.stats().connections()).isEqualTo(MANY);
        }
    }
}
