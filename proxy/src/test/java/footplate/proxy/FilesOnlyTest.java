package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.route.Availability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        Files.createDirectories(folder.resolve("docs/empty"));
        Files.writeString(folder.resolve("docs/index.html"), "docs");
        Files.createDirectories(folder.resolve(".well-known"));
        Files.writeString(folder.resolve(".well-known/security.txt"), "contact");
        Files.writeString(folder.resolve(".env"), "SECRET");
    }

    private Bench bench() throws Exception {
        var bench = new Bench();
        bench.publicDirectory = folder.toString();
        bench.availability = new Availability.FilesOnly();
        bench.publish();
        return bench;
    }

    private Bench spa() throws Exception {
        Files.writeString(folder.resolve("index.html"), "<app>");
        var bench = bench();
        bench.http = bench.http.with(Setting.SPA, "on");
        bench.publish();
        return bench;
    }

    private static String page(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\nAccept: text/html,*/*;q=0.8\r\n\r\n";
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

    @Test
    void aFolderIsItsIndexAndIsReachedWithASlashOnly() throws Exception {
        try (var bench = bench();
                var client = bench.client()) {
            assertThat(client.send(request("GET", "/docs/")).readAnswer())
                    .contains("Content-Type: text/html; charset=utf-8\r\n")
                    .endsWith("\r\n\r\ndocs");
            assertThat(client.send(request("GET", "/docs?a=/b&c")).readAnswer())
                    .startsWith("HTTP/1.1 301 Moved Permanently\r\n")
                    .contains("\r\nLocation: /docs/?a=/b&c\r\n", "Content-Length: 0\r\n");
            assertThat(client.send(request("GET", "/d%6Fcs")).readAnswer()).contains("\r\nLocation: /d%6Fcs/\r\n");
            assertThat(client.send(request("HEAD", "/docs")).readHead()).startsWith("HTTP/1.1 301 ");
            assertThat(client.send(request("GET", "/docs/empty/")).readAnswer()).startsWith("HTTP/1.1 403 ");
            assertThat(client.send(request("GET", "/")).readAnswer()).startsWith("HTTP/1.1 403 ");
            assertThat(client.send(request("GET", "/app.css/")).readAnswer()).startsWith("HTTP/1.1 404 ");
            Files.writeString(folder.resolve("index.html"), "top");
            await().atMost(Duration.ofSeconds(3))
                    .until(() -> client.send(request("GET", "/")).readAnswer().endsWith("\r\n\r\ntop"));
            assertThat(client.send(request("GET", "http://a")).readAnswer()).endsWith("\r\n\r\ntop");
            assertThat(client.send(request("GET", "http://a?x")).readAnswer()).endsWith("\r\n\r\ntop");
        }
    }

    @Test
    void noRedirectLeadsToAnotherHost() throws Exception {
        Files.createDirectories(folder.resolve("evil.com"));
        try (var bench = bench();
                var client = bench.client()) {
            for (var path : new String[] {
                "//evil.com", "/%2Fevil.com", "/\\evil.com", "/%5Cevil.com", "//evil.com/..", "///evil.com"
            }) {
                assertThat(client.send(request("GET", path)).readAnswer())
                        .as(path)
                        .startsWith("HTTP/1.1 404 ")
                        .doesNotContain("Location");
            }
            assertThat(client.send(request("GET", "/evil.com")).readAnswer()).contains("\r\nLocation: /evil.com/\r\n");
        }
    }

    @Test
    void hiddenNamesAreHiddenButForWellKnown() throws Exception {
        try (var bench = spa();
                var client = bench.client()) {
            assertThat(client.send(request("GET", "/.well-known/security.txt")).readAnswer())
                    .endsWith("contact");
            assertThat(client.send(page("/.env")).readAnswer()).startsWith("HTTP/1.1 404 ");
            assertThat(client.send(page("/docs/../.env")).readAnswer()).startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void aPageThatIsNoFileIsTheAppsInASinglePageApp() throws Exception {
        try (var bench = spa();
                var client = bench.client()) {
            for (int i = 0; i < 3; i++) {
                for (var path : new String[] {"/", "/user/7", "/docs/missing", "/docs/empty/", "/a/b/?q=x.y"}) {
                    assertThat(client.send(page(path)).readAnswer())
                            .as(path)
                            .startsWith("HTTP/1.1 200 OK\r\n")
                            .endsWith("\r\n\r\n<app>");
                }
            }
            assertThat(client.send(page("/docs/")).readAnswer()).endsWith("\r\n\r\ndocs");
            assertThat(client.send(page("/app.css")).readAnswer()).endsWith("body{}");
            assertThat(client.send(page("/missing.js")).readAnswer()).startsWith("HTTP/1.1 404 ");
            assertThat(client.send(page("/user/missing.png")).readAnswer()).startsWith("HTTP/1.1 404 ");
            assertThat(client.send(request("GET", "/api/user")).readAnswer())
                    .as("does not ask for HTML")
                    .startsWith("HTTP/1.1 404 ");
            assertThat(client.send(request("POST", "/user/7")).readAnswer()).startsWith("HTTP/1.1 405 ");
            assertThat(client.send("HEAD /user/7 HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n")
                            .readHead())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Content-Length: 5\r\n");
        }
    }
}
