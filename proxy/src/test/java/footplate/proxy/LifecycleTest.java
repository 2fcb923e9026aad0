package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Entry.Binding;
import footplate.core.config.Setting;
import footplate.proxy.flow.ProxySettings;
import footplate.proxy.listen.ListenFailure;
import footplate.testkit.ScriptedUpstream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class LifecycleTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static ProxySettings quick() {
        var time = Duration.ofMillis(300);
        return Bench.times(time, time, time, time, time, time);
    }

    @Test
    void anAddressThatCannotBeHadSaysWhy() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                var bench = new Bench()) {
            assertFailure(bench, new Binding("127.0.0.1", taken.getLocalPort()), ListenFailure.Reason.PORT_IN_USE);
            assertFailure(bench, new Binding("127.0.0.1", bench.port), ListenFailure.Reason.PORT_IN_USE);
            assertFailure(bench, bench.binding, ListenFailure.Reason.PORT_IN_USE);
            assertFailure(bench, new Binding("203.0.113.7", 0), ListenFailure.Reason.ADDRESS_NOT_AVAILABLE);
            assertFailure(bench, new Binding("localhost", 0), ListenFailure.Reason.ADDRESS_NOT_AVAILABLE);
        }
    }

    private static void assertFailure(Bench bench, Binding binding, ListenFailure.Reason reason) {
        assertThatThrownBy(() -> bench.proxy.listen(binding))
                .isInstanceOfSatisfying(
                        ListenFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    @Test
    void otherSettingsCountForTheNextRequestsOfConnectionsThatAreThere() throws Exception {
        var before = Bench.usual().with(Setting.WORKERS, "2");
        var tall = "GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(3_000) + "\r\n\r\n";
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    while (true) {
                        wire.readRequest();
                        wire.send(OK);
                    }
                });
                var bench = new Bench(before)) {
            bench.add(app.address());
            try (var client = bench.client()) {
                assertThat(client.send(tall).readAnswer()).startsWith("HTTP/1.1 200");

                bench.proxy.apply(before.settings().with(Setting.MAX_HEADER_SIZE, "2KB"));
                // Each loop has answered, so it has the settings too: a loop may go through much input before its
                // tasks.
                bench.proxy.stats();

                assertThat(client.send(GET).readAnswer()).startsWith("HTTP/1.1 200");
                assertThat(client.send(tall).readAnswer()).startsWith("HTTP/1.1 431");
            }
            bench.proxy.apply(before.settings());
            bench.proxy.stats();
            assertThat(bench.ask(tall)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void whoComesBeforeTheAppsAreKnownWaitsForThem() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = new Bench();
                var client = bench.client()) {
            client.send(GET);
            assertThat(client.silentFor(Duration.ofMillis(300))).isTrue();
            bench.add(app.address());
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void whereNoAppBecomesKnownItIsSaidSo() throws Exception {
        try (var bench = new Bench();
                var client = bench.client()) {
            assertThat(client.send(GET).readAnswer()).startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void anAddressThatWasGivenUpIsFree() throws Exception {
        try (var bench = new Bench()) {
            bench.proxy.unlisten(bench.binding);
            try (var free = new ServerSocket(bench.port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                assertThat(free.getLocalPort()).isEqualTo(bench.port);
            }
        }
    }

    @Test
    void closingLetsRequestsUnderWayEnd() throws Exception {
        var goOn = new Semaphore(0);
        try (var app = ScriptedUpstream.tcp((wire, _, upstream) -> {
                    upstream.note(wire.readRequest());
                    goOn.acquireUninterruptibly();
                    wire.send(OK);
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var busy = bench.client().send(GET);
                    var idle = bench.client()) {
                app.next();
                await().until(() -> bench.proxy.stats().connections() == 2);
                var closing = Thread.ofVirtual().start(() -> bench.proxy.close(Duration.ofSeconds(10)));
                assertThat(idle.readAll()).isEmpty();
                assertThatThrownBy(bench::client).isInstanceOf(java.io.IOException.class);
                assertThat(closing.isAlive()).isTrue();
                goOn.release();
                assertThat(busy.readAll()).endsWith("ok");
                closing.join();
            }
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void closingCutsOffWhatDoesNotEnd() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, upstream) -> {
                    upstream.note(wire.readRequest());
                    wire.readAll();
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var busy = bench.client().send(GET)) {
                app.next();
                bench.proxy.close(Duration.ofMillis(50));
                assertThat(busy.readAll()).isEmpty();
            }
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void slowAndIdleClientsAreLetGo() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = new Bench(quick())) {
            bench.add(app.address());
            try (var silent = bench.client();
                    var slowHead = bench.client().send("GET / HTTP/1.1\r\nHost:");
                    var slowBody = bench.client().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
                    var kept = bench.client().send(GET)) {
                assertThat(kept.readAnswer()).endsWith("ok");
                assertThat(kept.readAll()).isEmpty();
                assertThat(silent.readAll()).isEmpty();
                assertThat(slowHead.readAll()).startsWith("HTTP/1.1 408").contains("Connection: close");
                assertThat(slowBody.readAll()).startsWith("HTTP/1.1 408");
            }
            await().until(() -> bench.underWay() == 0);
        }
    }

    @Test
    void anAppThatDoesNotAnswerIsA504() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, upstream) -> upstream.note(wire.readAll()));
                var bench = new Bench(quick())) {
            bench.add(app.address());
            assertThat(bench.ask(GET)).startsWith("HTTP/1.1 504");
            // The app is told by the end of its connection.
            assertThat(app.next()).startsWith("GET /");
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void oneConnectionTooManyIsRefusedPolitely() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK));
                var bench = new Bench(Bench.usual().with(Setting.MAX_CONNECTIONS, "2"))) {
            bench.add(app.address());
            try (var first = bench.client().send(GET);
                    var second = bench.client().send(GET)) {
                assertThat(first.readAnswer()).endsWith("ok");
                assertThat(second.readAnswer()).endsWith("ok");
                try (var third = bench.client()) {
                    assertThat(third.readAll()).startsWith("HTTP/1.1 503");
                }
                assertThat(first.send(GET).readAnswer()).endsWith("ok");
            }
            await().until(() -> bench.proxy.stats().connections() == 0);
            assertThat(bench.ask(GET)).endsWith("ok");
        }
    }

    @Test
    void aMistakeOfOursEndsItsRequestAndNothingElse() throws Exception {
        var bugs = new java.util.concurrent.atomic.AtomicInteger();
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(OK))) {
            var bench = new Bench(Bench.usual().with(Setting.WORKERS, "1"));
            try {
                bench.add(app.address());
                bench.onDrained = _ -> {
                    bugs.incrementAndGet();
                    throw new IllegalStateException("a mistake on purpose");
                };
                try (var other = bench.client().send(GET)) {
                    assertThat(other.readAnswer()).endsWith("ok");
                    try (var client = bench.client()) {
                        var target = bench.targets.getFirst();
                        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n");
                        await().until(() -> bench.underWay() == 1);
                        target.load().close();
                        client.send("x");
                        client.readAll();
                        assertThat(bugs).hasValue(1);
                    }
                    bench.targets.clear();
                    bench.add(app.address());
                    assertThat(other.send(GET).readAnswer()).endsWith("ok");
                    assertThat(bench.proxy.stats().bugs()).isEqualTo(1);
                    assertThat(bench.underWay()).isZero();
                }
            } finally {
                assertThat(bench.bugs).hasSize(1);
                bench.bugs.clear();
                bench.close();
            }
        }
    }
}
