package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.name.AppName;
import footplate.core.name.HostName;
import footplate.core.name.InstanceId;
import footplate.core.route.Availability;
import footplate.core.supervise.Exit;
import footplate.core.supervise.Journey;
import footplate.core.supervise.StartFailure;
import footplate.proxy.flow.RequestUnderWay;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class QueueTest {
    private static final String GET = "GET /x?y HTTP/1.1\r\nHost: Shop.Example:80\r\n\r\n";

    @TempDir
    Path folder;

    private final Semaphore goOn = new Semaphore(0);

    /** Answers each request when it may. */
    private ScriptedUpstream slow() throws IOException {
        return ScriptedUpstream.unix(folder.resolve("slow"), (wire, _, upstream) -> {
            for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                upstream.note(request);
                goOn.acquireUninterruptibly();
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
    }

    @Test
    void whoCameFirstIsServedFirst() throws Exception {
        try (var app = slow();
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.add(app.address());
            var clients = new Wire[6];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = bench.client().send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
                int waiting = i;
                await().until(() -> bench.gate.queued() == waiting && bench.underWay() == 1);
            }
            for (int i = 0; i < clients.length; i++) {
                assertThat(app.next()).startsWith("GET /" + i + " ");
                assertThat(app.notedLeft()).isZero();
                goOn.release();
                assertThat(clients[i].readAnswer()).endsWith("ok");
                clients[i].close();
            }
            await().until(() -> bench.underWay() == 0);
            assertThat(bench.targets.getFirst().load().processed()).isEqualTo(6);
        }
    }

    @Test
    void aFullQueueIsA503WithRetryAfter() throws Exception {
        try (var app = slow();
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.maxQueue = 1;
            bench.add(app.address());
            try (var first = bench.client().send(GET)) {
                await().until(() -> bench.underWay() == 1);
                try (var second = bench.client().send(GET)) {
                    await().until(() -> bench.gate.queued() == 1);
                    assertThat(bench.ask(GET)).startsWith("HTTP/1.1 503").contains("\r\nRetry-After: 1\r\n");
                    goOn.release(2);
                    assertThat(first.readAnswer()).endsWith("ok");
                    assertThat(second.readAnswer()).endsWith("ok");
                }
            }
        }
    }

    @Test
    void whoWaitsTooLongGetsA504AndTheOthersTheirTurn() throws Exception {
        try (var app = slow();
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.queueTimeout = Duration.ofMillis(200);
            bench.add(app.address());
            try (var first = bench.client().send(GET)) {
                await().until(() -> bench.underWay() == 1);
                try (var second = bench.client().send(GET)) {
                    assertThat(second.readAnswer()).startsWith("HTTP/1.1 504");
                    assertThat(bench.gate.queued()).isZero();
                    second.send(GET);
                    await().until(() -> bench.gate.queued() == 1);
                    goOn.release(2);
                    assertThat(first.readAnswer()).endsWith("ok");
                    assertThat(second.readAnswer()).startsWith("HTTP/1.1 200");
                }
            }
        }
    }

    @Test
    void aRequestThatTakesTooLongIsA504AndItsProcessIsTold() throws Exception {
        try (var app = slow();
                var bench = new Bench(Bench.usual().with(Setting.WORKERS, "1").with(Setting.MAX_REQUEST_TIME, "1s"))) {
            bench.concurrency = 1;
            var target = bench.add(app.address());
            var first = bench.client().send(GET);
            await().until(() -> bench.underWay() == 1);
            // Its time does not begin before a process has it.
            var second = bench.client().send(GET);
            assertThat(first.readAnswer()).startsWith("HTTP/1.1 504");
            assertThat(bench.overdue).containsExactly(target);
            assertThat(app.next()).startsWith("GET /x");
            assertThat(app.next()).startsWith("GET /x");
            goOn.release(2);
            assertThat(second.readAnswer()).startsWith("HTTP/1.1 200");
            first.close();
            second.close();
        }
    }

    @Test
    void aClientThatGoesAwayLeavesTheQueueOrItsProcess() throws Exception {
        try (var app = slow();
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.add(app.address());
            var first = bench.client().send(GET);
            await().until(() -> bench.underWay() == 1);
            var second = bench.client().send(GET);
            await().until(() -> bench.gate.queued() == 1);
            second.reset();
            await().until(() -> bench.gate.queued() == 0);
            first.reset();
            await().until(() -> bench.underWay() == 0);
            assertThat(bench.proxy.stats().clientGone()).isEqualTo(2);
            assertThat(app.next()).startsWith("GET /x");
            assertThat(app.notedLeft()).isZero();
        }
    }

    @Test
    void aClientThatClosesWithoutAResetIsBelievedGoneAfterAWhile() throws Exception {
        try (var app = slow();
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.add(app.address());
            var first = bench.client().send(GET);
            await().until(() -> bench.underWay() == 1);
            var second = bench.client().send(GET);
            await().until(() -> bench.gate.queued() == 1);
            second.close();
            first.close();
            await().until(() -> bench.gate.queued() == 0);
            await().until(() -> bench.underWay() == 0);
        }
    }

    @Test
    void aClientThatClosedWhileItWaitedIsNotBelievedForLongerOnceItsTurnHasCome() throws Exception {
        try (var app = slow();
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.add(app.address());
            try (var first = bench.client().send(GET)) {
                await().until(() -> bench.underWay() == 1);
                var second = bench.client().send(GET);
                await().until(() -> bench.gate.queued() == 1);
                second.close();
                goOn.release();
                assertThat(first.readAnswer()).endsWith("ok");
                await().until(() -> bench.underWay() == 0);
                assertThat(bench.proxy.stats().clientGone()).isEqualTo(1);
            }
        }
    }

    @Test
    void requestsUnderWayAreListed() throws Exception {
        try (var app = slow();
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.http = bench.http.with(Setting.BUFFERING, "off");
            bench.hosts = List.of(new HostName("shop.example"));
            bench.add(app.address());
            try (var first = bench.client().send(GET)) {
                await().until(() -> bench.underWay() == 1);
                try (var _ = bench.client()
                        .send("POST /up HTTP/1.1\r\nHost: SHOP.example.\r\nContent-Length: 9\r\n\r\nabc")) {
                    await().until(() -> bench.gate.queued() == 1);
                    assertThat(bench.proxy.underWay())
                            .extracting(
                                    RequestUnderWay::app,
                                    RequestUnderWay::method,
                                    RequestUnderWay::host,
                                    RequestUnderWay::path,
                                    RequestUnderWay::state,
                                    RequestUnderWay::instance)
                            .containsExactly(
                                    org.assertj.core.groups.Tuple.tuple(
                                            new AppName("shop"),
                                            "GET",
                                            "Shop.Example:80",
                                            "/x?y",
                                            RequestUnderWay.State.WAITING,
                                            new InstanceId(0)),
                                    org.assertj.core.groups.Tuple.tuple(
                                            new AppName("shop"),
                                            "POST",
                                            "SHOP.example.",
                                            "/up",
                                            RequestUnderWay.State.QUEUED,
                                            null));
                    goOn.release();
                    assertThat(first.readAnswer()).endsWith("ok");
                }
            }
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: other.example\r\n\r\n"))
                    .startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void aFailedAppExplainsItselfToItsDeveloperOnly() throws Exception {
        var journey = new Journey(
                List.of(new Journey.Step("start node <app.js>", Duration.ofMillis(120), Journey.Outcome.FAILED)),
                List.of("Error: Cannot find module '<script>'"),
                "The app ended before it listened.",
                "Run npm install.");
        var failure = new StartFailure(
                "f1a2", new AppName("shop"), new InstanceId(3), Instant.EPOCH, new Exit.Code(1), journey);
        try (var bench = new Bench()) {
            bench.publish();
            try (var waiting = bench.client().send(GET)) {
                await().until(() -> bench.gate.queued() == 1);
                bench.availability = new Availability.Failed(failure);
                bench.publish();
                assertThat(waiting.readAnswer()).startsWith("HTTP/1.1 503").contains("Run npm install.");
            }
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n"))
                    .startsWith("HTTP/1.1 503")
                    .contains("start node &lt;app.js&gt;", "120ms", "&#39;&lt;script&gt;&#39;", "exit code 1")
                    .doesNotContain("<script>");
            bench.development = false;
            bench.publish();
            assertThat(bench.ask(GET))
                    .startsWith("HTTP/1.1 503")
                    .contains("f1a2")
                    .doesNotContain("npm", "module");
            bench.availability = new Availability.Stopped();
            bench.publish();
            assertThat(bench.ask(GET)).startsWith("HTTP/1.1 503").contains("This app is stopped.");
        }
    }

    @Test
    void aDrainedProcessIsToldExactlyOnceAndItsConnectionsAreClosed() throws Exception {
        try (var app = slow();
                var bench = new Bench()) {
            var target = bench.add(app.address());
            try (var first = bench.client().send(GET);
                    var second = bench.client().send(GET)) {
                await().until(() -> bench.underWay() == 2);
                assertThat(target.load().close()).isFalse();
                bench.targets.clear();
                bench.publish();
                goOn.release();
                await().until(() -> target.load().underWay() == 1);
                assertThat(bench.drained).isEmpty();
                goOn.release();
                assertThat(first.readAnswer()).endsWith("ok");
                assertThat(second.readAnswer()).endsWith("ok");
                await().until(() -> !bench.drained.isEmpty());
                assertThat(bench.drained).containsExactly(target.run());
                assertThat(bench.proxy.stats().idleUpstream()).isZero();
            }
        }
    }

    @Test
    void anUploadThatHadToWaitGoesOnWhereItStopped() throws Exception {
        var body = "0123456789".repeat(100_000);
        try (var app = slow();
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.http = bench.http.with(Setting.BUFFERING, "off");
            bench.add(app.address());
            try (var first = bench.client().send(GET);
                    var second = bench.client()) {
                await().until(() -> bench.underWay() == 1);
                second.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
                await().until(() -> bench.gate.queued() == 1);
                var sender = Thread.ofVirtual().start(() -> {
                    try {
                        second.send(body);
                    } catch (IOException broken) {
                        throw new java.io.UncheckedIOException(broken);
                    }
                });
                goOn.release(2);
                assertThat(first.readAnswer()).endsWith("ok");
                assertThat(app.next()).startsWith("GET");
                sender.join();
                assertThat(second.readAnswer()).endsWith("ok");
                assertThat(app.next()).startsWith("PUT").endsWith("\r\n\r\n" + body);
            }
        }
    }
}
