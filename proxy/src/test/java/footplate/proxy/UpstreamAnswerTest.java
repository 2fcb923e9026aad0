package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.testkit.ScriptedUpstream;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What processes do that they should not: none of it reaches the next request. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(60)
class UpstreamAnswerTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String EVIL = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "GET,204,Content-Length: 42",
        "GET,304,Content-Length: 42",
        "HEAD,200,Content-Length: 42",
        "GET,204,Transfer-Encoding: chunked",
        "GET,304,Transfer-Encoding: chunked",
        "HEAD,200,Transfer-Encoding: chunked"
    })
    void aBodyThatMustNotComeAndComesLateIsNobodysAnswer(String method, int status, String framing) throws Exception {
        var next = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, number, _) -> {
                    wire.readRequest();
                    if (number == 1) {
                        wire.send("HTTP/1.1 " + status + " X\r\n" + framing + "\r\n\r\n");
                        next.acquireUninterruptibly();
                        wire.send(EVIL);
                        wire.readRequest();
                    } else {
                        wire.send(HELLO);
                    }
                });
                var bench = new Bench(Bench.usual().with(Setting.WORKERS, "1"));
                var client = bench.client()) {
            bench.add(app.address());
            client.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 " + status);
            // The late body and the next request cross each other.
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            next.release();
            assertThat(client.readAnswer()).endsWith("hello");
        }
    }

    @Test
    void aConnectionThatIsNamedDeadByItsProcessIsNotKeptLonger() throws Exception {
        var keep = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok";
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(keep));
                var bench = new Bench()) {
            bench.add(app.address());
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("ok");
            assertThat(bench.proxy.stats().idleUpstream()).isZero();
        }
    }

    @Test
    void idleConnectionsAreKeptForTheTimeThatTheAppHas() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(HELLO));
                var bench = new Bench()) {
            bench.http = bench.http.with(Setting.UPSTREAM_KEEPALIVE_TIMEOUT, "300ms");
            bench.add(app.address());
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("hello");
            await().until(() -> bench.proxy.stats().idleUpstream() == 1);
            await().until(() -> bench.proxy.stats().idleUpstream() == 0);
        }
    }

    @Test
    void aProcessThatHasLeftTheTableLeavesNoIdleConnection() throws Exception {
        var go = new Semaphore(0);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    wire.readRequest();
                    go.acquireUninterruptibly();
                    wire.send(HELLO);
                    wire.readRequest();
                });
                var bench = new Bench(Bench.usual().with(Setting.WORKERS, "1"));
                var client = bench.client()) {
            bench.add(app.address());
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> bench.underWay() == 1 && app.accepted() == 1);
            bench.targets.clear();
            bench.publish();
            go.release();
            assertThat(client.readAnswer()).endsWith("hello");
            assertThat(bench.proxy.stats().idleUpstream()).isZero();
        }
    }
}
