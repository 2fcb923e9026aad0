package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.measure.Outcomes;
import footplate.core.route.Asking;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class CanaryTest {
    private static final String OLD = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold";
    private static final String NEW = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew";
    private static final String ASKED = "GET / HTTP/1.1\r\nHost: a\r\n";
    private static final Pattern PLACE = Pattern.compile("\r\nSet-Cookie: footplate-place=(\\d+); ");

    @TempDir
    Path folder;

    @Test
    void aUserStaysOnTheSideThatItsCookieSays() throws Exception {
        try (var old = ScriptedUpstream.unix(folder.resolve("old"), ScriptedUpstream.always(OLD));
                var fresh = ScriptedUpstream.unix(folder.resolve("new"), ScriptedUpstream.always(NEW));
                var bench = new Bench()) {
            bench.permille = 500;
            bench.add(old.address());
            bench.addCanary(fresh.address());
            int onNew = 0;
            for (int user = 0; user < 60; user++) {
                var first = bench.ask(ASKED + "\r\n");
                var place = PLACE.matcher(first);
                assertThat(place.find()).as(first).isTrue();
                boolean isNew = Integer.parseInt(place.group(1)) < 500;
                onNew += isNew ? 1 : 0;
                assertThat(first).endsWith(isNew ? "new" : "old");
                var again = bench.ask(ASKED + "Cookie: x=1; footplate-place=" + place.group(1) + "\r\n\r\n");
                assertThat(again).endsWith(isNew ? "new" : "old").doesNotContain("Set-Cookie");
            }
            assertThat(onNew).isBetween(5, 55);
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void aHeaderForcesTheSideEvenWithoutAShare() throws Exception {
        try (var old = ScriptedUpstream.unix(folder.resolve("old"), ScriptedUpstream.always(OLD));
                var fresh = ScriptedUpstream.unix(folder.resolve("new"), ScriptedUpstream.always(NEW));
                var bench = new Bench()) {
            bench.http = bench.http.with(Setting.CANARY_HEADER, "X-Canary");
            bench.permille = 0;
            bench.add(old.address());
            bench.addCanary(fresh.address());
            assertThat(bench.ask(ASKED + "X-Canary: always\r\n\r\n")).endsWith("new");
            assertThat(bench.ask(ASKED + "\r\n")).endsWith("old").doesNotContain("Set-Cookie");
        }
    }

    @Test
    void whoWaitsForACanaryThatIsTakenBackIsAnsweredByTheRunningRelease() throws Exception {
        try (var old = ScriptedUpstream.unix(folder.resolve("old"), ScriptedUpstream.always(OLD));
                var fresh = ScriptedUpstream.unix(folder.resolve("new"), ScriptedUpstream.always(NEW));
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.permille = 1_000;
            bench.add(old.address());
            var canary = bench.addCanary(fresh.address());
            var route = Objects.requireNonNull(bench.table.current().besides().get(bench.app));
            var held = bench.canaryGate.claim(route, Asking.NOTHING, System.nanoTime());
            assertThat(held).isSameAs(canary);
            var clients = new ArrayList<Wire>();
            try {
                for (int i = 0; i < 5; i++) {
                    clients.add(bench.client().send(ASKED + "\r\n"));
                }
                await().until(() -> bench.canaryGate.queued() == 5);
                bench.permille = -1;
                bench.publish();
                for (var client : clients) {
                    assertThat(client.readAnswer()).endsWith("old");
                }
            } finally {
                for (var client : clients) {
                    client.close();
                }
            }
        }
    }

    @Test
    void howRequestsEndIsCountedForTheirProcess() throws Exception {
        var counts = new Outcomes();
        var bad = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n";
        var cut = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, number, _) -> {
                    wire.readRequest();
                    wire.send(number == 1 ? OLD : number == 2 ? bad : cut);
                });
                var bench = new Bench()) {
            bench.add(app.address()).load().countIn(counts);
            var asked = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            assertThat(bench.ask(asked)).startsWith("HTTP/1.1 200");
            assertThat(bench.ask(asked)).startsWith("HTTP/1.1 500");
            assertThatThrownBy(() -> bench.ask(asked)).hasMessageContaining("ended after 4 of 9 bytes");
            await().until(() -> counts.sample().errors() == 2);
            assertThat(counts.sample().requests()).isEqualTo(3);
        }
    }

    @Test
    void aProcessThatDropsARequestHasFailedItEvenIfAnotherOneAnswers() throws Exception {
        var counts = new Outcomes();
        try (var dropping = ScriptedUpstream.unix(folder.resolve("dropping"), (wire, _, _) -> wire.readRequest());
                var good = ScriptedUpstream.unix(folder.resolve("good"), ScriptedUpstream.always(OLD));
                var bench = new Bench()) {
            bench.add(dropping.address()).load().countIn(counts);
            bench.add(good.address());
            assertThat(bench.ask(ASKED + "\r\n")).endsWith("old");
            assertThat(counts.sample().errors()).isEqualTo(1);
        }
    }
}
