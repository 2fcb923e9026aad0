package footplate.proxy.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import footplate.core.Seeds;
import footplate.core.config.Settings;
import footplate.core.http.ExpectedAnswer;
import footplate.core.http.Hostile;
import footplate.core.http.ReferenceChunks;
import footplate.core.http.ResponseHead;
import footplate.core.http.Verdict;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.pool.Load;
import footplate.core.route.Target;
import footplate.proxy.transport.ChosenTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The reader of answers over whole streams from seeds, cut anywhere, several answers on one connection: what it tells its
 * user is what a slow and obvious reader says. {@code -Dfootplate.fuzz=20} runs twenty times as many.
 */
class AnswerReaderFuzzTest {
    private static final int TIMES = Integer.getInteger("footplate.fuzz", 1);

    private final UpstreamPool pool = newPool();
    private final TargetPool place = new TargetPool(
            new Target(new RunId(1), new InstanceId(1), 1, "127.0.0.1:1", new Load(0, false, 0)),
            TargetAddress.of("127.0.0.1:1"));

    @Test
    void streams() {
        Seeds.each(TIMES * 150_000, Duration.ofSeconds(10), this::connection);
    }

    private void connection(Random random) {
        var connection = new Held();
        for (int uses = 1 + random.nextInt(3); uses > 0 && connection.channel.isOpen(); uses--) {
            var stream = Hostile.answer(random);
            boolean head = random.nextInt(5) == 0;
            boolean decode = random.nextInt(3) == 0;
            try {
                one(connection, stream, head, decode, random);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(
                        failure.getMessage() + " in " + (head ? "HEAD " : "") + (decode ? "decoded " : "")
                                + Hostile.visible(stream),
                        failure);
            }
        }
        connection.channel.close();
        for (var buffer : connection.buffers) {
            same("references to a buffer", 0, buffer.refCnt());
        }
    }

    private static void one(Held connection, String stream, boolean head, boolean decode, Random random) {
        var seen = new Seen();
        var expected = ExpectedAnswer.of(stream, head);
        connection.reader.send(seen, Unpooled.EMPTY_BUFFER, head, decode, false);
        connection.feed(stream, random);
        if (expected.status() == 101) {
            same("upgraded", true, seen.upgraded);
            connection.channel.close();
            return;
        }
        boolean endsByItself = expected.whole() && expected.body() != ResponseHead.Body.UNTIL_CLOSE;
        boolean over = endsByItself || expected.refused();
        same("over before the stream", over, seen.ended || seen.failed != null);
        boolean reusable = endsByItself && expected.keepAlive() && expected.end() == stream.length();
        if (endsByItself) {
            same("reusable", reusable, seen.reusable && connection.channel.isOpen());
        }
        if (!reusable) {
            connection.channel.close();
        }
        same("interims", expected.interims(), seen.interims);
        same("status", expected.status(), seen.status);
        same("ended", expected.whole(), seen.ended);
        same("failed", !expected.whole(), seen.failed != null);
        if (expected.refused()) {
            same("trouble", UpstreamUser.Trouble.MALFORMED, seen.failed);
        }
        if (!expected.whole()) {
            return;
        }
        if (expected.body() == ResponseHead.Body.CHUNKED && !decode) {
            var passed = ReferenceChunks.read(seen.body.toString(), 0);
            same(
                    "passed on",
                    true,
                    passed instanceof Verdict.Complete<ReferenceChunks> all
                            && all.end() == seen.body.length()
                            && all.read().data().equals(expected.data()));
            same("as it came", true, stream.substring(0, expected.end()).endsWith(seen.body.toString()));
        } else {
            same("body", expected.data(), seen.body.toString());
        }
    }

    private static void same(String what, @Nullable Object expected, @Nullable Object actual) {
        if (!java.util.Objects.equals(expected, actual)) {
            throw new AssertionError(what + " should be <" + expected + "> but is <" + actual + ">");
        }
    }

    /** A connection without a socket, and all that was ever read from it. */
    private final class Held {
        final EmbeddedChannel channel = new EmbeddedChannel();
        final UpstreamConnection reader = new UpstreamConnection(pool, place, channel, null);
        final List<ByteBuf> buffers = new ArrayList<>();

        Held() {
            channel.pipeline().addLast(reader);
        }

        void feed(String stream, Random random) {
            int at = 0;
            int most = random.nextInt(3) == 0 ? stream.length() + 1 : 40;
            while (at < stream.length() && channel.isOpen()) {
                int next = Math.min(stream.length(), at + 1 + random.nextInt(most));
                var part = UnpooledByteBufAllocator.DEFAULT.heapBuffer();
                part.writeBytes(stream.substring(at, next).getBytes(ISO_8859_1));
                buffers.add(part);
                channel.writeInbound(part);
                at = next;
            }
        }
    }

    /** What the reader has told. */
    private static final class Seen implements UpstreamUser {
        final List<Integer> interims = new ArrayList<>();
        final StringBuilder body = new StringBuilder();
        int status = ExpectedAnswer.NONE;
        boolean upgraded;
        boolean ended;
        boolean reusable;

        @Nullable
        Trouble failed;

        @Override
        public void answerHead(ResponseHead head) {
            if (head.interim()) {
                interims.add(head.status());
            } else {
                same("second head", ExpectedAnswer.NONE, status);
                status = head.status();
            }
        }

        @Override
        public void answerBody(ByteBuf part) {
            same("body after the end", false, ended || failed != null);
            body.append(part.toString(ISO_8859_1));
            part.release();
        }

        @Override
        public void answerUpgraded(ByteBuf first) {
            upgraded = true;
            first.release();
        }

        @Override
        public void answerEnd(UpstreamConnection connection, boolean mayBeReused) {
            same("second end", false, ended || failed != null);
            ended = true;
            reusable = mayBeReused;
        }

        @Override
        public void failed(Trouble trouble) {
            same("second end", false, ended || failed != null);
            failed = trouble;
        }

        @Override
        public void answerPause() {}

        @Override
        public void upstreamWritable() {}

        @Override
        public void connected(UpstreamConnection connection) {
            throw new AssertionError("connected without being asked to");
        }

        @Override
        public void notConnected(Throwable cause) {
            throw new AssertionError("not connected without being asked to");
        }

        @Override
        public void crashed(Throwable bug) {
            throw new AssertionError("crashed", bug);
        }
    }

    private static UpstreamPool newPool() {
        return new UpstreamPool(
                new EmbeddedChannel().eventLoop(),
                ChosenTransport.of(Settings.standard()).transport(),
                UnpooledByteBufAllocator.DEFAULT,
                64 * 1_024,
                _ -> false,
                _ -> false,
                bug -> {
                    throw new AssertionError(bug);
                });
    }
}
