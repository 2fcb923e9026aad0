package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders, their indexes and single pages where an app is behind the files: whatever is none of these is the app's. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class FilesBeforeAppTest {
    private static final String APPS = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\napp";

    @TempDir
    Path folder;

    private Path shown;
    private ScriptedUpstream app;
    private Bench bench;
    private Wire client;

    @BeforeEach
    void open() throws Exception {
        shown = Files.createDirectory(folder.resolve("public"));
        Files.createDirectories(shown.resolve("docs"));
        Files.writeString(shown.resolve("docs/index.html"), "docs");
        Files.createDirectories(shown.resolve("images"));
        Files.writeString(shown.resolve("images/a.png"), "png");
        app = ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(APPS));
        bench = new Bench();
        bench.publicDirectory = shown.toString();
        bench.add(app.address());
        client = bench.client();
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        bench.close();
        app.close();
    }

    private String ask(String path) throws IOException {
        return client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").readAnswer();
    }

    private String askForPage(String path) throws IOException {
        return client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nAccept: text/html,*/*;q=0.8\r\n\r\n")
                .readAnswer();
    }

    /** What was not known of a folder when it was first asked for is so the next time. */
    private interface Asked {
        void once() throws Exception;
    }

    private static void again(Asked asked) throws Exception {
        for (int i = 0; i < 3; i++) {
            asked.once();
        }
    }

    @Test
    void theFoldersIndexIsItsPage() throws Exception {
        Files.writeString(shown.resolve("index.html"), "top");
        again(() -> {
            assertThat(ask("/"))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("Content-Type: text/html; charset=utf-8\r\n")
                    .endsWith("\r\n\r\ntop");
            assertThat(ask("/?page=2")).endsWith("\r\n\r\ntop");
            assertThat(ask("/docs/")).endsWith("\r\n\r\ndocs");
        });
        assertThat(app.notedLeft()).isZero();
    }

    @Test
    void aFolderWithAnIndexIsReachedWithASlashOnly() throws Exception {
        again(() -> assertThat(ask("/docs?a=b"))
                .startsWith("HTTP/1.1 301 Moved Permanently\r\n")
                .contains("\r\nLocation: /docs/?a=b\r\n"));
        assertThat(app.notedLeft()).isZero();
    }

    @Test
    void aFolderWithoutAnIndexIsTheApps() throws Exception {
        for (var path : new String[] {"/", "/images", "/images/", "/images/b.png"}) {
            again(() -> {
                assertThat(ask(path)).as(path).endsWith("\r\n\r\napp");
                assertThat(app.next()).startsWith("GET " + path + " ");
            });
        }
        assertThat(ask("/images/a.png")).endsWith("png");
    }

    @Test
    void onlyWhoReadsGetsAnIndex() throws Exception {
        Files.writeString(shown.resolve("index.html"), "top");
        again(() -> {
            assertThat(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                            .readAnswer())
                    .endsWith("\r\n\r\napp");
            assertThat(app.next()).startsWith("POST / ").endsWith("abc");
        });
    }

    @Test
    void inASinglePageAppPagesAreItsIndexAndTheRestIsTheApps() throws Exception {
        Files.writeString(shown.resolve("index.html"), "<app>");
        bench.http = bench.http.with(Setting.SPA, "on");
        bench.publish();
        again(() -> {
            for (var path : new String[] {"/", "/user/7", "/docs/missing", "/images/", "/a/b/?q=x.y"}) {
                assertThat(askForPage(path)).as(path).endsWith("\r\n\r\n<app>");
            }
            assertThat(askForPage("/docs/")).endsWith("\r\n\r\ndocs");
            assertThat(app.notedLeft()).isZero();
            for (var path : new String[] {"/api/users", "/user/missing.png"}) {
                assertThat(ask(path)).as(path).endsWith("\r\n\r\napp");
                assertThat(app.next()).startsWith("GET " + path + " ");
            }
            assertThat(askForPage("/user/missing.png")).endsWith("\r\n\r\napp");
            app.next();
            assertThat(client.send(
                                    "POST /user/7 HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nContent-Length: 1\r\n\r\nx")
                            .readAnswer())
                    .endsWith("\r\n\r\napp");
            assertThat(app.next()).startsWith("POST /user/7 ");
        });
    }

    @Test
    void withoutAnIndexASinglePageAppsPagesAreTheApps() throws Exception {
        bench.http = bench.http.with(Setting.SPA, "on");
        bench.publish();
        again(() -> {
            assertThat(askForPage("/user/7")).endsWith("\r\n\r\napp");
            assertThat(app.next()).startsWith("GET /user/7 ");
        });
    }
}
