package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the requests of an app whose only process dies: they wait for the one that takes its place. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class SuccessorTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";

    @TempDir
    Path folder;

    private final Semaphore death = new Semaphore(0);

    /** Reads requests and answers none; all its connections end when it dies. */
    private ScriptedUpstream dying() throws IOException {
        return ScriptedUpstream.unix(folder.resolve("dying"), (wire, _, upstream) -> {
            upstream.note(wire.readRequest());
            death.acquireUninterruptibly();
        });
    }

    private ScriptedUpstream successor() throws IOException {
        return ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(HELLO));
    }

    /** The Keeper has heard of it. */
    private static void leaves(Bench bench, ScriptedUpstream app) {
        bench.targets.removeIf(target -> {
            target.load().close();
            return true;
        });
        bench.add(app.address());
    }

    private static List<Wire> ask(Bench bench, int count, String request) throws IOException {
        var clients = new ArrayList<Wire>();
        for (int i = 0; i < count; i++) {
            clients.add(bench.client().send(request));
        }
        return clients;
    }

    @Test
    void whatItHadInHandWaitsForItsSuccessorHoweverMuchItIs() throws Exception {
        try (var dying = dying();
                var app = successor();
                var bench = new Bench()) {
            // Fewer than are in hand, and far more than the budget's ten.
            bench.maxQueue = 20;
            bench.add(dying.address());
            var clients = ask(bench, 60, GET);
            await().until(() -> dying.notedLeft() == 60);
            dying.stopListening();
            death.release(1_000);
            await().until(() -> bench.gate.queued() == 60);
            leaves(bench, app);
            for (var client : clients) {
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200");
                client.close();
            }
            assertThat(app.notedLeft()).isEqualTo(60);
            await().until(() -> bench.underWay() == 0);
        }
    }

    @Test
    void aLimitedProcessLeavesItsQueueToItsSuccessor() throws Exception {
        try (var dying = dying();
                var app = successor();
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.add(dying.address());
            var clients = ask(bench, 30, GET);
            await().until(() -> bench.gate.queued() == 29 && dying.notedLeft() == 1);
            dying.stopListening();
            death.release(1_000);
            await().until(() -> bench.gate.queued() == 30);
            leaves(bench, app);
            for (var client : clients) {
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200");
                client.close();
            }
            await().until(() -> bench.underWay() == 0);
        }
    }

    @Test
    void aPostThatNoProcessHasSeenWaitsButOneThatWasReadIsNotSentAgain() throws Exception {
        try (var dying = dying();
                var app = successor();
                var bench = new Bench()) {
            bench.add(dying.address());
            var read = bench.client().send(POST);
            assertThat(dying.next()).startsWith("POST");
            dying.stopListening();
            var late = bench.client().send(POST);
            await().until(() -> bench.gate.queued() == 1);
            death.release(1_000);
            assertThat(read.readAnswer()).startsWith("HTTP/1.1 502");
            leaves(bench, app);
            assertThat(late.readAnswer()).startsWith("HTTP/1.1 200");
            assertThat(app.notedLeft()).isEqualTo(1);
            read.close();
            late.close();
        }
    }

    @Test
    void aProcessThatHasClosedItsListenerIsTriedAFewTimesAndNoMore() throws Exception {
        try (var bench = new Bench()) {
            bench.add("unix:" + folder.resolve("nobody"));
            long before = System.nanoTime();
            var clients = ask(bench, 20, POST);
            for (var client : clients) {
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 502");
                client.close();
            }
            // Three pauses of 200 ms between the four tries of a request.
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(590));
            assertThat(bench.unreachable).hasValueLessThanOrEqualTo(20 * 4);
            assertThat(bench.gate.queued()).isZero();
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void aProcessThatListensAgainIsTakenAgain() throws Exception {
        try (var bench = new Bench()) {
            bench.add("unix:" + folder.resolve("app"));
            try (var client = bench.client().send(GET)) {
                await().until(() -> bench.unreachable.get() == 1 && bench.gate.queued() == 1);
                try (var app = successor()) {
                    assertThat(client.readAnswer()).startsWith("HTTP/1.1 200");
                    assertThat(app.notedLeft()).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void theWaitForASuccessorEndsWithTheQueuesTime() throws Exception {
        try (var bench = new Bench(Bench.usual().with(Setting.TRIES, "1000"))) {
            bench.queueTimeout = Duration.ofMillis(300);
            bench.add("unix:" + folder.resolve("nobody"));
            long before = System.nanoTime();
            assertThat(bench.ask(GET)).startsWith("HTTP/1.1 504");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(290));
            assertThat(bench.gate.queued()).isZero();
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void aRequestThatEveryProcessDiesOfIsSparedOneDeathBeyondTheBudgetAndNoMore() throws Exception {
        try (var bench = new Bench()) {
            bench.http = bench.http.with(Setting.TRIES, "100").with(Setting.RETRY_BUDGET, "1");
            int sent = 0;
            bench.add("unix:" + folder.resolve("nobody"));
            try (var client = bench.client().send(GET)) {
                for (boolean waits = true; waits; sent++) {
                    await().until(() -> bench.gate.queued() == 1);
                    var killed = new Semaphore(0);
                    try (var app = ScriptedUpstream.unix(folder.resolve("app" + sent), (wire, _, upstream) -> {
                        upstream.note(wire.readRequest());
                        killed.acquireUninterruptibly();
                    })) {
                        leaves(bench, app);
                        assertThat(app.next()).startsWith("GET");
                        app.stopListening();
                        killed.release(1_000);
                        await().until(() ->
                                bench.gate.queued() == 1 || bench.proxy.stats().refused() == 1);
                        waits = bench.gate.queued() == 1;
                    }
                }
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 502");
            }
            // Ten by the budget, one spared, and the first.
            assertThat(sent).isEqualTo(12);
        }
    }
}
