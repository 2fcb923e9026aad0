package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.proxy.flow.AppMistake;
import footplate.testkit.ScriptedUpstream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that an app's answer names: X-Sendfile and X-Accel-Redirect. */
class NamedFilesTest {
    @TempDir
    Path folder;

    private Path root;

    @BeforeEach
    void files() throws Exception {
        root = Files.createDirectory(folder.resolve("private")).toRealPath();
        Files.writeString(root.resolve("a.pdf"), "0123456789");
        Files.createDirectories(root.resolve("sub"));
        Files.writeString(root.resolve("sub/b \u00e4.txt"), "below");
        Files.writeString(folder.resolve("outside.txt"), "SECRET");
        Files.createSymbolicLink(root.resolve("link.txt"), folder.resolve("outside.txt"));
        Files.writeString(root.resolve("big.bin"), "x".repeat(300_000));
    }

    /** An app that answers every request with these fields and a body that nobody should see. */
    private ScriptedUpstream app(String... fields) throws Exception {
        return ScriptedUpstream.tcp(ScriptedUpstream.always(
                "HTTP/1.1 200 OK\r\n" + String.join("\r\n", fields) + "\r\nContent-Length: 6\r\n\r\nUNSEEN"));
    }

    private Bench bench(ScriptedUpstream app) throws Exception {
        var bench = new Bench();
        bench.http = bench.http.with(Setting.SENDFILE_ROOT, root.toString());
        bench.concurrency = 1;
        bench.add(app.address());
        return bench;
    }

    private static String get(String... fields) {
        return "GET /download HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields)
                + (fields.length == 0 ? "" : "\r\n") + "\r\n";
    }

