package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How instances leave: what their clients see of it, and how the app is asked. */
@Tag("node")
@Timeout(120)
class DrainIT {
    /** Echoes short texts on WebSockets, tells its PID otherwise, and writes down how it was told to end. */
    private static final String APP = """
            const { appendFileSync } = require('fs')
            const note = text => appendFileSync('notes', `${process.pid} ${text}\\n`)
            const server = require('http').createServer((request, response) => response.end(`${process.pid}`))
            server.on('upgrade', (request, socket) => {
              const accept = require('crypto').createHash('sha1')
                .update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64')
              socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n' +
                `Sec-WebSocket-Accept: ${accept}\\r\\n\\r\\n`)
              socket.on('data', frame => {
                const content = frame.subarray(6, 6 + (frame[1] & 127)).map((byte, i) => byte ^ frame[2 + i % 4])
                if ((frame[0] & 15) === 8) {
                  note(`closed ${content.readUInt16BE(0)}`)
                  return socket.end(Buffer.concat([Buffer.from([0x88, 2]), content]))
                }
                socket.write(Buffer.concat([Buffer.from([0x81, content.length]), content]))
              })
            })
            server.listen(process.env.PORT)
            process.on('message', message => {
              note(`message ${message}`)
              server.close(() => process.exit(0))
            })
            process.on('SIGINT', () => {
              note('SIGINT')
              process.exit(0)
            })
            """;

    @TempDir
    Path folder;

    private Footplate footplate;
    private Path shop;

    @BeforeEach
    void moveIn() throws Exception {
        footplate = new Footplate(folder);
        shop = Footplate.app(folder.resolve("shop"), APP);
    }

    @AfterEach
    void moveOut() throws Exception {
        footplate.close();
    }

    @Test
    void aWebSocketLastsUntilTheDeadlineAndIsThenClosedInOrderWhileKeptConnectionsGoOn() throws Exception {
        int port = footplate
                .run("start", shop, "--port", 0, "--max", 1, "--drain", "4s")
                .fine()
                .port();
        var old = footplate.pids("shop").getFirst();
        var listener = new Ear();
        try (var http = HttpClient.newHttpClient();
                var line = new Line(port)) {
            var socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), listener)
                    .get(20, TimeUnit.SECONDS);
            socket.sendText("before", true).get(20, TimeUnit.SECONDS);
            assertThat(listener.texts.poll(20, TimeUnit.SECONDS)).isEqualTo("before");
            assertThat(line.ask("GET", "/", "").body()).isEqualTo(old.toString());
            long begun = System.nanoTime();

            footplate.run("restart", "shop").fine();

            var fresh = line.ask("GET", "/", "").body();
            assertThat(fresh).describedAs("the same connection, a new process").isNotEqualTo(old.toString());
            // On a machine that is slow enough the deadline has passed by now, and this fails.
            var _ = socket.sendText("while it drains", true).handle((_, failure) -> failure);
            assertThat(listener.closed.get(60, TimeUnit.SECONDS)).isEqualTo(1001);
            assertThat(System.nanoTime() - begun)
                    .describedAs("not before its deadline")
                    .isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(4));
            Footplate.await(20, () -> !footplate.processes().containsKey(old));
            assertThat(notes()).contains(old + " closed 1001\n" + old + " SIGINT\n");
            assertThat(line.ask("GET", "/", "").body()).isEqualTo(fresh);
            assertThat(listener.failures).isEmpty();
        }
    }

    @Test
    void anAppIsAskedToLeaveByMessageAlsoByALaterDaemon() throws Exception {
        footplate
                .run("start", shop, "--port", 0, "--max", 1, "--shutdown-with-message")
                .fine();
        var first = footplate.pids("shop").getFirst();
        footplate.run("restart", "shop").fine();
        Footplate.await(20, () -> !footplate.processes().containsKey(first));
        assertThat(notes()).isEqualTo(first + " message shutdown\n");
        var second = footplate.pids("shop").getFirst();
        Footplate.signal("KILL", footplate.daemon());
        assertThat(footplate.pids("shop")).describedAs("adopted").containsExactly(second);
        // Its preload finds the new daemon within a second.
        Footplate.await(20, this::isHeard);
        assertThat(isHeard()).isTrue();

        footplate.run("stop", "shop").fine();

        assertThat(notes()).endsWith(second + " message shutdown\n").doesNotContain("SIGINT");
    }

    /** Whether an app has a connection to the daemon's channel, as the kernel lists it. */
    private boolean isHeard() {
        try {
            return Files.readAllLines(Path.of("/proc/net/unix")).stream()
                    .filter(line -> line.endsWith(" " + footplate.home().resolve("apps.sock")))
                    .anyMatch(line -> line.split(" +", -1)[5].equals("03"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private String notes() throws Exception {
        var notes = shop.resolve("notes");
        return Files.exists(notes) ? Files.readString(notes) : "";
    }

    /** What a WebSocket client hears. */
    private static final class Ear implements WebSocket.Listener {
        final LinkedBlockingQueue<String> texts = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            texts.add(text.toString());
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            failures.add(failure);
        }
    }
}
