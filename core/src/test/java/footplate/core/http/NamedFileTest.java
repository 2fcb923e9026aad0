package footplate.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NamedFileTest {
    private static NamedFile of(String... lines) {
        var bytes = ("HTTP/1.1 200 OK\r\n" + String.join("\r\n", lines) + "\r\n\r\n").getBytes(ISO_8859_1);
        var head = new ResponseHead();
        assertThat(head.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        assertThat(head.namesFile()).isTrue();
        return NamedFile.of(head);
    }

    private static @Nullable String accel(String value) {
        return of("X-Accel-Redirect: " + value).path();
    }

    @Test
    void whatTheAppSaysOfTheFileStaysAndWhatItSaysOfItsBodyGoes() {
        var named = of(
                "X-Sendfile: /srv/files/a.pdf",
                "Content-Type: application/x-thing",
                "Content-Disposition: attachment",
                "Set-Cookie: a=b",
                "Cache-Control: private",
                "Access-Control-Allow-Origin: *",
                "Content-Length: 0",
                "Content-Encoding: gzip",
                "ETag: \"x\"",
                "Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT",
                "Date: Fri, 02 Jan 2026 03:04:05 GMT",
                "Connection: keep-alive, X-Private",
                "X-Private: secret",
                "X-Accel-Buffering: no");
        assertThat(named.path()).isEqualTo("/srv/files/a.pdf");
        assertThat(named.type()).isEqualTo("application/x-thing");
        assertThat(named.statusLine()).isEqualTo("HTTP/1.1 200 OK\r\n");
        assertThat(named.fields())
                .isEqualTo("Content-Disposition: attachment\r\nSet-Cookie: a=b\r\nCache-Control: private\r\n"
                        + "Access-Control-Allow-Origin: *\r\n");
    }

    @Test
    void aRedirectIsAUrlPath() {
        assertThat(accel("/a/b%20c%C3%A4.pdf?x=/../y")).isEqualTo("a/b c\u00e4.pdf");
        assertThat(accel("/.hidden/x")).isEqualTo(".hidden/x");
        for (var value : new String[] {
            "",
            "/",
            "a",
            "//a",
            "/a/../b",
            "/..",
            "/%2e%2e/a",
            "/a/%2E%2e",
            "/a%2fb",
            "/a%00",
            "/a%5cb",
            "/%zz",
            "/%ff",
            "@named",
            "http://a/b"
        }) {
            assertThat(accel(value)).as(value).isNull();
        }
    }

    @Test
    void aPathIsAbsoluteAndThereIsOneOnly() {
        assertThat(of("X-Sendfile: a.pdf").path()).isNull();
        assertThat(of("X-Sendfile: ").path()).isNull();
        assertThat(of("X-Sendfile: /a", "X-Sendfile: /b").path()).isNull();
        assertThat(of("X-Sendfile: /a", "X-Accel-Redirect: /b").path()).isNull();
    }

    @Test
    void noRedirectLeadsUpwards() {
        var root = Path.of("/srv/private");
        var pieces = new String[] {"/", "..", ".", "%2e", "%2f", "%5c", "\\", "a", "%00", "?", "%c0%ae"};
        Seeds.each(10_000, random -> {
            var text = new StringBuilder("/");
            for (int i = random.nextInt(8); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            var path = accel(text.toString());
            if (path != null) {
                assertThat(root.resolve(path).normalize().startsWith(root)).isTrue();
            }
        });
    }
}
