package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.proxy.flow.ProxySettings;
import footplate.testkit.ScriptedUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A request's body is read in full before a process is taken, where that frees a process. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(60)
class RequestBufferingTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path folder;

    private static ProxySettings one() {
        return Bench.usual().with(Setting.WORKERS, "1");
    }

    private static Bench limited(ProxySettings settings) throws Exception {
        var bench = new Bench(settings);
        bench.concurrency = 1;
        return bench;
    }

    private ScriptedUpstream app() throws IOException {
        return ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(OK));
    }

    private static String post(int length) {
        return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static byte[] noise(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void slowUploadersTakeNoProcess() throws Exception {
        try (var app = app();
                var bench = limited(one())) {
            bench.add(app.address());
            try (var slow = bench.client().send(post(4)).send("a");
                    var chunked = bench.client()
                            .send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab")) {
                for (int i = 0; i < 20; i++) {
                    assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("ok");
                    assertThat(app.next()).startsWith("GET");
                }
                assertThat(bench.underWay()).isZero();
                slow.send("bcd");
                assertThat(slow.readAnswer()).endsWith("ok");
                assertThat(app.next()).startsWith("POST").endsWith("\r\n\r\nabcd");
                chunked.send("cd\r\n0\r\nX-Sum: 1\r\n\r\n");
                assertThat(chunked.readAnswer()).endsWith("ok");
                assertThat(app.next())
                        .contains("Transfer-Encoding: chunked")
                        .endsWith("\r\n\r\n4\r\nabcd\r\n0\r\nX-Sum: 1\r\n\r\n");
            }
        }
    }

    @Test
    void bodiesOfEverySizeArriveAsTheyWereSentAndLeaveNothing() throws Exception {
        try (var app = app();
                var bench = limited(one().with(Setting.BUFFER_MEMORY, "20KB"));
                var client = bench.client()) {
            bench.add(app.address());
            for (int length : new int[] {1, 1_000, 16_384, 16_385, 40_000, 300_000, 3_000_000}) {
                var body = noise(length);
                client.send(post(length)).send(body);
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").endsWith("ok");
                assertThat(app.next()).endsWith("\r\n\r\n" + text(body));
            }
            assertThat(app.accepted()).isEqualTo(1);
            await().until(() -> bench.proxy.spools().memoryUsed() == 0
                    && bench.proxy.spools().diskUsed() == 0
                    && bench.proxy.spools().files() == 0);
        }
    }

    @Test
    void bodiesGoWhereTheOperatorSaysFromThenOn() throws Exception {
        var first = folder.resolve("first");
        var second = folder.resolve("second");
        try (var app = app();
                var bench = limited(one().with(Setting.TEMP_PATH, first.toString()))) {
            bench.add(app.address());
            try (var client = bench.client().send(post(3_000_000)).send(noise(2_000_000))) {
                await().until(() -> bench.proxy.spools().diskUsed() > 1_000_000);
                assertThat(first).isDirectory();
                bench.proxy.apply(Settings.standard().with(Setting.TEMP_PATH, second.toString()));
                assertThat(second).doesNotExist();

                try (var other = bench.client().send(post(3_000_000)).send(noise(3_000_000))) {
                    assertThat(other.readAnswer()).endsWith("ok");
                }
                assertThat(second).isDirectory();
                client.send(noise(1_000_000));
                assertThat(client.readAnswer()).endsWith("ok");
            }
        }
    }

    @Test
    void aFileHasNoNameAndIsGoneWithItsClient() throws Exception {
        try (var app = app();
                var bench = limited(one())) {
            bench.add(app.address());
            var client = bench.client().send(post(3_000_000)).send(noise(2_000_000));
            await().until(() -> bench.proxy.spools().diskUsed() > 1_000_000);
            try (var names = Files.list(Bench.BODIES)) {
                assertThat(names).isEmpty();
            }
            client.close();
            await().until(() -> bench.proxy.spools().files() == 0
                    && bench.proxy.spools().diskUsed() == 0
                    && bench.proxy.spools().memoryUsed() == 0);
            assertThat(app.accepted()).isZero();
            assertThat(bench.targets.getFirst().load().processed()).isZero();
            assertThat(bench.proxy.stats().clientGone()).isEqualTo(1);
        }
    }

    @Test
    void aFullDiskRefusesTheRequestThatNeedsItAndNoOther() throws Exception {
        try (var app = app();
                var bench = limited(one().with(Setting.TEMP_DISK_TOTAL, "2MB"))) {
            bench.add(app.address());
            try (var large = bench.client().send(post(3_000_000))) {
                large.send(noise(3_000_000));
                assertThat(large.readAll()).startsWith("HTTP/1.1 503").contains("Retry-After: ");
            }
            assertThat(bench.ask(post(1_000) + text(noise(1_000)))).endsWith("ok");
            assertThat(app.next()).startsWith("POST");
            assertThat(app.notedLeft()).isZero();
            await().until(() -> bench.proxy.spools().diskUsed() == 0);
            try (var fits = bench.client().send(post(500_000)).send(noise(500_000))) {
                assertThat(fits.readAnswer()).endsWith("ok");
            }
        }
    }

    @Test
    void oneBodyLeavesHalfOfTheDiskToTheOthers() throws Exception {
        try (var app = app();
                var bench = limited(one().with(Setting.TEMP_DISK_TOTAL, "2MB"))) {
            bench.add(app.address());
            try (var greedy = bench.client().send(post(3_000_000)).send(noise(1_900_000))) {
                assertThat(greedy.silentFor(Duration.ofSeconds(2))).isFalse();
                try (var other = bench.client().send(post(800_000)).send(noise(800_000))) {
                    assertThat(other.readAnswer()).endsWith("ok");
                }
                assertThat(greedy.readHead()).startsWith("HTTP/1.1 503").contains("Retry-After: ");
            }
        }
    }

    @Test
    void anIdempotentRequestSurvivesAProcessThatDiesOfIt() throws Exception {
        var body = noise(2_000_000);
        var deaths = new AtomicInteger();
        try (var dying = ScriptedUpstream.unix(folder.resolve("dying"), (wire, _, _) -> {
                    wire.readHead();
                    wire.readBytes(1_000_000);
                    deaths.incrementAndGet();
                });
                var app = app();
                var bench = limited(one())) {
            bench.add(dying.address());
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send(post(body.length).replace("POST", "PUT")).send(body);
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").endsWith("ok");
                assertThat(app.next()).startsWith("PUT").endsWith("\r\n\r\n" + text(body));
            }
            try (var client = bench.client()) {
                client.send(post(body.length)).send(body);
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 502");
            }
            assertThat(deaths).hasValue(2);
            assertThat(app.notedLeft()).isZero();
        }
    }

    @Test
    void aPostIsRepeatedWhereNoProcessHasSeenAByteOfIt() throws Exception {
        var body = noise(1_000_000);
        try (var app = app();
                var bench = limited(one())) {
            bench.add("unix:" + folder.resolve("nobody"));
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send(post(body.length)).send(body);
                assertThat(client.readAnswer()).endsWith("ok");
                assertThat(app.next()).endsWith("\r\n\r\n" + text(body));
            }
        }
    }

    @Test
    void aSlowProcessIsSentALargeBodyAtItsSpeed() throws Exception {
        var body = noise(8_000_000);
        var goOn = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    wire.readHead();
                    goOn.acquireUninterruptibly();
                    upstream.note(text(wire.readBytes(body.length)));
                    wire.send(OK);
                });
                var bench = limited(one());
                var client = bench.client()) {
            bench.add(app.address());
            client.send(post(body.length)).send(body);
            await().until(() -> bench.underWay() == 1);
            assertThat(bench.proxy.directMemory()).isLessThan(8_000_000);
            goOn.release();
            assertThat(client.readAnswer()).endsWith("ok");
            assertThat(app.next()).isEqualTo(text(body));
        }
    }

    @Test
    void weSayContinueOurselvesAndTheAppIsNotAsked() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                        upstream.note(request);
                        wire.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK);
                    }
                });
                var bench = limited(one());
                var client = bench.client()) {
            bench.add(app.address());
            var head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
            client.send(head);
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(app.accepted()).isZero();
            client.send("abc");
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 103 Early Hints\r\n\r\n");
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").endsWith("ok");
            assertThat(app.next()).doesNotContain("Expect").endsWith("\r\n\r\nabc");
        }
    }

    @Test
    void whoDoesNotWaitForContinueIsNotToldTo() throws Exception {
        try (var app = app();
                var bench = limited(one());
                var client = bench.client()) {
            bench.add(app.address());
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc");
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").endsWith("ok");
            assertThat(app.next()).doesNotContain("Expect").endsWith("\r\n\r\nabc");
        }
    }

    @Test
    void withoutBufferingTheAppSaysContinue() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    upstream.note(wire.readHead());
                    wire.send("HTTP/1.1 100 Continue\r\n\r\n");
                    upstream.note(wire.read(3));
                    wire.send(OK);
                });
                var bench = limited(one().with(Setting.BUFFERING, "off"));
                var client = bench.client()) {
            bench.add(app.address());
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(app.next()).contains("Expect: 100-continue\r\n");
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("abc");
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 200");
            assertThat(app.next()).isEqualTo("abc");
        }
    }

    @Test
    void whatIsReadFirstDependsOnTheAppAndItsSetting() throws Exception {
        for (var line : new String[] {"auto 0 false", "auto 1 true", "on 0 true", "off 1 false"}) {
            var parts = line.split(" ", -1);
            try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                        upstream.note(wire.readHead());
                        wire.readAll();
                    });
                    var bench = new Bench(one().with(Setting.BUFFERING, parts[0]));
                    var client = bench.client()) {
                bench.concurrency = Integer.parseInt(parts[1]);
                bench.add(app.address());
                client.send(post(3)).send("a");
                if (Boolean.parseBoolean(parts[2])) {
                    await().until(() -> bench.proxy.stats().requests() == 1);
                    await().during(Duration.ofMillis(100)).until(() -> app.notedLeft() == 0);
                    client.send("bc");
                }
                assertThat(app.next()).as(line).startsWith("POST");
            }
        }
    }

    @Test
    void theTimeToReadABodyIsNoTimeInTheQueue() throws Exception {
        var goOn = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                        upstream.note(request);
                        goOn.acquireUninterruptibly();
                        wire.send(OK);
                    }
                });
                var bench = new Bench(one())) {
            bench.concurrency = 1;
            bench.queueTimeout = Duration.ofMillis(500);
            bench.add(app.address());
            try (var slow = bench.client().send(post(2)).send("a");
                    var first = bench.client()) {
                assertThat(slow.silentFor(Duration.ofMillis(700))).isTrue();
                first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                app.next();
                slow.send("b");
                await().until(() -> bench.gate.queued() == 1);
                goOn.release(2);
                assertThat(first.readAnswer()).endsWith("ok");
                assertThat(slow.readAnswer()).startsWith("HTTP/1.1 200").endsWith("ok");
            }
        }
    }

    @Test
    void anAppThatIsNotThereIsNotReadFor() throws Exception {
        try (var bench = limited(one())) {
            bench.availability = new footplate.core.route.Availability.Stopped();
            bench.publish();
            try (var client = bench.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
                assertThat(client.readAll()).startsWith("HTTP/1.1 503");
            }
        }
    }

    @Test
    void manySlowBodiesStayWithinTheMemoryForAll() throws Exception {
        try (var app = app();
                var bench = limited(one().with(Setting.BUFFER_MEMORY_TOTAL, "1MB"))) {
            bench.add(app.address());
            var clients = new ArrayList<footplate.testkit.Wire>();
            for (int i = 0; i < 100; i++) {
                clients.add(bench.client().send(post(100_001)).send(noise(100_000)));
            }
            await().until(() ->
                    bench.proxy.spools().memoryUsed() + bench.proxy.spools().diskUsed() >= 8_000_000);
            await().until(() -> bench.proxy.spools().memoryUsed() <= 1_048_576);
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("ok");
            for (var client : clients) {
                client.send("x");
                assertThat(client.readAnswer()).endsWith("ok");
                client.close();
            }
            await().until(() -> bench.proxy.spools().files() == 0);
        }
    }
}
