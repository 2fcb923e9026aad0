package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.route.Availability;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of the operator's own for errors that are answered here. */
class ErrorPagesTest {
    private static final String BROWSER = "GET /x HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n";

    @TempDir
    Path folder;

    private Bench bench() throws Exception {
        var bench = new Bench();
        bench.http = bench.http.with(Setting.ERROR_PAGES, folder.toString());
        bench.publish();
        return bench;
    }

    private static void becomes(Wire client, String start, String end) {
        await().atMost(Duration.ofMillis(2_500)).until(() -> {
            var answer = client.send(BROWSER).readAnswer();
            return answer.startsWith(start) && answer.endsWith(end);
        });
    }

    @Test
    void theOperatorsPageIsShownAndFollowsItsFile() throws Exception {
        Files.writeString(folder.resolve("503.html"), "<h1>Back soon</h1>");
        try (var bench = bench();
                var client = bench.client()) {
            bench.availability = new Availability.Stopped();
            bench.publish();
            becomes(client, "HTTP/1.1 503 Service Unavailable\r\n", "\r\n\r\n<h1>Back soon</h1>");
            Files.writeString(folder.resolve("503.html"), "<h1>Any minute</h1>");
            becomes(client, "HTTP/1.1 503 ", "\r\n\r\n<h1>Any minute</h1>");
            Files.delete(folder.resolve("503.html"));
            Files.writeString(folder.resolve("5xx.html"), "<h1>Sorry</h1>");
            becomes(client, "HTTP/1.1 503 ", "\r\n\r\n<h1>Sorry</h1>");
            Files.writeString(folder.resolve("50x.html"), "<h1>Narrower</h1>");
            becomes(client, "HTTP/1.1 503 ", "\r\n\r\n<h1>Narrower</h1>");
            assertThat(client.send("GET /x HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n")
                            .readAnswer())
                    .contains("text/plain")
                    .endsWith("This app is stopped.\n");
            Files.delete(folder.resolve("50x.html"));
            Files.delete(folder.resolve("5xx.html"));
            Files.delete(folder);
            await().atMost(Duration.ofMillis(2_500))
                    .until(() -> client.send(BROWSER).readAnswer().contains("This app is stopped."));
        }
    }

    @Test
    void theAppsOwnErrorsAreLeftAlone() throws Exception {
        Files.writeString(folder.resolve("404.html"), "ours");
        Files.writeString(folder.resolve("502.html"), "ours too");
        try (var app = ScriptedUpstream.tcp((wire, number, _) -> {
                    for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                        wire.send(
                                request.startsWith("GET /bad")
                                        ? "nonsense\r\n\r\n"
                                        : "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\napp s");
                    }
                });
                var bench = bench();
                var client = bench.client()) {
            bench.add(app.address());
            await().atMost(Duration.ofMillis(2_500))
                    .until(() -> bench.client()
                            .send("GET /bad HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n")
                            .readAnswer()
                            .endsWith("\r\n\r\nours too"));
            assertThat(client.send(BROWSER).readAnswer())
                    .startsWith("HTTP/1.1 404 ")
                    .doesNotContain("ours");
        }
    }
}
