package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.route.Availability;
import footplate.testkit.Wire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that lie compressed beside themselves. */
class CompressedFilesTest {
    private static final Instant WRITTEN = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path folder;

    @BeforeEach
    void files() throws Exception {
        write("app.js", "0123456789", WRITTEN);
        write("app.js.br", "BROTLI", WRITTEN);
        write("app.js.gz", "GZIP", WRITTEN.plusMillis(1));
        write("app.js.zst", "OLD", WRITTEN.minusSeconds(1));
        write("plain.js", "plain", WRITTEN);
        write("alone.js.gz", "alone", WRITTEN);
    }

    private void write(String name, String content, Instant modified) throws Exception {
        Files.writeString(folder.resolve(name), content);
        Files.setLastModifiedTime(folder.resolve(name), FileTime.from(modified));
    }

    private Bench bench() throws Exception {
        var bench = new Bench();
        bench.publicDirectory = folder.toString();
        bench.availability = new Availability.FilesOnly();
        bench.publish();
        return bench;
    }

    private static String ask(Wire client, String path, String... fields) throws Exception {
        var more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        return client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n")
                .readAnswer();
    }

    private static String field(String answer, String name) {
        int at = answer.indexOf("\r\n" + name + ": ");
        return at < 0 ? "" : answer.substring(at + name.length() + 4, answer.indexOf('\r', at + 2));
    }

    @Test
    void theClientGetsWhatItPrefers() throws Exception {
        try (var bench = bench();
                var client = bench.client()) {
            assertThat(ask(client, "/app.js", "Accept-Encoding: gzip, br"))
                    .contains(
                            "\r\nContent-Encoding: br\r\n",
                            "\r\nVary: Accept-Encoding\r\n",
                            "\r\nContent-Type: text/javascript; charset=utf-8\r\n",
                            "\r\nContent-Length: 6\r\n")
                    .endsWith("BROTLI");
            assertThat(ask(client, "/app.js", "Accept-Encoding: gzip, br;q=0.5"))
                    .endsWith("GZIP");
            assertThat(ask(client, "/app.js", "Accept-Encoding: zstd"))
                    .as("older than the file itself")
                    .doesNotContain("Content-Encoding")
                    .endsWith("0123456789");
            assertThat(ask(client, "/app.js"))
                    .contains("\r\nVary: Accept-Encoding\r\n")
                    .doesNotContain("Content-Encoding")
                    .endsWith("0123456789");
            assertThat(ask(client, "/plain.js", "Accept-Encoding: gzip, br"))
                    .doesNotContain("Vary", "Content-Encoding")
                    .endsWith("plain");
            assertThat(ask(client, "/app.js.gz", "Accept-Encoding: gzip"))
                    .contains("\r\nContent-Type: application/gzip\r\n")
                    .doesNotContain("Content-Encoding")
                    .endsWith("GZIP");
            assertThat(ask(client, "/alone.js", "Accept-Encoding: gzip")).startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void eachCodingHasItsOwnTag() throws Exception {
        try (var bench = bench();
                var client = bench.client()) {
            var plain = field(ask(client, "/app.js"), "ETag");
            var br = field(ask(client, "/app.js", "Accept-Encoding: br"), "ETag");
            assertThat(br).isNotEqualTo(plain).endsWith("-br\"");
            assertThat(ask(client, "/app.js", "Accept-Encoding: br", "If-None-Match: " + br))
                    .startsWith("HTTP/1.1 304 ")
                    .contains("\r\nVary: Accept-Encoding\r\n", "\r\nETag: " + br + "\r\n");
            assertThat(ask(client, "/app.js", "Accept-Encoding: br", "If-None-Match: " + plain))
                    .endsWith("BROTLI");
        }
    }

    @Test
    void aRangeIsOfThePlainFileUnlessTheClientHasAnotherOne() throws Exception {
        try (var bench = bench();
                var client = bench.client()) {
            var br = field(ask(client, "/app.js", "Accept-Encoding: br"), "ETag");
            var plain = field(ask(client, "/app.js"), "ETag");
            assertThat(ask(client, "/app.js", "Accept-Encoding: br", "Range: bytes=2-3"))
                    .startsWith("HTTP/1.1 206 ")
                    .contains("\r\nContent-Range: bytes 2-3/10\r\n")
                    .doesNotContain("Content-Encoding")
                    .endsWith("23");
            assertThat(ask(client, "/app.js", "Accept-Encoding: br", "Range: bytes=2-3", "If-Range: " + br))
                    .startsWith("HTTP/1.1 206 ")
                    .contains("\r\nContent-Range: bytes 2-3/6\r\n", "\r\nContent-Encoding: br\r\n")
                    .endsWith("OT");
            assertThat(ask(client, "/app.js", "Accept-Encoding: br", "Range: bytes=2-3", "If-Range: " + plain))
                    .endsWith("23");
            assertThat(ask(client, "/app.js", "Accept-Encoding: br", "Range: bytes=2-3", "If-Range: \"gone\""))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("BROTLI");
        }
    }

    @Test
    void aSiblingThatBecomesOlderThanItsFileIsNotSentAnyMore() throws Exception {
        try (var bench = bench();
                var client = bench.client()) {
            assertThat(ask(client, "/app.js", "Accept-Encoding: br")).endsWith("BROTLI");
            Files.writeString(folder.resolve("app.js"), "new");
            await().atMost(Duration.ofMillis(1_500))
                    .until(() -> ask(client, "/app.js", "Accept-Encoding: br").endsWith("\r\n\r\nnew"));
        }
    }
}
