package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.api.v1.InstanceInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every app of dist/apps, unmodified, behind the proxy. */
@Tag("node")
@Tag("npm")
@Timeout(400)
class RealAppsIT {
    private static final int FIVE_MEGABYTES = 5 << 20;

    @TempDir
    Path folder;

    private Footplate footplate;

    @BeforeEach
    void moveIn() {
        footplate = new Footplate(folder);
    }

    @AfterEach
    void moveOut() throws Exception {
        footplate.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"express", "fastify", "koa", "ws", "socket.io", "esm", "npm-start", "hono", "cluster", "https"})
    void anAppIsServedWholeAndHasNoPortOfItsOwn(String name) throws Exception {
        int port = start(name);

        assertThat(Line.get(port, "/").body()).matches(name + " \\d+");
        assertThat(Line.get(port, "/env").body())
                .contains("\"NODE_ENV\":\"production\"", "\"PORT\":\"" + port + "\"", "\"NODE_APP_INSTANCE\":\"0\"");
        var ip = Line.get(port, "/ip", "Host: shop.test", "X-Forwarded-For: 203.0.113.9", "X-Real-IP: 203.0.113.9");
        assertThat(ip.body())
                .containsPattern("\"remote\":\"(::ffff:)?127\\.0\\.0\\.1\"|\"remote\":\"::1\"")
                .contains(
                        "\"x-forwarded-for\":\"127.0.0.1\"",
                        "\"x-forwarded-proto\":\"http\"",
                        "\"x-forwarded-host\":\"shop.test\"",
                        "\"x-forwarded-port\":\"" + port + "\"",
                        "\"x-real-ip\":\"127.0.0.1\"")
                .describedAs("a stranger's word about himself")
                .doesNotContain("203.0.113.9");
        echoes(port);
        for (InstanceInfo instance : footplate.describe(name).instances()) {
            var process = ProcessHandle.of(instance.pid()).orElseThrow();
            assertThat(OpenPorts.of(process)).isEmpty();
            assertThat(instance.address()).startsWith("unix:");
        }
    }

    @Test
    void aFrameworkThatTrustsTheProxyKnowsTheClient() throws Exception {
        int port = start("express");
        assertThat(Line.get(port, "/ip").body()).containsPattern("\"ip\":\"(::ffff:)?127\\.0\\.0\\.1\"");
    }

    @Test
    void aWebSocketConversationPasses() throws Exception {
        int port = start("ws");
        talks("websocket-client.js", "ws://127.0.0.1:" + port + "/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket", "upgrade"})
    void aSocketIoConversationPasses(String transport) throws Exception {
        var url = "http://127.0.0.1:" + start("socket.io");
        talks(Stream.of("socketio-client.js", url, transport)
                .filter(word -> !word.equals("upgrade"))
                .toArray(String[]::new));
    }

    private int start(String name) throws IOException, InterruptedException {
        return footplate
                .run("start", RealApps.folder(name), "--port", 0, "--max", 1)
                .fine()
                .port();
    }

    /** Five megabytes with a length, then in chunks of odd sizes, on one connection. */
    private static void echoes(int port) throws IOException {
        var random = new Random(7);
        var text = new StringBuilder();
        while (text.length() < FIVE_MEGABYTES) {
            text.append(Long.toString(random.nextLong(), 36));
        }
        var body = text.substring(0, FIVE_MEGABYTES);
        try (var line = new Line(port)) {
            var echo = send(line, () -> line.send("POST", "/echo", body, "Content-Type: application/octet-stream"));
            assertThat(echo.status()).isEqualTo(200);
            assertThat(echo.body().equals(body)).describedAs("the same body").isTrue();
        }
        try (var line = new Line(port)) {
            var echo = send(line, () -> {
                line.send("POST", "/echo", "", "Content-Type: application/octet-stream", "Transfer-Encoding: chunked");
                chunks(line.out(), body, random);
            });
            assertThat(echo.status()).isEqualTo(200);
            assertThat(echo.body().equals(body)).describedAs("the same body").isTrue();
        }
    }

    /** Sends and reads at the same time, as an app may echo while it is still being told. */
    private static Line.Answer send(Line line, Sending sending) throws IOException {
        var sender = Thread.ofVirtual().start(() -> {
            try {
                sending.run();
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
        });
        try {
            return line.answer();
        } finally {
            sender.interrupt();
        }
    }

    private interface Sending {
        void run() throws IOException;
    }

    private static void chunks(OutputStream out, String body, Random random) throws IOException {
        for (int at = 0; at < body.length(); ) {
            int end = Math.min(body.length(), at + 1 + random.nextInt(40_000));
            out.write((Integer.toHexString(end - at) + "\r\n" + body.substring(at, end) + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            at = end;
        }
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** Runs one of the clients in dist/apps; it checks the conversation itself. */
    private void talks(String... arguments) throws IOException, InterruptedException {
        var output = folder.resolve("client-output");
        var client = new ProcessBuilder(
                        Stream.concat(Stream.of("node"), Stream.of(arguments)).toList())
                .directory(RealApps.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = client.waitFor(30, TimeUnit.SECONDS);
        client.destroyForcibly();
        assertThat(ended && client.exitValue() == 0)
                .as(Files.readString(output))
                .isTrue();
        assertThat(output).content().contains("ok");
    }
}
