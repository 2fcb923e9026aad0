package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.http.HttpDate;
import footplate.testkit.ScriptedUpstream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class StaticFilesTest {
    @TempDir
    Path folder;

    private Path shown;

    @BeforeEach
    void files() throws Exception {
        shown = Files.createDirectory(folder.resolve("public"));
        Files.writeString(shown.resolve("app.css"), "body{}");
        Files.writeString(shown.resolve("h\u00e4 llo.txt"), "umlaut");
        Files.writeString(shown.resolve(".env"), "SECRET");
        Files.createDirectories(shown.resolve("img/.git"));
        Files.writeString(shown.resolve("img/.git/config"), "SECRET");
        Files.writeString(shown.resolve("img/a.png"), "png");
        Files.writeString(folder.resolve("outside.txt"), "SECRET");
        Files.createSymbolicLink(shown.resolve("link.txt"), folder.resolve("outside.txt"));
        Files.createSymbolicLink(shown.resolve("inner.css"), shown.resolve("app.css"));
        Files.setLastModifiedTime(shown.resolve("app.css"), FileTime.from(Instant.parse("2026-01-02T03:04:05.678Z")));
    }

    private Bench bench(ScriptedUpstream app) throws Exception {
        var bench = new Bench();
        bench.publicDirectory = shown.toString();
        bench.add(app.address());
        return bench;
    }

    private static ScriptedUpstream app() throws Exception {
        return ScriptedUpstream.tcp(ScriptedUpstream.always("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\napp"));
    }

    private static String get(String path, String... fields) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields)
                + (fields.length == 0 ? "" : "\r\n") + "\r\n";
    }

    @Test
    void aFileIsSentWithoutTheApp() throws Exception {
        try (var app = app();
                var bench = bench(app);
                var client = bench.client()) {
            assertThat(client.send(get("/app.css?v=1")).readAnswer())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains(
                            "Content-Type: text/css; charset=utf-8\r\n",
                            "Content-Length: 6\r\n",
                            "Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT\r\n",
                            "Accept-Ranges: bytes\r\n")
                    .endsWith("\r\n\r\nbody{}");
            assertThat(client.send(get("/img/a.png")).readAnswer())
                    .contains("image/png")
                    .endsWith("png");
            assertThat(client.send(get("/h%C3%A4%20llo.txt")).readAnswer()).endsWith("umlaut");
            assertThat(client.send(get("/inner.css")).readAnswer()).endsWith("body{}");
            assertThat(client.send("HEAD /app.css HTTP/1.1\r\nHost: a\r\n\r\n").readHead())
                    .contains("Content-Length: 6\r\n");
            assertThat(client.send(get("/nothing.css")).readAnswer()).endsWith("app");
            assertThat(client.send("POST /app.css HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
                            .readAnswer())
                    .endsWith("app");
            assertThat(app.next()).startsWith("GET /nothing.css");
            assertThat(bench.proxy.stats().files()).isEqualTo(5);
        }
    }

    @Test
    void aFileOfTomorrowIsSaidToBeOfNow() throws Exception {
        var tomorrow = Instant.now().plus(Duration.ofDays(1));
        var large = "x".repeat(3_000_000);
        Files.writeString(shown.resolve("large.txt"), large);
        for (var name : List.of("app.css", "large.txt")) {
            Files.setLastModifiedTime(shown.resolve(name), FileTime.from(tomorrow));
        }
        try (var app = app();
                var bench = bench(app);
                var client = bench.client()) {
            for (var path : List.of("/app.css", "/large.txt")) {
                var answer = client.send(get(path)).readAnswer();
                var said = field(answer, "Last-Modified");
                var modified = Objects.requireNonNull(HttpDate.parse(said));
                assertThat(modified).isBeforeOrEqualTo(Objects.requireNonNull(HttpDate.parse(field(answer, "Date"))));
                assertThat(client.send(get(path, "If-None-Match: " + field(answer, "ETag")))
                                .readHead())
                        .startsWith("HTTP/1.1 304 ");
                assertThat(client.send(get(path, "If-Modified-Since: " + HttpDate.print(modified.minusSeconds(1))))
                                .readAnswer())
                        .startsWith("HTTP/1.1 200 ");
            }
        }
    }

    private static String field(String answer, String name) {
        return answer.lines()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void noPathLeadsOutOfTheFolderOrToWhatIsHidden() throws Exception {
        try (var app = app();
                var bench = bench(app);
                var client = bench.client()) {
            for (var path : new String[] {
                "/../outside.txt",
                "/img/../../outside.txt",
                "/%2e%2e/outside.txt",
                "/img/%2e%2e/%2e%2e/outside.txt",
                "/..%2foutside.txt",
                "/..%5coutside.txt",
                "/%252e%252e/outside.txt",
                "/img/..\\..\\outside.txt",
                "/link.txt",
                "/.env",
                "/%2eenv",
                "/img/.git/config",
                "/app.css%00",
                "/app.css%00.png",
                "/img",
                "/img/",
                "/",
                "//app.css",
                "/img//a.png",
                "/app.css/",
                "/%ff",
                "/%c0%ae%c0%ae/outside.txt",
                "/a%",
                "/a%2",
                "/a%zz",
                "/" + "a".repeat(300),
            }) {
                assertThat(client.send(get(path)).readAnswer()).as(path).endsWith("\r\n\r\napp");
            }
        }
    }

    @Test
    void conditionsAndRangesAreHonoured() throws Exception {
        try (var app = app();
                var bench = bench(app);
                var client = bench.client()) {
            var whole = client.send(get("/app.css")).readAnswer();
            int at = whole.indexOf("ETag: ") + 6;
            var etag = whole.substring(at, whole.indexOf('\r', at));
            assertThat(client.send(get("/app.css", "If-None-Match: \"x\", W/" + etag))
                            .readAnswer())
                    .startsWith("HTTP/1.1 304 Not Modified\r\n")
                    .contains("ETag: " + etag);
            assertThat(client.send(get("/app.css", "If-Modified-Since: Fri, 02 Jan 2026 03:04:05 GMT"))
                            .readAnswer())
                    .startsWith("HTTP/1.1 304 ");
            assertThat(client.send(get("/app.css", "If-Match: \"x\"")).readAnswer())
                    .startsWith("HTTP/1.1 412 ");
            assertThat(client.send(get("/app.css", "Range: bytes=1-3")).readAnswer())
                    .startsWith("HTTP/1.1 206 Partial Content\r\n")
                    .contains("Content-Range: bytes 1-3/6\r\n", "Content-Length: 3\r\n")
                    .endsWith("\r\n\r\nody");
            assertThat(client.send(get("/app.css", "Range: bytes=-2")).readAnswer())
                    .endsWith("\r\n\r\n{}");
            assertThat(client.send(get("/app.css", "Range: bytes=6-")).readAnswer())
                    .startsWith("HTTP/1.1 416 ")
                    .contains("Content-Range: bytes */6\r\n");
            assertThat(client.send(get("/app.css", "Range: bytes=0-1,3-4")).readAnswer())
                    .startsWith("HTTP/1.1 206 ")
                    .contains("\r\nContent-Type: multipart/byteranges; boundary=footplate-")
                    .containsSubsequence(
                            "Content-Type: text/css; charset=utf-8\r\nContent-Range: bytes 0-1/6\r\n\r\nbo\r\n--",
                            "Content-Type: text/css; charset=utf-8\r\nContent-Range: bytes 3-4/6\r\n\r\ny{\r\n--");
            assertThat(client.send(get("/app.css", "Range: bytes=0-4,1-5")).readAnswer())
                    .as("more than there is")
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("body{}");
            assertThat(client.send(get("/app.css", "Range: bytes=0-1", "If-Range: \"x\""))
                            .readAnswer())
                    .startsWith("HTTP/1.1 200 ");
            assertThat(client.send(get("/app.css", "Range: bytes=0-1", "If-Range: " + etag))
                            .readAnswer())
                    .startsWith("HTTP/1.1 206 ");
        }
    }

    @Test
    void aLargeFileIsOpenedOnceForAllWhoAskForIt() throws Exception {
        var content = "0123456789abcdef".repeat(200_000);
        Files.writeString(shown.resolve("big.bin"), content, StandardCharsets.US_ASCII);
        try (var app = app();
                var bench = bench(app);
                var client = bench.client()) {
            for (int i = 0; i < 3; i++) {
                var answer = client.send(get("/big.bin")).readAnswer();
                assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4).equals(content))
                        .isTrue();
            }
            assertThat(client.send(get("/big.bin", "Range: bytes=100000-299999"))
                            .readAnswer())
                    .endsWith(content.substring(100_000, 300_000));
            // One client goes away in the middle.
            var gone = bench.client().send(get("/big.bin"));
            gone.read(1_000);
            gone.reset();
            await().until(() -> bench.proxy.stats().connections() == 1);
            assertThat(openFiles("big.bin")).isEqualTo(1);
        }
        await().untilAsserted(() -> assertThat(openFiles("big.bin")).isZero());
    }

    @Test
    void withoutACacheADescriptorIsClosedWithItsAnswer() throws Exception {
        var content = "0123456789abcdef".repeat(200_000);
        Files.writeString(shown.resolve("big.bin"), content, StandardCharsets.US_ASCII);
        try (var app = app();
                var bench = new Bench(Bench.usual().with(Setting.FILE_CACHE, "0"))) {
            bench.publicDirectory = shown.toString();
            bench.add(app.address());
            try (var client = bench.client()) {
                assertThat(client.send(get("/app.css")).readAnswer()).endsWith("body{}");
                var answer = client.send(get("/big.bin", "Range: bytes=0-99999,200000-299999"))
                        .readAnswer();
                assertThat(answer).contains(content.substring(0, 100_000), content.substring(200_000, 300_000));
                var gone = bench.client().send(get("/big.bin"));
                gone.read(1_000);
                gone.reset();
                await().untilAsserted(() -> assertThat(openFiles("big.bin")).isZero());
            }
        }
    }

    private static long openFiles(String name) throws Exception {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> {
                        try {
                            return Files.readSymbolicLink(descriptor).toString().endsWith(name);
                        } catch (java.io.IOException closedMeanwhile) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    void aFileThatAppearsIsSeenWithinASecondOrSo() throws Exception {
        try (var app = app();
                var bench = bench(app);
                var client = bench.client()) {
            assertThat(client.send(get("/new.txt")).readAnswer()).endsWith("app");
            Files.writeString(shown.resolve("new.txt"), "new");
            await().atMost(java.time.Duration.ofSeconds(3))
                    .until(() -> client.send(get("/new.txt")).readAnswer().endsWith("\r\n\r\nnew"));
            Files.delete(shown.resolve("new.txt"));
            await().atMost(java.time.Duration.ofMillis(1_500))
                    .until(() -> client.send(get("/new.txt")).readAnswer().endsWith("\r\n\r\napp"));
        }
    }
}
