package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Target;
import footplate.testkit.ScriptedUpstream;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** Copies of requests. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class MirrorTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

    private final RouteDraft draft = new RouteDraft();

    private Bench bench(int share) throws Exception {
        draft.mirror = new Rules.Mirror(new Target.ToApp("copy"), share);
        return Bench.routed(Bench.usual().with(Setting.WORKERS, "1"));
    }

    @Test
    void theSameRequestGoesElsewhereTooAndThatAnswerIsThrownAway() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var copy = ScriptedUpstream.tcp(
                        ScriptedUpstream.always("HTTP/1.1 500 No\r\nSet-Cookie: a\r\nContent-Length: 2\r\n\r\nno"));
                var bench = bench(100)) {
            bench.add(app.address());
            var target = bench.other("copy", copy.address(), 0);
            bench.route(draft.made());
            try (var client = bench.client()) {
                for (var request : new String[] {
                    GET,
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
                    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                    "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + "b".repeat(60_000)
                }) {
                    client.send(request);
                    assertThat(request.startsWith("HEAD") ? client.readHead() : client.readAnswer())
                            .startsWith("HTTP/1.1 200 OK\r\n");
                    if (request.startsWith("HEAD")) {
                        // What the scripts answer has a body all the same.
                        assertThat(app.next()).isEqualTo(copy.next());
                        continue;
                    }
                    assertThat(copy.next()).isEqualTo(app.next());
                }
            }
            await().until(() -> bench.proxy.stats().mirrored() == 5);
            assertThat(bench.proxy.stats().mirrorsDropped()).isZero();
            await().until(() -> target.load().underWay() == 0);
        }
    }

    @Test
    void aBodyThatComesInPiecesIsCopiedToo() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var copy = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = bench(100)) {
            bench.add(app.address());
            bench.other("copy", copy.address(), 0);
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc");
                await().until(() -> app.accepted() == 1);
                assertThat(copy.accepted()).isZero();
                client.send("def");
                assertThat(client.readAnswer()).endsWith("hello");
            }
            assertThat(copy.next()).isEqualTo(app.next()).endsWith("\r\n\r\nabcdef");
        }
    }

    @Test
    void whatIsTooLongOrHasNobodyWhoTakesItIsDroppedAndCounted() throws Exception {
        var goOn = new Semaphore(0);
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var copy = ScriptedUpstream.tcp((wire, _, upstream) -> {
                    upstream.note(wire.readHead());
                    goOn.acquireUninterruptibly();
                });
                var bench = bench(100)) {
            bench.add(app.address());
            var target = bench.other("copy", copy.address(), 1);
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n" + "b".repeat(70_000));
                assertThat(client.readAnswer()).endsWith("hello");
                await().until(() -> bench.proxy.stats().mirrorsDropped() == 1);
                assertThat(copy.accepted()).isZero();
                // The first copy is never answered, and its place is taken.
                for (int i = 0; i < 3; i++) {
                    client.send(GET);
                    assertThat(client.readAnswer()).endsWith("hello");
                }
            }
            copy.next();
            assertThat(bench.proxy.stats().mirrorsDropped()).isEqualTo(3);
            copy.stopListening();
            goOn.release();
            await().until(() -> target.load().underWay() == 0);
            assertThat(bench.ask(GET)).endsWith("hello");
            await().until(() -> bench.proxy.stats().mirrorsDropped() == 5);
        }
    }

    @Test
    void onlyTheShareIsCopied() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var copy = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = bench(50)) {
            bench.add(app.address());
            bench.other("copy", copy.address(), 0);
            bench.route(draft.made());
            try (var client = bench.client()) {
                for (int i = 0; i < 200; i++) {
                    client.send(GET);
                    assertThat(client.readAnswer()).endsWith("hello");
                }
            }
            // Outside of this once in a million million runs: 7 standard deviations.
            assertThat(bench.proxy.stats().mirrored() + bench.proxy.stats().mirrorsDropped())
                    .isBetween(50L, 150L);
        }
    }

    @Test
    void whoIsRefusedIsNotCopied() throws Exception {
        draft.access = new Rules.Access(java.util.List.of(), RouteDraft.networks("127.0.0.1"));
        try (var copy = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = bench(100)) {
            bench.other("copy", copy.address(), 0);
            bench.route(draft.made());
            assertThat(bench.ask(GET)).startsWith("HTTP/1.1 403 ");
            assertThat(copy.accepted()).isZero();
            assertThat(bench.proxy.stats().mirrorsDropped()).isZero();
        }
    }
}
