package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.testkit.ScriptedUpstream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class RetryTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    @TempDir
    Path folder;

    /** Reads a second request on its first connection and closes without an answer, as a server does whose patience ended. */
    private static final ScriptedUpstream.Script CLOSES_REUSED = (wire, number, upstream) -> {
        upstream.note(wire.readRequest());
        wire.send(HELLO);
        if (number == 1) {
            upstream.note(wire.readRequest());
        } else {
            wire.readRequest();
        }
    };

    @Test
    void aRequestThatRacedWithTheIdleTimeoutIsSentAgainOnANewConnection() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), CLOSES_REUSED);
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readAnswer()).endsWith("hello");
                bench.awaitIdle(1);
                client.send("PUT /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").endsWith("hello");
                assertThat(app.next()).startsWith("GET /1");
                assertThat(app.next()).startsWith("PUT /2").endsWith("abc");
                assertThat(app.next()).startsWith("PUT /2").endsWith("abc");
                assertThat(bench.proxy.stats().retried()).isEqualTo(1);
            }
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void aPostIsNeverSentTwiceOnceItMayHaveBeenActedUpon() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), CLOSES_REUSED);
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readAnswer()).endsWith("hello");
                bench.awaitIdle(1);
                client.send("POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 502");
                assertThat(app.next()).startsWith("GET /1");
                assertThat(app.next()).startsWith("POST /2");
                assertThat(app.notedLeft()).isZero();
            }
        }
    }

    @Test
    void aConnectionThatWasClosedWhileIdleIsNotUsed() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, upstream) -> {
                    upstream.note(wire.readRequest());
                    wire.send(HELLO);
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                for (int i = 0; i < 20; i++) {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
                    assertThat(client.readAnswer()).endsWith("hello");
                    org.awaitility.Awaitility.await()
                            .until(() -> bench.proxy.stats().idleUpstream() == 0);
                }
            }
            assertThat(app.accepted()).isEqualTo(20);
        }
    }

    @Test
    void bytesOnAnIdleConnectionDiscardIt() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, number, _) -> {
                    wire.readRequest();
                    wire.send(number == 1 ? HELLO + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil" : HELLO);
                    wire.readRequest();
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                for (int i = 0; i < 2; i++) {
                    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                    assertThat(client.readAnswer()).endsWith("hello");
                }
            }
            assertThat(app.accepted()).isEqualTo(2);
        }
    }

    @Test
    void racesWithTheIdleTimeoutAreNeverShownHoweverManyThereAre() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readRequest();
                    wire.send(HELLO);
                    wire.readRequest();
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                for (int i = 0; i < 60; i++) {
                    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                    assertThat(client.readAnswer()).as("answer " + i).endsWith("hello");
                    bench.awaitIdle(1);
                }
            }
            assertThat(bench.proxy.stats().retried()).isEqualTo(59);
        }
    }

    @Test
    void aDeadProcessIsPassedOverForALivingOne() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(HELLO));
                var bench = new Bench()) {
            bench.add("unix:" + folder.resolve("nobody"));
            bench.add("127.0.0.1:1");
            bench.add(app.address());
            bench.targets.get(1).load().close();
            assertThat(bench.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"))
                    .endsWith("hello");
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void aRequestThatAProcessDiedOfIsTriedElsewhereOnlyIfItMayBeRepeated() throws Exception {
        try (var dying = ScriptedUpstream.unix(
                        folder.resolve("dying"), (wire, _, upstream) -> upstream.note(wire.readRequest()));
                var app = ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(HELLO));
                var bench = new Bench()) {
            bench.add(dying.address());
            bench.add(app.address());
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("hello");
            assertThat(bench.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"))
                    .startsWith("HTTP/1.1 502");
            assertThat(dying.next()).startsWith("GET");
            assertThat(dying.next()).startsWith("POST");
            assertThat(app.next()).startsWith("GET");
            assertThat(app.notedLeft()).isZero();
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void aRequestWaitsForTheProcessThatTakesTheDeadOnesPlace() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(HELLO));
                var bench = new Bench()) {
            var dead = bench.add("unix:" + folder.resolve("nobody"));
            try (var client = bench.client()) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                org.awaitility.Awaitility.await()
                        .until(() -> bench.proxy.stats().retried() > 0);
                dead.load().close();
                bench.targets.clear();
                bench.publish();
                org.awaitility.Awaitility.await().until(() -> bench.gate.queued() == 1);
                bench.add(app.address());
                assertThat(client.readAnswer()).endsWith("hello");
            }
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void nobodyThereIsA502InTheEnd() throws Exception {
        try (var bench = new Bench()) {
            bench.add("unix:" + folder.resolve("nobody"));
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 502");
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void aRequestIsTriedAsOftenAsTheOperatorSays() throws Exception {
        for (int tries = 1; tries <= 3; tries++) {
            try (var dying = ScriptedUpstream.unix(
                            folder.resolve("dying"), (wire, _, upstream) -> upstream.note(wire.readRequest()));
                    var bench = new Bench(Bench.usual().with(Setting.TRIES, String.valueOf(tries)))) {
                bench.add(dying.address());
                assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 502");
                assertThat(dying.notedLeft()).isEqualTo(tries);
                assertThat(bench.proxy.stats().retried()).isEqualTo(tries - 1);
                assertThat(bench.underWay()).isZero();
            }
        }
    }

    @Test
    void whenAllFailsTheBudgetEndsTheRetries() throws Exception {
        try (var dying = ScriptedUpstream.unix(folder.resolve("dying"), (wire, _, upstream) -> {
                    var request = wire.readRequest();
                    // Without a budget it is only looked whether anybody is there.
                    if (!request.isEmpty()) {
                        upstream.note(request);
                    }
                });
                var bench = new Bench(Bench.usual().with(Setting.TRIES, "2"))) {
            bench.add(dying.address());
            for (int i = 0; i < 40; i++) {
                assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 502");
            }
            // Ten without any reason, and one for each five requests of the seconds before.
            assertThat(bench.proxy.stats().retried()).isBetween(10L, 10L + 80 / 5);
            assertThat(dying.notedLeft())
                    .isEqualTo(40 + (int) bench.proxy.stats().retried());
        }
    }

    @Test
    void withoutABudgetNothingIsSentAgain() throws Exception {
        try (var dying = ScriptedUpstream.unix(
                        folder.resolve("dying"), (wire, _, upstream) -> upstream.note(wire.readRequest()));
                var bench = new Bench(Bench.usual().with(Setting.RETRY_BUDGET, "0"))) {
            bench.add(dying.address());
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 502");
            assertThat(dying.notedLeft()).isEqualTo(1);
        }
    }

    @Test
    void aPostWhoseBodyWasPartlySentIsNotSentAgain() throws Exception {
        try (var dying = ScriptedUpstream.unix(folder.resolve("dying"), (wire, _, upstream) -> {
                    upstream.note(wire.readHead());
                    wire.readBytes(100);
                });
                var app = ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(HELLO));
                var bench = new Bench()) {
            bench.add(dying.address());
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n" + "x".repeat(100));
                assertThat(client.readHead()).startsWith("HTTP/1.1 502");
            }
            assertThat(dying.notedLeft()).isEqualTo(1);
            assertThat(app.notedLeft()).isZero();
        }
    }
}
