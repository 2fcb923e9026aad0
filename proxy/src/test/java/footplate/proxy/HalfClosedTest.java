package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.testkit.ScriptedUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that has closed its sending side: those who wait get their answer, those who are gone free their process. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(60)
class HalfClosedTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @TempDir
    Path folder;

    private final Semaphore goOn = new Semaphore(0);

    private ScriptedUpstream slow() throws IOException {
        return ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
            upstream.note(wire.readRequest());
            goOn.acquireUninterruptibly();
            wire.send(OK);
            upstream.note("end" + wire.readAll());
        });
    }

    private static Bench believing(String time) throws Exception {
        return new Bench(Bench.usual().with(Setting.WORKERS, "1").with(Setting.HALF_CLOSED_TIME, time));
    }

    @Test
    void anOldClientThatWaitsGetsItsAnswerHoweverSlowTheAppIs() throws Exception {
        try (var app = slow();
                var bench = believing("200ms");
                var client = bench.client()) {
            bench.add(app.address());
            client.send("GET / HTTP/1.0\r\n\r\n").shutdownOutput();
            app.next();
            assertThat(client.silentFor(Duration.ofSeconds(4))).isTrue();
            goOn.release();
            assertThat(client.readAll()).startsWith("HTTP/1.1 200").endsWith("ok");
        }
    }

    @Test
    void aClientThatWaitsIsAskedOnceAndGetsItsAnswer() throws Exception {
        try (var app = slow();
                var bench = believing("200ms");
                var client = bench.client()) {
            bench.add(app.address());
            client.send(GET).shutdownOutput();
            app.next();
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(client.silentFor(Duration.ofSeconds(3))).isTrue();
            goOn.release();
            assertThat(client.readAll()).startsWith("HTTP/1.1 200").endsWith("ok");
        }
    }

    @Test
    void aClientThatWasToldToContinueIsNotToldAgain() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    upstream.note(wire.readHead());
                    wire.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
                    upstream.note(wire.read(3));
                    goOn.acquireUninterruptibly();
                    wire.send(OK);
                });
                var bench = believing("200ms");
                var client = bench.client()) {
            bench.http = bench.http.with(Setting.BUFFERING, "off");
            bench.add(app.address());
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("abc").shutdownOutput();
            assertThat(app.next()).contains("Expect: 100-continue");
            assertThat(app.next()).isEqualTo("abc");
            assertThat(client.silentFor(Duration.ofSeconds(3))).isTrue();
            goOn.release();
            assertThat(client.readAll()).startsWith("HTTP/1.1 200").endsWith("ok");
        }
    }

    @Test
    void aClosedTabFreesTheAppSoon() throws Exception {
        try (var app = slow();
                var bench = believing("200ms")) {
            bench.concurrency = 1;
            bench.add(app.address());
            var tab = bench.client().send(GET);
            app.next();
            var waiting = bench.client().send(GET);
            await().until(() -> bench.gate.queued() == 1);
            waiting.close();
            await().atMost(Duration.ofSeconds(4)).until(() -> bench.gate.queued() == 0);
            assertThat(bench.underWay()).isEqualTo(1);
            tab.close();
            await().atMost(Duration.ofSeconds(4)).until(() -> bench.underWay() == 0);
            goOn.release();
            assertThat(bench.proxy.stats().clientGone()).isEqualTo(2);
        }
    }

    @Test
    void aResetAfterTheEndIsHeardAtOnceAndCostsNoTurningOfTheLoop() throws Exception {
        try (var app = slow();
                var bench = believing("30s")) {
            bench.add(app.address());
            for (int i = 0; i < 5; i++) {
                var client = bench.client().send(GET).shutdownOutput();
                app.next();
                client.reset();
                await().atMost(Duration.ofSeconds(1)).until(() -> bench.underWay() == 0);
            }
            goOn.release(5);
        }
    }

    @Test
    void aStreamIsEndedByTheFirstEventThatNobodyTakes() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    wire.readRequest();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
                    goOn.acquireUninterruptibly();
                    wire.send("data: 1\n\n");
                    upstream.note("end" + wire.readAll());
                });
                var bench = believing("200ms")) {
            bench.add(app.address());
            var client = bench.client().send(GET);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            client.close();
            goOn.release();
            assertThat(app.next()).isEqualTo("end");
            await().until(() -> bench.underWay() == 0);
        }
    }
}
