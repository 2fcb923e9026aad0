package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.proxy.flow.ProxySettings;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client may cost: of time, of bytes, of requests and of connections. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(60)
class ClientLimitsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path folder;

    private static ProxySettings one(Setting setting, String value) {
        return Bench.usual().with(Setting.WORKERS, "1").with(setting, value);
    }

    private ScriptedUpstream app() throws IOException {
        return ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(OK));
    }

    @Test
    void aHeadThatTricklesGetsNoMoreTimeThanOneThatStands() throws Exception {
        try (var app = app();
                var bench = new Bench(one(Setting.CLIENT_HEADER_TIMEOUT, "1500ms"));
                var client = bench.client()) {
            bench.add(app.address());
            client.send("GET / HTTP/1.1\r\nHost: a\r\n");
            var answer = new StringBuilder();
            await().pollInterval(Duration.ofMillis(50))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> {
                        if (client.silentFor(Duration.ofMillis(1))) {
                            client.send("X: y\r\n");
                            return false;
                        }
                        answer.append(client.readAll());
                        return true;
                    });
            assertThat(answer).startsWith("HTTP/1.1 408").contains("Connection: close");
            assertThat(app.notedLeft()).isZero();
        }
    }

    @Test
    void aBodyMayBeSlowAndHaveNoPauses() throws Exception {
        try (var app = app();
                var bench = new Bench(one(Setting.CLIENT_BODY_TIMEOUT, "2500ms"));
                var client = bench.client()) {
            bench.add(app.address());
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n");
            for (int i = 0; i < 4; i++) {
                assertThat(client.silentFor(Duration.ofMillis(900))).isTrue();
                client.send("ab");
            }
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 200");
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
            assertThat(client.readAll()).startsWith("HTTP/1.1 408").contains("Connection: close");
        }
    }

    @Test
    void aBodyTooLargeByItsOwnWordIsNotReadAtAll() throws Exception {
        try (var app = app();
                var bench = new Bench(one(Setting.MAX_BODY_SIZE, "1000"))) {
            bench.add(app.address());
            assertThat(bench.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1_000)))
                    .startsWith("HTTP/1.1 200");
            assertThat(app.next()).endsWith("x".repeat(1_000));
            try (var client = bench.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
                assertThat(client.readAll())
                        .startsWith("HTTP/1.1 413 Content Too Large")
                        .contains("Connection: close");
            }
            assertThat(app.notedLeft()).isZero();
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void aChunkThatWouldPassTheLimitIsNotWaitedFor() throws Exception {
        var head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        var kilo = "1f4\r\n" + "x".repeat(500) + "\r\n1f4;e=1\r\n" + "x".repeat(500) + "\r\n";
        try (var app = app();
                var bench = new Bench(one(Setting.MAX_BODY_SIZE, "1000"))) {
            bench.add(app.address());
            assertThat(bench.ask(head + kilo + "0\r\n\r\n")).startsWith("HTTP/1.1 200");
            app.next();
            assertThat(bench.ask(head + kilo + "1\r\n")).startsWith("HTTP/1.1 413");
            assertThat(bench.ask(head + "3e9\r\n")).startsWith("HTTP/1.1 413");
            assertThat(app.notedLeft()).isZero();
            await().until(() -> bench.underWay() == 0);
        }
    }

    @Test
    void aBodyThatPassesTheLimitWhileItsAnswerComesIsCutOff() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("early"), (wire, _, _) -> {
                    wire.readHead();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun");
                    wire.readAll();
                });
                var bench = new Bench(one(Setting.MAX_BODY_SIZE, "1000").with(Setting.BUFFERING, "off"));
                var client = bench.client()) {
            bench.add(app.address());
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n" + "x".repeat(500));
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            assertThat(client.read(5)).isEqualTo("begun");
            client.send("\r\n1f5\r\n");
            assertThat(client.readAll()).isEmpty();
            await().until(() -> bench.underWay() == 0);
        }
    }

    @Test
    void theAppsOwnLimitCounts() throws Exception {
        try (var app = app();
                var bench = new Bench()) {
            bench.http = bench.http.with(Setting.MAX_BODY_SIZE, "3");
            bench.add(app.address());
            assertThat(bench.ask("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"))
                    .startsWith("HTTP/1.1 200");
            assertThat(bench.ask("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd"))
                    .startsWith("HTTP/1.1 413");
            bench.http = bench.http.with(Setting.MAX_BODY_SIZE, "0");
            bench.publish();
            assertThat(bench.ask("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void targetsAndHeadsHaveTheLimitsThatWereSet() throws Exception {
        var settings = one(Setting.MAX_URI_SIZE, "100").with(Setting.MAX_HEADER_SIZE, "2KB");
        try (var app = app();
                var bench = new Bench(settings)) {
            bench.add(app.address());
            assertThat(bench.ask("GET /" + "a".repeat(99) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
            assertThat(bench.ask("GET /" + "a".repeat(100) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .startsWith("HTTP/1.1 414");
            var head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
            int room = 2_048 - head.length() - 4;
            assertThat(bench.ask(head + "x".repeat(room) + "\r\n\r\n")).startsWith("HTTP/1.1 200");
            assertThat(bench.ask(head + "x".repeat(room + 1) + "\r\n\r\n")).startsWith("HTTP/1.1 431");
        }
    }

    @Test
    void theLastRequestOfAConnectionIsToldSoAndThoseBehindItDoNotBreakItsAnswer() throws Exception {
        try (var app = app();
                var bench = new Bench(one(Setting.MAX_REQUESTS_PER_CONNECTION, "3"))) {
            bench.add(app.address());
            for (int round = 0; round < 50; round++) {
                try (var client = bench.client()) {
                    client.send(GET.repeat(2));
                    assertThat(client.readAnswer()).doesNotContain("Connection:");
                    assertThat(client.readAnswer()).doesNotContain("Connection:");
                    client.send(GET);
                    client.send(GET.repeat(2_000));
                    assertThat(client.readAnswer())
                            .contains("Connection: close")
                            .endsWith("ok");
                    assertThat(client.readAll()).isEmpty();
                }
            }
            assertThat(bench.proxy.stats().requests()).isEqualTo(150);
        }
    }

    @Test
    void withoutKeepAliveEachAnswerIsTheLastOfItsConnectionAndWebSocketsGoOn() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("both"), (wire, _, _) -> {
                    for (var head = wire.readHead(); !head.isEmpty(); head = wire.readHead()) {
                        if (head.contains("Upgrade: websocket")) {
                            wire.send(
                                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
                            wire.send("echo " + wire.readUntil("\n"));
                            return;
                        }
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    }
                });
                var bench = new Bench(one(Setting.KEEPALIVE_TIMEOUT, "0"))) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send(GET.repeat(2));
                assertThat(client.readAnswer()).contains("Connection: close").endsWith("ok");
                assertThat(client.readAll()).isEmpty();
            }
            try (var client = bench.client()) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                assertThat(client.readHead()).contains(" 101 ", "Connection: Upgrade\r\n");
                client.send("hello\n");
                assertThat(client.readUntil("\n")).isEqualTo("echo hello\n");
            }
        }
    }

    @Test
    void aReaderIsGivenUpOnlyIfItTakesNothingAtAll() throws Exception {
        int length = 40 * 100_000;
        try (var app = ScriptedUpstream.unix(folder.resolve("large"), (wire, _, _) -> {
                    wire.readRequest();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
                    wire.send(new byte[length]);
                    wire.readAll();
                });
                var bench = new Bench(one(Setting.SEND_TIMEOUT, "1500ms").with(Setting.BUFFERING, "off"));
                var slow = Wire.connectNarrow(bench.port);
                var still = Wire.connectNarrow(bench.port)) {
            bench.add(app.address());
            slow.send(GET);
            still.send(GET);
            slow.readHead();
            still.readHead();
            // 4 s in all, and never a second and a half without a byte taken.
            for (int i = 0; i < 40; i++) {
                LockSupport.parkNanos(100_000_000);
                slow.readBytes(100_000);
            }
            await().until(() -> bench.proxy.stats().connections() <= 1);
            await().until(() -> bench.underWay() == 0);
        }
    }

    @Test
    void anAddressHasItsOwnLimit() throws Exception {
        try (var app = app();
                var bench = new Bench(one(Setting.MAX_CONNECTIONS_PER_ADDRESS, "2"))) {
            bench.add(app.address());
            try (var first = bench.client().send(GET);
                    var second = bench.client().send(GET)) {
                assertThat(first.readAnswer()).endsWith("ok");
                assertThat(second.readAnswer()).endsWith("ok");
                assertThat(bench.ask(GET)).startsWith("HTTP/1.1 503").contains("Retry-After: 1");
                assertThat(first.send(GET).readAnswer()).endsWith("ok");
            }
            await().until(() -> bench.proxy.stats().connections() == 0);
            assertThat(bench.ask(GET)).endsWith("ok");
            assertThat(bench.proxy.stats().turnedAway()).isEqualTo(1);
        }
    }

    @Test
    void whoIsTurnedAwaySeesItHoweverMuchItHasSent() throws Exception {
        var goOn = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("waits"), (wire, _, upstream) -> {
                    upstream.note(wire.readRequest());
                    goOn.acquireUninterruptibly();
                    wire.send(OK);
                });
                var bench = new Bench(one(Setting.MAX_CONNECTIONS, "1"))) {
            bench.add(app.address());
            try (var first = bench.client().send(GET)) {
                app.next();
                var many = new ArrayList<Wire>();
                for (int i = 0; i < 100; i++) {
                    many.add(bench.client().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"));
                }
                for (var client : many) {
                    client.send(new byte[100_000]);
                    assertThat(client.readAll())
                            .startsWith("HTTP/1.1 503 Service Unavailable")
                            .contains("Retry-After: 1\r\n");
                    client.close();
                }
                goOn.release();
                assertThat(first.readAnswer()).endsWith("ok");
            }
        }
    }

    @Test
    void whoIsTurnedAwayAndStaysIsClosedAfterTheLingeringTime() throws Exception {
        var settings = one(Setting.MAX_CONNECTIONS, "1").with(Setting.LINGERING_TIME, "300ms");
        try (var app = app();
                var bench = new Bench(settings);
                var first = bench.client().send(GET);
                var second = bench.client()) {
            bench.add(app.address());
            first.readAnswer();
            assertThat(second.readAll()).startsWith("HTTP/1.1 503");
            await().until(() -> refused(second));
        }
    }

    private static boolean refused(Wire client) {
        try {
            client.send("x");
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void aRefusedClientThatGoesOnSendingIsClosedAfterTheLingeringTime() throws Exception {
        try (var bench = new Bench(one(Setting.LINGERING_TIME, "1s"));
                var client = bench.client()) {
            client.send("nonsense\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 400");
            await().until(() -> refused(client));
            await().until(() -> bench.proxy.stats().connections() == 0);
        }
    }
}
