package footplate.api.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import footplate.api.v1.Apps;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Event;
import footplate.api.v1.LogsRequest;
import footplate.api.v1.PingInfo;
import footplate.api.v1.Problem;
import footplate.api.v1.StartRequest;
import footplate.api.v1.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final PingInfo PONG = new PingInfo("1", 7, "/h", 5, false);

    @TempDir
    Path folder;

    private Path socket = Path.of("unset");

    @BeforeEach
    void name() {
        socket = folder.resolve("control.sock");
    }

    @Test
    void aPingIsAnswered() throws Exception {
        try (var server = new ScriptedServer(socket, ScriptedServer.sends(Wire.ok(PONG)))) {
            assertThat(new ControlClient(socket).ping(LIMIT)).isEqualTo(PONG);
            assertThat(server.requests()).containsExactly("{\"v\":1,\"call\":\"ping\",\"body\":{}}");
        }
    }

    @Test
    void eventsComeInOrderBeforeTheAnswer() throws Exception {
        var script = ScriptedServer.sends(
                Wire.event(Event.line("a", 1, false, "one")),
                Wire.event(Event.line("a", 1, false, "two")),
                Wire.ok(new Apps(List.of())));
        try (var _ = new ScriptedServer(socket, script)) {
            List<String> texts = new ArrayList<>();
            new ControlClient(socket)
                    .logs(new LogsRequest("a", 2, false, LogsRequest.Streams.BOTH), event -> texts.add(event.text()));
            assertThat(texts).containsExactly("one", "two");
        }
    }

    @Test
    void anErrorComesWithAllItSays() throws Exception {
        var error = ErrorAnswer.of(ErrorAnswer.REFUSED, new Problem("--port 3000", "is taken", "choose another"));
        try (var _ = new ScriptedServer(socket, ScriptedServer.sends(Wire.error(error)))) {
            assertThat(failure().answer()).isEqualTo(error);
        }
    }

    @Test
    void aMissingSocketAndADeadOneBothMeanNobodyRuns() throws Exception {
        assertThat(failure().notRunning()).isTrue();
        new ScriptedServer(socket, (_, _) -> {}).close();
        assertThat(Files.exists(socket)).isTrue();
        assertThat(failure().notRunning()).isTrue();
    }

    @Test
    void whatIsNoSocketIsToldAsSuch() throws IOException {
        Files.writeString(socket, "not a socket");

        assertThat(failure().notRunning()).isTrue();
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForForEver() throws Exception {
        var end = new CountDownLatch(1);
        try (var _ = new ScriptedServer(socket, (_, _) -> end.await())) {
            CallFailed failed =
                    catchThrowableOfType(CallFailed.class, () -> new ControlClient(socket).ping(Duration.ofMillis(50)));
            assertThat(failed.answer().code()).isEqualTo(CallFailed.NO_ANSWER);
        } finally {
            end.countDown();
        }
    }

    @Test
    void anAnswerThatComesByteByByteIsRead() throws Exception {
        try (var _ = new ScriptedServer(socket, (_, connection) -> {
            for (byte one : Wire.ok(PONG)) {
                ScriptedServer.write(connection, new byte[] {one});
            }
        })) {
            assertThat(new ControlClient(socket).ping(LIMIT)).isEqualTo(PONG);
        }
    }

    @Test
    void garbageIsToldAsGarbage() throws Exception {
        for (String garbage : new String[] {
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            "{}\n",
            "{\"ok\":[]}\n",
            "{\"ok\":{}}\n",
            "{\"error\":{}}\n",
            "{\"error\":{\"code\":\"x\",\"problems\":[]}}\n",
            "{\"event\":{}}\n",
            "\u0000\n",
            "\n"
        }) {
            Files.deleteIfExists(socket);
            try (var _ = new ScriptedServer(socket, ScriptedServer.sends(garbage))) {
                assertThat(failure().answer().code()).describedAs(garbage).isEqualTo(CallFailed.BAD_ANSWER);
            }
        }
    }

    @Test
    void aConnectionThatEndsEarlyIsToldAsSuch() throws Exception {
        for (String half : new String[] {"", "{\"ok\":{\"ver", "{\"event\":{\"name\":\"x\",\"text\":\"\"}}\n"}) {
            Files.deleteIfExists(socket);
            try (var _ = new ScriptedServer(socket, ScriptedServer.sends(half))) {
                assertThat(failure().answer().code()).describedAs(half).isEqualTo(CallFailed.CLOSED);
            }
        }
    }

    @Test
    void anEndlessLineIsGivenUp() throws Exception {
        byte[] portion = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        try (var _ = new ScriptedServer(socket, (_, connection) -> {
            while (true) {
                ScriptedServer.write(connection, portion);
            }
        })) {
            assertThat(failure().answer().code()).isEqualTo(CallFailed.BAD_ANSWER);
        }
    }

    @Test
    void anEnvironmentTooLargeForARequestIsToldBeforeItIsSent() throws Exception {
        try (var server = new ScriptedServer(socket, ScriptedServer.sends(Wire.ok(PONG)))) {
            var request = new StartRequest(
                    null,
                    "/a",
                    null,
                    null,
                    null,
                    null,
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    false,
                    Map.of(),
                    Map.of("BIG", "x".repeat(Wire.MAX_REQUEST_BYTES)));
            CallFailed failed =
                    catchThrowableOfType(CallFailed.class, () -> new ControlClient(socket).start(request, _ -> {}));
            assertThat(failed.answer().problems().getFirst().mend()).contains("environment");
            assertThat(server.requests()).isEmpty();
        }
    }

    private CallFailed failure() {
        return catchThrowableOfType(CallFailed.class, () -> new ControlClient(socket).ping(LIMIT));
    }
}
