package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process that may have few files open: who is connected is served on, others are told, and it recovers. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(60)
class DescriptorsIT {
    private static final int LIMIT = 200;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String ONCE = "GET /once HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path folder;

    private ScriptedUpstream app;
    private Process process;
    private BufferedReader answers;
    private int port;

    @BeforeEach
    void start() throws Exception {
        app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
            for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                if (request.startsWith("GET /once")) {
                    wire.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
                    return;
                }
                wire.send(OK);
            }
        });
        var path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        process = new ProcessBuilder(
                        "prlimit",
                        "--nofile=" + LIMIT + ":" + LIMIT,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx64m",
                        "-cp",
                        path,
                        LowOnDescriptors.class.getName(),
                        app.address())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        port = Integer.parseInt(line());
    }

    private String line() throws IOException {
        var line = answers.readLine();
        if (line == null) {
            throw new AssertionError("the process has ended: " + Files.readString(folder.resolve("errors")));
        }
        return line;
    }

    private String tell(String command) throws IOException {
        process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        return line();
    }

    @AfterEach
    void stop() throws Exception {
        process.getOutputStream().close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        app.close();
    }

    @Test
    void clientsAreServedOnAndOthersToldWhenDescriptorsRunOut() throws Exception {
        List<Wire> in = new ArrayList<>();
        int turnedAway = 0;
        for (int i = 0; i < 2 * LIMIT; i++) {
            var client = Wire.connect(port).send(GET);
            var answer = client.readAnswer();
            if (answer.startsWith("HTTP/1.1 200")) {
                in.add(client);
            } else {
                assertThat(answer).startsWith("HTTP/1.1 503").contains("Retry-After: 1");
                client.close();
                turnedAway++;
            }
        }
        assertThat(in).hasSizeGreaterThan(20);
        assertThat(turnedAway).isGreaterThan(LIMIT);
        for (var client : in) {
            assertThat(client.send(GET).readAnswer()).endsWith("ok");
        }
        for (var client : in) {
            client.close();
        }
        await().until(() -> tell("stats").startsWith("0 "));
        try (var next = Wire.connect(port)) {
            assertThat(next.send(GET).readAnswer()).endsWith("ok");
        }
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void whenNoneIsLeftAtAllWhoIsConnectedIsToldAndServedAgainLater() throws Exception {
        try (var first = Wire.connect(port);
                var second = Wire.connect(port)) {
            assertThat(first.send(ONCE).readAnswer()).endsWith("ok");
            assertThat(second.send(ONCE).readAnswer()).endsWith("ok");
            // Classes in folders cannot be loaded without a descriptor; the product's are in archives that are open.
            try (var third = Wire.connect(port)) {
                assertThat(third.send("nonsense\r\n\r\n").readAll()).startsWith("HTTP/1.1 400");
            }
            await().until(() -> tell("stats").startsWith("2 "));
            assertThat(tell("take-all")).isEqualTo("taken");
            // Each of them needs a new connection to the app.
            assertThat(first.send(ONCE).readAnswer()).startsWith("HTTP/1.1 503").contains("Retry-After: 1");
            assertThat(second.send(ONCE).readAnswer()).startsWith("HTTP/1.1 503");
            var third = Wire.connect(port).send(GET);
            assertThat(third.silentFor(Duration.ofMillis(300))).isTrue();
            assertThat(tell("give-back")).isEqualTo("given");
            assertThat(third.readAnswer()).endsWith("ok");
            assertThat(first.send(ONCE).readAnswer()).endsWith("ok");
            third.close();
        }
    }
}