    @Test
    void theFileIsSentWithWhatTheAppSaysOfIt() throws Exception {
        try (var app = app(
                        "X-Sendfile: " + root + "/a.pdf",
                        "Content-Type: application/x-invoice",
                        "Content-Disposition: attachment; filename=i.pdf",
                        "Set-Cookie: a=b",
                        "ETag: \"app\"");
                var bench = bench(app);
                var client = bench.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(get()).readAnswer())
                        .startsWith("HTTP/1.1 200 OK\r\n")
                        .contains(
                                "\r\nContent-Type: application/x-invoice\r\n",
                                "\r\nContent-Disposition: attachment; filename=i.pdf\r\n",
                                "\r\nSet-Cookie: a=b\r\n",
                                "\r\nContent-Length: 10\r\n",
                                "\r\nAccept-Ranges: bytes\r\n")
                        .doesNotContain("X-Sendfile", "UNSEEN", "\"app\"", "Content-Length: 6")
                        .endsWith("\r\n\r\n0123456789");
            }
            assertThat(client.send("HEAD /download HTTP/1.1\r\nHost: a\r\n\r\n").readHead())
                    .contains("Content-Length: 10\r\n");
        }
    }

    @Test
    void rangesAndConditionsAreOfTheFile() throws Exception {
        try (var app = app("X-Sendfile: " + root + "/a.pdf", "Cache-Control: private");
                var bench = bench(app);
                var client = bench.client()) {
            var whole = client.send(get()).readAnswer();
            int at = whole.indexOf("ETag: ") + 6;
            var etag = whole.substring(at, whole.indexOf('\r', at));
            assertThat(whole).contains("\r\nContent-Type: application/pdf\r\n");
            assertThat(client.send(get("If-None-Match: " + etag)).readAnswer())
                    .startsWith("HTTP/1.1 304 ")
                    .contains("Cache-Control: private\r\n");
            assertThat(client.send(get("Range: bytes=-4")).readAnswer())
                    .startsWith("HTTP/1.1 206 ")
                    .contains("Content-Range: bytes 6-9/10\r\n", "Cache-Control: private\r\n")
                    .endsWith("\r\n\r\n6789");
            assertThat(client.send(get("Range: bytes=0-1,8-9")).readAnswer())
                    .contains("multipart/byteranges", "Content-Range: bytes 8-9/10\r\n\r\n89\r\n--");
            assertThat(client.send(get("Range: bytes=10-")).readAnswer()).startsWith("HTTP/1.1 416 ");
        }
    }

    /** A body there would be the beginning of the next answer. */
    @Test
    void anAnswerThatHasNoContentGetsNoneByNamingAFile() throws Exception {
        for (var status : new String[] {"304 Not Modified", "204 No Content", "205 Reset Content"}) {
            for (var field : new String[] {"X-Accel-Redirect: /a.pdf", "X-Sendfile: " + root + "/a.pdf"}) {
                var length = status.startsWith("205") ? "Content-Length: 0\r\n" : "";
                try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                            while (!wire.readRequest().isEmpty()) {
                                wire.send("HTTP/1.1 " + status + "\r\n" + field + "\r\n" + length + "\r\n");
                                wire.readRequest();
                                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
                            }
                        });
                        var bench = bench(app);
                        var client = bench.client()) {
                    client.send(get() + get());
                    assertThat(client.readHead())
                            .startsWith("HTTP/1.1 " + status)
                            .doesNotContain("X-Accel-Redirect", "X-Sendfile", "Content-Length: 10");
                    assertThat(client.readAnswer())
                            .startsWith("HTTP/1.1 200 OK\r\n")
                            .endsWith("\r\n\r\nnext");
                }
            }
        }
    }

    @Test
    void aRedirectIsBelowTheRoot() throws Exception {
        try (var app = app("X-Accel-Redirect: /sub/b%20%C3%A4.txt?token=1");
                var bench = bench(app);
                var client = bench.client()) {
            assertThat(client.send(get()).readAnswer())
                    .contains("\r\nContent-Type: text/plain; charset=utf-8\r\n")
                    .doesNotContain("X-Accel-Redirect")
                    .endsWith("\r\n\r\nbelow");
        }
    }

    @Test
    void nothingOutsideTheRootIsSent() throws Exception {
        for (var field : new String[] {
            "X-Sendfile: " + folder.toRealPath() + "/outside.txt",
            "X-Sendfile: " + root + "/../outside.txt",
            "X-Sendfile: " + root + "/link.txt",
            "X-Sendfile: /etc/passwd",
            "X-Sendfile: outside.txt",
            "X-Sendfile: " + root + "/nothing.txt",
            "X-Sendfile: " + root,
            "X-Accel-Redirect: /../outside.txt",
            "X-Accel-Redirect: /%2e%2e/outside.txt",
            "X-Accel-Redirect: /sub/..%2f..%2foutside.txt",
            "X-Accel-Redirect: /link.txt",
            "X-Accel-Redirect: " + folder.toRealPath() + "/outside.txt",
            "X-Accel-Redirect: /a.pdf%00",
            "X-Accel-Redirect: //a.pdf",
            "X-Accel-Redirect: @named"
        }) {
            try (var app = app(field);
                    var bench = bench(app);
                    var client = bench.client()) {
                for (int i = 0; i < 2; i++) {
                    assertThat(client.send(get()).readAnswer())
                            .as(field)
                            .matches("(?s)HTTP/1.1 (404|502) .*")
                            .doesNotContain("SECRET", "root:", "UNSEEN", "0123456789", field);
                }
                assertThat(bench.underWay()).isZero();
                await().until(() -> !bench.bugs.isEmpty());
                assertThat(bench.bugs)
                        .allMatch(told -> told instanceof AppMistake
                                && String.valueOf(told.getMessage()).contains("app 'shop' answers with '" + field));
                assertThat(bench.proxy.stats().bugs()).isZero();
                bench.bugs.clear();
            }
        }
    }

    @Test
    void unsetTheFieldsPassAsTheyCame() throws Exception {
        try (var app = app("X-Sendfile: " + root + "/a.pdf", "X-Accel-Redirect: /a.pdf");
                var bench = bench(app);
                var client = bench.client()) {
            bench.http = footplate.core.config.Settings.standard();
            bench.publish();
            assertThat(client.send(get()).readAnswer())
                    .contains("\r\nX-Sendfile: " + root + "/a.pdf\r\n", "\r\nX-Accel-Redirect: /a.pdf\r\n")
                    .endsWith("UNSEEN");
        }
    }

    @Test
    void theConnectionServesTheNextRequestWhenTheBodyWasFramed() throws Exception {
        try (var app = app("X-Sendfile: " + root + "/a.pdf");
                var bench = bench(app);
                var client = bench.client()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.send(get()).readAnswer()).endsWith("0123456789");
                await().until(() -> bench.proxy.stats().idleUpstream() == 1);
            }
            assertThat(app.accepted()).isEqualTo(1);
        }
    }

    @Test
    void theProcessIsFreeWhileASlowClientTakesTheFile() throws Exception {
        Files.writeString(root.resolve("big.bin"), "x".repeat(20_000_000), StandardCharsets.US_ASCII);
        try (var app = app("X-Sendfile: " + root + "/big.bin");
                var bench = bench(app);
                var slow = footplate.testkit.Wire.connectNarrow(bench.port)) {
            slow.send(get());
            assertThat(slow.readHead()).contains("Content-Length: 20000000\r\n");
            assertThat(bench.underWay()).isZero();
            try (var client = bench.client()) {
                assertThat(client.send(get("Range: bytes=0-3")).readAnswer()).endsWith("\r\n\r\nxxxx");
            }
        }
    }

    @Test
    void aBodyWithoutEndIsNotReadForItsConnection() throws Exception {
        var ended = new CountDownLatch(1);
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    wire.readRequest();
                    wire.send("HTTP/1.1 200 OK\r\nX-Accel-Redirect: /a.pdf\r\nContent-Length: 100000000\r\n\r\n");
                    try {
                        while (true) {
                            wire.send("y".repeat(10_000));
                        }
                    } catch (java.io.IOException closed) {
                        ended.countDown();
                    }
                });
                var bench = bench(app);
                var client = bench.client()) {
            assertThat(client.send(get()).readAnswer()).endsWith("0123456789");
            assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(bench.underWay()).isZero();
        }
    }

    @Test
    void anotherStatusStaysAndConditionsAreNotAsked() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(
                        "HTTP/1.1 404 Gone Fishing\r\nX-Sendfile: " + root + "/a.pdf\r\nContent-Length: 0\r\n\r\n"));
                var bench = bench(app);
                var client = bench.client()) {
            assertThat(client.send(get("Range: bytes=0-1")).readAnswer())
                    .startsWith("HTTP/1.1 404 Gone Fishing\r\n")
                    .endsWith("\r\n\r\n0123456789");
        }
    }
}
