package footplate.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import footplate.core.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The readers of the hot path against slow and obvious ones, over messages from seeds: the same ones are accepted, they
 * end at the same place, mean the same, and become the same on their way through. {@code -Dfootplate.fuzz=20} runs twenty
 * times as many.
 */
class FuzzTest {
    private static final int TIMES = Integer.getInteger("footplate.fuzz", 1);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int TARGET_LIMIT = 40;
    private static final List<ResponseEdit.Persistence> PERSISTENCES = List.of(ResponseEdit.Persistence.values());

    private final RequestHead request = new RequestHead(TARGET_LIMIT);
    private final ResponseHead response = new ResponseHead();
    private final ChunkedBody chunks = new ChunkedBody();
    private final HeadBytes out = new HeadBytes(1_024);
    private int complete;
    private int refused;

    @Test
    void requestHeads() {
        Seeds.each(TIMES * 500_000, LONGEST, random -> {
            var text = Hostile.request(random);
            try {
                compareRequest(text, random);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(failure.getMessage() + " in " + Hostile.visible(text), failure);
            }
        });
        bothKindsWereSeen();
    }

    @Test
    void responseHeads() {
        Seeds.each(TIMES * 500_000, LONGEST, random -> {
            var text = Hostile.response(random);
            try {
                compareResponse(text, random);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(failure.getMessage() + " in " + Hostile.visible(text), failure);
            }
        });
        bothKindsWereSeen();
    }

    @Test
    void chunkedBodies() {
        Seeds.each(TIMES * 1_000_000, LONGEST, random -> {
            var text = Hostile.chunks(random);
            try {
                compareChunks(text, random);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(failure.getMessage() + " in " + Hostile.visible(text), failure);
            }
        });
        bothKindsWereSeen();
    }

    /** A generator that makes but rubbish, or nothing but what is right, would compare nothing. */
    private void bothKindsWereSeen() {
        same("share of complete ones", true, complete > refused / 3);
        same("share of refused ones", true, refused > complete / 20);
    }

    private static void same(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(what + " should be <" + expected + "> but is <" + actual + ">");
        }
    }

    private void end(Verdict<?> expected, int actual) {
        switch (expected) {
            case Verdict.Complete<?> all -> {
                same("end", all.end(), actual);
                complete++;
            }
            case Verdict.Refused<?>(var why) -> {
                same("refused for its " + why, RequestHead.REFUSED, actual);
                refused++;
            }
            case Verdict.Incomplete<?> _ -> same("end", RequestHead.INCOMPLETE, actual);
        }
    }

    private void compareRequest(String text, Random random) {
        var bytes = padded(text, random);
        var expected = ReferenceRequest.read(text, TARGET_LIMIT);
        end(expected, request.read(bytes, 0, text.length()));
        if (!(expected instanceof Verdict.Complete<ReferenceRequest> all)) {
            return;
        }
        var right = all.read();
        same("method", right.method(), request.methodName());
        same(
                "known method",
                right.method(),
                request.method() == Method.OTHER
                        ? right.method()
                        : request.method().name());
        same("host", right.host(), request.host());
        same("path", right.path(), request.path());
        same("version", right.oldVersion(), request.oldVersion());
        same("length", right.contentLength(), request.contentLength());
        same("chunked", right.chunked(), request.chunked());
        same("keep-alive", right.keepAlive(), request.keepAlive());
        same("websocket", right.webSocket(), request.webSocket());
        same("lines", right.fields().lines().size(), request.lines().count());
        var choices = new RequestEdit.Choices(random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
        var client = random.nextBoolean() ? "9.9.9.9" : "2001:db8::1";
        var lines = RequestEdit.forwardedLines(client, "http", 80, choices);
        RequestEdit.write(request, lines, choices, out);
        same("forwarded", right.forwarded(client, "http", 80, choices), out.toString());
        // What was written must be understood again, by somebody else.
        if (ReferenceRequest.read(out.toString(), 1_000) instanceof Verdict.Complete<ReferenceRequest> again
                && again.end() == out.length()) {
            same("length behind us", right.contentLength(), again.read().contentLength());
            same("chunked behind us", right.chunked(), again.read().chunked());
        } else {
            throw new AssertionError("not understood again: " + Hostile.visible(out.toString()));
        }
    }

    private void compareResponse(String text, Random random) {
        var bytes = padded(text, random);
        var expected = ReferenceResponse.read(text);
        end(expected, response.read(bytes, 0, text.length()));
        if (!(expected instanceof Verdict.Complete<ReferenceResponse> all)) {
            return;
        }
        var right = all.read();
        boolean head = random.nextInt(4) == 0;
        same("status", right.status(), response.status());
        same("interim", right.interim(), response.interim());
        same("body", right.body(head), response.body(head));
        same("length", right.fields().contentLength(), response.contentLength());
        same("chunked", right.fields().chunked(), response.chunked());
        same("keep-alive", right.keepAlive(), response.keepAlive());
        same("websocket", right.webSocket(), response.webSocket());
        var persistence = PERSISTENCES.get(random.nextInt(3));
        boolean chunked = random.nextBoolean();
        boolean via = random.nextBoolean();
        ResponseEdit.write(response, persistence, chunked, via, "today".getBytes(ISO_8859_1), out);
        same("forwarded", right.forwarded(persistence, chunked, via, "today"), out.toString());
    }

    /** In an array with rubbish behind the text, which must not be looked at. */
    private static byte[] padded(String text, Random random) {
        var bytes = (text + "\r\n\r\nX").getBytes(ISO_8859_1);
        bytes[text.length()] = (byte) (random.nextBoolean() ? '\r' : 'x');
        return bytes;
    }

    private void compareChunks(String text, Random random) {
        var bytes = text.getBytes(ISO_8859_1);
        chunks.reset();
        var data = new StringBuilder();
        int i = 0;
        while (i < bytes.length && !chunks.ended() && !chunks.bad()) {
            int left = (int) Math.min(chunks.dataLeft(), bytes.length - i);
            if (left > 0) {
                int part = random.nextBoolean() ? left : 1 + random.nextInt(left);
                data.append(text, i, i + part);
                chunks.skip(part);
                i += part;
            } else {
                chunks.next(bytes[i++]);
            }
        }
        var expected = ReferenceChunks.read(text, 0);
        end(expected, chunks.ended() ? i : chunks.bad() ? RequestHead.REFUSED : RequestHead.INCOMPLETE);
        if (expected instanceof Verdict.Complete<ReferenceChunks> all) {
            same("data", all.read().data(), data.toString());
        }
    }
}
