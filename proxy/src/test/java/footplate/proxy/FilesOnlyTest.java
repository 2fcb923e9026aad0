package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.route.Availability;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that is served without any app behind it. */
class FilesOnlyTest {
    @TempDir
    Path folder;

    @BeforeEach
    void files() throws Exception {
        Files.writeString(folder.resolve("app.css"), "body{}");
    }

    private Bench bench() throws Exception {
        var bench = new Bench();
        bench.publicDirectory = folder.toString();
        bench.availability = new Availability.FilesOnly();
        bench.publish();
        return bench;
    }

    private static String request(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    @Test
    void whatIsNoFileIsNotFoundAndNothingCanBeWritten() throws Exception {
        try (var bench = bench();
                var client = bench.client()) {
            assertThat(client.send(request("GET", "/app.css")).readAnswer()).endsWith("body{}");
            assertThat(client.send(request("GET", "/nothing.css")).readAnswer())
                    .startsWith("HTTP/1.1 404 Not Found\r\n");
            assertThat(client.send(request("DELETE", "/app.css")).readAnswer())
                    .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
                    .contains("\r\nAllow: GET, HEAD\r\n");
        }
    }
}
