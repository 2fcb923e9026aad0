package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.proxy.flow.ProxySettings;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One side stands still, ends early or falls away: the other side neither waits for ever nor fills memory. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(60)
class StandstillTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private static ProxySettings times(Duration idle, Duration answer) {
        return Bench.times(LONG, LONG, idle, answer, LONG, LONG);
    }

    private Bench files(ProxySettings settings, String name, int length) throws Exception {
        Files.write(folder.resolve(name), new byte[length]);
        var bench = new Bench(settings);
        bench.publicDirectory = folder.toString();
        bench.publish();
        return bench;
    }

    @Test
    void aFileMayTakeLongerThanAnIdleConnectionLives() throws Exception {
        int length = 20_000_000;
        try (var bench = files(times(SHORT, SHORT), "film.mp4", length);
                var client = Wire.connectNarrow(bench.port)) {
            client.send("GET /film.mp4 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            await().during(Duration.ofMillis(2_500))
                    .until(() -> bench.proxy.stats().connections() == 1);
            assertThat(client.readBytes(length)).hasSize(length);
            await().until(() -> bench.proxy.stats().connections() == 0);
        }
    }

    @Test
    void aStalledDownloadIsEndedAfterTheSendTime() throws Exception {
        var settings = Bench.times(LONG, LONG, LONG, LONG, SHORT, LONG).with(Setting.FILE_CACHE, "0");
        try (var bench = files(settings, "film.mp4", 20_000_000);
                var client = Wire.connectNarrow(bench.port)) {
            client.send("GET /film.mp4 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            await().until(() -> bench.proxy.stats().connections() == 0);
            assertThat(open(folder.resolve("film.mp4"))).isZero();
        }
    }

    @Test
    void requestsInAdvanceDoNotOpenFilesInAdvance() throws Exception {
        int length = 2_000_000;
        var file = folder.resolve("film.mp4");
        try (var bench = files(times(LONG, LONG), "film.mp4", length);
                var client = Wire.connectNarrow(bench.port)) {
            client.send("GET /film.mp4 HTTP/1.1\r\nHost: a\r\n\r\n".repeat(20));
            await().during(Duration.ofSeconds(1)).until(() -> open(file) <= 1);
            for (int i = 0; i < 20; i++) {
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").hasSizeGreaterThan(length);
            }
        }
    }

    /** How often this process has a file open. */
    private static long open(Path file) throws IOException {
        long count = 0;
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (var descriptor : descriptors) {
                count += leadsTo(descriptor, file) ? 1 : 0;
            }
        }
        return count;
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Test
    void aClientThatReadsNoAnswersIsReadNoFurther() throws Exception {
        int count = 4_000;
        try (var bench = files(times(LONG, LONG), "small.txt", 8_000);
                var client = Wire.connectNarrow(bench.port)) {
            var sender = Thread.ofVirtual().start(() -> {
                try {
                    client.send("GET /small.txt HTTP/1.1\r\nHost: a\r\n\r\n".repeat(count));
                } catch (IOException broken) {
                    throw new UncheckedIOException(broken);
                }
            });
            await().until(() -> bench.proxy.stats().requests() > 10);
            await().during(Duration.ofSeconds(1))
                    .until(() -> bench.proxy.stats().requests() < count / 2);
            for (int i = 0; i < count; i++) {
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").hasSizeGreaterThan(8_000);
            }
            sender.join();
        }
    }

    @Test
    void anAppThatTakesNoMoreOfABodyIsA504() throws Exception {
        var end = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readHead();
                    end.acquireUninterruptibly();
                });
                var bench = new Bench(times(LONG, SHORT));
                var client = bench.client()) {
            bench.add(app.address());
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n");
            client.send(new byte[20_000_000]);
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 504");
            assertThat(bench.underWay()).isZero();
        } finally {
            end.release();
        }
    }

    @Test
    void anAnswerThatCameBeforeTheAppClosedIsPassedOn() throws Exception {
        var tooLarge = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nno!";
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readHead();
                    wire.send(tooLarge);
                });
                var bench = new Bench()) {
            bench.add(app.address());
            for (int i = 0; i < 100; i++) {
                try (var client = bench.client()) {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n");
                    client.send(new byte[3_000_000]);
                    assertThat(client.readAnswer()).as("try %d", i).startsWith("HTTP/1.1 413");
                }
            }
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void requestsOfAClientThatHasEndedItsSideAreAllAnswered() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(OK));
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(3)).shutdownOutput();
                for (int i = 0; i < 3; i++) {
                    assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").endsWith("ok");
                }
                assertThat(client.readAll()).isEmpty();
            }
            try (var client = bench.client()) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HT").shutdownOutput();
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").endsWith("ok");
                assertThat(client.readAll()).isEmpty();
            }
        }
    }

    @Test
    void aBodyThatIsCompleteIsNotLostWithTheClientsSide() throws Exception {
        var goOn = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                        upstream.note(request);
                        goOn.acquireUninterruptibly();
                        wire.send(OK);
                    }
                });
                var bench = new Bench()) {
            bench.concurrency = 1;
            bench.add(app.address());
            try (var first = bench.client();
                    var second = bench.client()) {
                first.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(app.next()).startsWith("GET /1");
                second.send("PUT /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 400000\r\n\r\n");
                second.send(new byte[400_000]).shutdownOutput();
                await().until(() -> bench.gate.queued() == 1);
                goOn.release(2);
                assertThat(first.readAnswer()).endsWith("ok");
                assertThat(second.readAnswer()).startsWith("HTTP/1.1 200").endsWith("ok");
                assertThat(app.next()).startsWith("PUT /2").hasSizeGreaterThan(400_000);
            }
        }
    }

    @Test
    void ofWhatAClientLeavesBehindWithItsEndAMegabyteIsKeptAndNothingIsMadeOfTheRest() throws Exception {
        int sent = 76;
        int large = 40_000_000;
        var filler = "x".repeat(16_000);
        var goOn = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    for (var head = wire.readHead(); !head.isEmpty(); head = wire.readHead()) {
                        if (head.startsWith("PUT")) {
                            wire.readBytes(large);
                        } else {
                            upstream.note(head.substring(0, head.indexOf(" HTTP")));
                            goOn.acquireUninterruptibly();
                        }
                        wire.send(OK);
                    }
                });
                var bench = new Bench(Bench.usual().with(Setting.WORKERS, "1"));
                var client = bench.client()) {
            bench.add(app.address());
            // After it the kernel holds more than a megabyte of this connection while nobody reads.
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + large + "\r\n\r\n")
                    .send(new byte[large]);
            assertThat(client.readAnswer()).endsWith("ok");
            client.send("GET /0 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(app.next()).isEqualTo("GET /0");
            long before = bench.proxy.directMemory();
            for (int i = 1; i <= sent; i++) {
                client.send("GET /" + i + " HTTP/1.1\r\nHost: a\r\nX: " + filler + "\r\n\r\n");
            }
            client.shutdownOutput();
            try {
                await().atMost(Duration.ofSeconds(5)).until(() -> bench.proxy.directMemory() - before > 1_000_000);
            } catch (ConditionTimeoutException stillWithTheClient) {
                Assumptions.abort("the kernel holds less than a megabyte of a connection here that nobody reads");
            }
            goOn.release(sent + 1);
            int answers = 0;
            for (var answer = client.readAnswer(); !answer.isEmpty(); answer = client.readAnswer()) {
                assertThat(answer).startsWith("HTTP/1.1 200").endsWith("ok");
                answers++;
            }
            assertThat(answers).isBetween(60, sent);
            for (int i = 1; i < answers; i++) {
                assertThat(app.next()).isEqualTo("GET /" + i);
            }
            assertThat(app.notedLeft()).isZero();
            await().until(() -> bench.proxy.stats().connections() == 0);
        }
    }

    @Test
    void anAnswerWithoutABodyThatAnnouncesOneEndsItsConnection() throws Exception {
        try (var app = ScriptedUpstream.unix(
                        folder.resolve("app"),
                        ScriptedUpstream.always("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"));
                var bench = new Bench()) {
            bench.add(app.address());
            for (int i = 0; i < 2; i++) {
                assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
                        .startsWith("HTTP/1.1 204")
                        .doesNotContain("chunked");
            }
            assertThat(app.accepted()).isEqualTo(2);
        }
    }

    @Test
    void aRequestWithAsManyFieldsAsMayBeIsListed() throws Exception {
        var goOn = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, upstream) -> {
                    upstream.note(wire.readRequest());
                    goOn.acquireUninterruptibly();
                    wire.send(OK);
                });
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("GET /many HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(511) + "\r\n");
                app.next();
                assertThat(bench.proxy.underWay())
                        .singleElement()
                        .satisfies(request -> assertThat(request.path()).isEqualTo("/many"));
                goOn.release();
                assertThat(client.readAnswer()).endsWith("ok");
            }
        }
    }

    @Test
    void aMistakeWhileARequestIsSentAgainEndsItLikeAnyOther() throws Exception {
        try (var dying = ScriptedUpstream.unix(folder.resolve("dying"), (wire, _, _) -> wire.readRequest());
                var bench = new Bench()) {
            bench.add(dying.address());
            bench.add("no address at all");
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 500");
            assertThat(bench.underWay()).isZero();
            assertThat(bench.bugs).hasSize(1);
            bench.bugs.clear();
        }
    }
}
