package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.Seeds;
import footplate.core.config.Setting;
import footplate.core.http.ExpectedAnswer;
import footplate.core.http.Hostile;
import footplate.core.http.ReferenceChunks;
import footplate.core.http.ReferenceRequest;
import footplate.core.http.ResponseHead;
import footplate.core.http.Verdict;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random streams through the whole proxy, on real sockets, cut anywhere: what app and client see is what slow and obvious
 * readers say they must. {@code -Dfootplate.fuzz=20} runs twenty times as many, and {@code 0} the first 200 alone.
 */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class FuzzedProxyTest {
    private static final int TIMES = Integer.getInteger("footplate.fuzz", 1);
    /** Longer than each of the waits of a stream, all of which are bounded themselves. */
    private static final Duration LONGEST = Duration.ofSeconds(45);

    private static final int TARGET_LIMIT = 16 * 1_024;

    @TempDir
    Path folder;

    /** What a stream of requests must lead to. */
    private static final class Expected {
        final List<String> methods = new ArrayList<>();
        final List<Integer> statuses = new ArrayList<>();
        final List<String> atTheApp = new ArrayList<>();
    }

    /** RFC 9112 §2.2, §6.3, §9.3: requests one after another, to the first that is not understood or the last one wanted. */
    private static Expected expected(String stream) {
        var expected = new Expected();
        int at = 0;
        while (at < stream.length()) {
            if (stream.startsWith("\r\n", at)) {
                at += 2;
                continue;
            }
            switch (ReferenceRequest.read(stream.substring(at), TARGET_LIMIT)) {
                case Verdict.Incomplete<ReferenceRequest> _ -> {
                    return expected;
                }
                case Verdict.Refused<ReferenceRequest> _ -> {
                    return refused(expected, stream.startsWith("HEAD ", at));
                }
                case Verdict.Complete<ReferenceRequest> head -> {
                    var request = head.read();
                    int body = at + head.end();
                    int end = bodyEnd(stream, body, request);
                    if (end == MALFORMED) {
                        expected.methods.add(request.method());
                        expected.statuses.add(REFUSED);
                        return expected;
                    }
                    if (end < 0) {
                        return expected;
                    }
                    expected.methods.add(request.method());
                    expected.statuses.add(200);
                    if (!request.endsHere()) {
                        expected.atTheApp.add(
                                request.method() + " " + request.forwardedTarget() + " " + stream.substring(body, end));
                    }
                    if (!request.keepAlive()) {
                        return expected;
                    }
                    at = end;
                }
            }
        }
        return expected;
    }

    private static final int REFUSED = 0;
    private static final int MALFORMED = -2;

    /** RFC 9110 §9.3.2: whatever is wrong with it, a HEAD gets no body. */
    private static Expected refused(Expected so, boolean head) {
        so.methods.add(head ? "HEAD" : "?");
        so.statuses.add(REFUSED);
        return so;
    }

    private static int bodyEnd(String stream, int body, ReferenceRequest request) {
        if (!request.chunked()) {
            long end = body + Math.max(0, request.contentLength());
            return end <= stream.length() ? (int) end : -1;
        }
        return switch (ReferenceChunks.read(stream, body)) {
            case Verdict.Incomplete<ReferenceChunks> _ -> -1;
            case Verdict.Refused<ReferenceChunks> _ -> MALFORMED;
            case Verdict.Complete<ReferenceChunks> all -> all.end();
        };
    }

    private static String requests(Random random) {
        var stream = new StringBuilder();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            if (random.nextInt(12) == 0) {
                stream.append(Hostile.request(random));
                continue;
            }
            var close = random.nextInt(12) == 0 ? "Connection: close\r\n" : "";
            var head = " /" + i + " HTTP/1.1\r\nHost: a\r\n" + close;
            switch (random.nextInt(4)) {
                case 0 -> stream.append("GET").append(head).append("\r\n");
                case 1 -> stream.append("HEAD").append(head).append("\r\n\r\n");
                case 2 -> {
                    int length = random.nextInt(50);
                    stream.append("POST")
                            .append(head)
                            .append("Content-Length: ")
                            .append(length)
                            .append("\r\n\r\n");
                    stream.append("GET /x HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2), 0, length);
                }
                default -> {
                    stream.append("PUT").append(head).append("Transfer-Encoding: chunked\r\n\r\n");
                    stream.append(Hostile.chunks(random));
                }
            }
        }
        return stream.toString();
    }

    @Test
    void requests() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), new Recorder(FuzzedProxyTest::echo));
                var bench = new Bench(Bench.usual().with(Setting.WORKERS, "1").with(Setting.MAX_BODY_SIZE, "0"))) {
            bench.add(app.address());
            Seeds.each(200, LONGEST, random -> requestStream(bench, app, random));
            long memory = bench.proxy.directMemory();
            Seeds.each(TIMES * 2_500, LONGEST, random -> requestStream(bench, app, random));
            nothingIsLeft(bench, memory);
        }
    }

    private static String echo(String request) {
        var line = request.substring(0, request.indexOf("\r\n"));
        return "HTTP/1.1 200 OK\r\nContent-Length: " + line.length() + "\r\n\r\n"
                + (line.startsWith("HEAD ") ? "" : line);
    }

    private static void requestStream(Bench bench, ScriptedUpstream app, Random random) {
        var stream = requests(random);
        var expected = expected(stream);
        try (var client = bench.client()) {
            whileWanted(() -> {
                sendInPieces(client, stream, random, bench);
                client.shutdownOutput();
            });
            var seen = ClientView.of(client, expected.methods);
            assertThat(seen.answers()).hasSameSizeAs(expected.statuses).allMatch(ClientView.Answer::complete);
            for (int i = 0; i < expected.statuses.size(); i++) {
                int status = seen.answers().get(i).status();
                if (expected.statuses.get(i) == REFUSED) {
                    assertThat(status).isBetween(400, 505);
                } else {
                    assertThat(status).isEqualTo(200);
                }
            }
            assertThat(seen.rest()).isEmpty();
            for (var request : expected.atTheApp) {
                var came = app.next();
                assertThat(came).doesNotStartWith(Recorder.ILLEGAL);
                var parts = came.split("\r\n\r\n", 2);
                assertThat(parts[0].substring(0, parts[0].indexOf(" HTTP/1.1\r\n")) + " " + parts[1])
                        .isEqualTo(request);
            }
            assertThat(app.notedLeft()).isZero();
        } catch (IOException broken) {
            throw new UncheckedIOException(Hostile.visible(stream), broken);
        } catch (InterruptedException | AssertionError wrong) {
            throw new AssertionError(Hostile.visible(stream) + ": " + wrong.getMessage(), wrong);
        }
    }

    private interface Sending {
        void send() throws IOException;
    }

    /** Who has been told that the connection ends may find it closed while still sending. */
    private static boolean whileWanted(Sending sending) {
        try {
            sending.send();
            return true;
        } catch (IOException closed) {
            // What was answered before that is looked at all the same.
            return false;
        }
    }

    private static void sendInPieces(Wire wire, String text, Random random, Bench bench) throws IOException {
        int at = 0;
        int most = random.nextInt(3) == 0 ? text.length() + 1 : 60;
        while (at < text.length()) {
            int next = Math.min(text.length(), at + 1 + random.nextInt(most));
            wire.send(text.substring(at, next));
            if (random.nextInt(4) == 0) {
                // Answered by the loop after it has read what was sent.
                bench.proxy.stats();
            }
            at = next;
        }
    }

    private static void nothingIsLeft(Bench bench, long memory) {
        await().until(() -> bench.proxy.stats().connections() == 0);
        assertThat(bench.underWay()).isZero();
        assertThat(bench.proxy.underWay()).isEmpty();
        assertThat(bench.proxy.directMemory()).isLessThanOrEqualTo(memory + 1_048_576);
    }

    /** How the app ends its connection after its answer. */
    private enum Ending {
        STAYS,
        CLOSES,
        RESETS
    }

    /** What is played for one request. */
    private record Play(String answer, List<Integer> cuts, Ending ending) {}

    @Test
    void answers() throws Exception {
        var play = new AtomicReference<Play>();
        ScriptedUpstream.Script script = (wire, _, _) -> {
            while (true) {
                var head = wire.readHead();
                if (!head.endsWith("\r\n\r\n")) {
                    return;
                }
                if (head.contains(" /next ")) {
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
                    continue;
                }
                var now = play.get();
                int at = 0;
                for (int cut : now.cuts) {
                    wire.send(now.answer.substring(at, cut));
                    wire.silentFor(java.time.Duration.ofNanos(1));
                    at = cut;
                }
                wire.send(now.answer.substring(at));
                if (now.ending == Ending.RESETS) {
                    wire.reset();
                    return;
                } else if (now.ending == Ending.CLOSES) {
                    return;
                }
            }
        };
        try (var app = ScriptedUpstream.tcp(script);
                var bench = new Bench(Bench.usual().with(Setting.WORKERS, "1").with(Setting.MAX_BODY_SIZE, "0"))) {
            bench.add(app.address());
            Seeds.each(200, LONGEST, random -> answerStream(bench, play, random));
            long memory = bench.proxy.directMemory();
            Seeds.each(TIMES * 1_500, LONGEST, random -> answerStream(bench, play, random));
            nothingIsLeft(bench, memory);
        }
    }

    private static final int BAD_GATEWAY = 502;

    private static void answerStream(Bench bench, AtomicReference<Play> play, Random random) {
        boolean head = random.nextInt(6) == 0;
        boolean old = random.nextInt(5) == 0;
        var stream = Hostile.answer(random);
        var ending = random.nextInt(4) == 0 ? Ending.RESETS : Ending.CLOSES;
        var expected = ExpectedAnswer.of(stream, head);
        boolean untilClose = expected.body() == ResponseHead.Body.UNTIL_CLOSE;
        boolean passedOn = expected.status() != ExpectedAnswer.NONE && expected.status() != 101;
        if (expected.whole() && !untilClose) {
            ending = random.nextBoolean() ? Ending.STAYS : Ending.CLOSES;
        } else if (ending == Ending.RESETS && !untilClose) {
            // Cut off or reset is the same here: the answer says itself that it is not complete.
            ending = Ending.CLOSES;
        }
        // What follows an answer comes with the last of it: later, nobody could tell it from the next answer.
        int last = expected.whole() ? expected.end() : stream.length();
        var cuts = random.ints(random.nextInt(4), 0, Math.max(1, last))
                .sorted()
                .boxed()
                .toList();
        play.set(new Play(stream, cuts, ending));
        var method = head ? "HEAD" : "POST";
        try (var client = bench.client()) {
            client.send(method + " /first HTTP/1." + (old ? "0\r\nConnection: keep-alive\r\n" : "1\r\nHost: a\r\n")
                    + "\r\n");
            boolean sent = whileWanted(() -> client.send("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
            var seen = ClientView.of(client, List.of(method, "GET"));
            var first = seen.answers().isEmpty() ? null : seen.answers().getFirst();
            if (first == null) {
                // Nothing was flushed before the reset: broken it is.
                assertThat(passedOn && (!expected.whole() || ending == Ending.RESETS))
                        .isTrue();
                return;
            }
            if (ending == Ending.RESETS && first.status() == BAD_GATEWAY) {
                // A reset may overtake what was sent before it.
                return;
            }
            boolean complete = !passedOn || (expected.whole() && ending != Ending.RESETS);
            assertThat(first.interims()).isEqualTo(old ? List.of() : expected.interims());
            assertThat(first.status()).isEqualTo(passedOn ? expected.status() : BAD_GATEWAY);
            if (sent || !old) {
                // The kernel tells of a reset once: who was told while sending is not told again while reading.
                assertThat(first.complete()).isEqualTo(complete);
            }
            if (complete && passedOn) {
                assertThat(first.body()).isEqualTo(expected.data());
            }
            if (complete && seen.answers().size() > 1) {
                assertThat(seen.answers().get(1).body()).isEqualTo("next");
                assertThat(seen.rest()).isEmpty();
            } else {
                // Only where the end of the connection is the end of the answer, or breaks it, there is no next one.
                assertThat(!complete || first.head().contains("Connection: close"))
                        .isTrue();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(method + " " + old + " " + Hostile.visible(stream), broken);
        } catch (AssertionError wrong) {
            throw new AssertionError(
                    method + " " + old + " " + play.get().ending + " " + cuts + " " + Hostile.visible(stream) + ": "
                            + wrong.getMessage(),
                    wrong);
        }
    }
}
