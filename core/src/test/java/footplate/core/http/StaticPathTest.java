package footplate.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StaticPathTest {
    private static @Nullable String path(String text) {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return StaticPath.of(bytes, 0, bytes.length);
    }

    @Test
    void isDecodedOnce() {
        assertThat(path("/a/b.css")).isEqualTo("a/b.css");
        assertThat(path("/a%20b%C3%A4")).isEqualTo("a b\u00e4");
        assertThat(path("/a%2541")).isEqualTo("a%41");
        assertThat(path("/a..b/c.")).isEqualTo("a..b/c.");
    }

    @Test
    void aSlashAtTheEndNamesAFolder() {
        assertThat(path("")).isEmpty();
        assertThat(path("/")).isEmpty();
        assertThat(path("/a/b/")).isEqualTo("a/b/");
    }

    @Test
    void wellKnownIsTheOneNameWithADotAtItsStart() {
        assertThat(path("/.well-known/acme-challenge/x")).isEqualTo(".well-known/acme-challenge/x");
        assertThat(path("/.well-known/.x")).isNull();
        assertThat(path("/a/.well-known/x")).isNull();
        assertThat(path("/.well-known.bak")).isNull();
    }

    @Test
    void namesNothingHidden() {
        for (var text : new String[] {
            "//a", "//", "/a//", "/.a", "/a/.b", "/..", "/%2e%2e/a", "/a%2fb", "/a%5cb", "/%00", "/a%", "*"
        }) {
            assertThat(path(text)).as(text).isNull();
        }
    }

    @Test
    void whateverIsAskedNothingLeadsOutOfTheFolder() {
        var root = Path.of("/srv/public");
        var pieces =
                new String[] {"/", "..", ".", "%2e", "%2E", "%2f", "%5c", "\\", "a", "%00", "%252e", "?", "%c0%ae", "b"
                };
        Seeds.each(20_000, random -> {
            var text = new StringBuilder("/");
            for (int i = random.nextInt(8); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            var found = path(text.toString());
            if (found != null) {
                var resolved = root.resolve(found).normalize();
                assertThat(resolved.startsWith(root)).isTrue();
                assertThat(resolved).isEqualTo(root.resolve(found));
                assertThat(found).doesNotStartWith("/");
                for (var name : found.split("/", -1)) {
                    assertThat(name).doesNotStartWith(".");
                }
            }
        });
    }

    @Test
    void theFingerprintOfAPlainFirstNameIsThatOfTheFile() {
        var head = new RequestHead(1_000);
        var bytes = "GET /assets/x?y HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(head.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        var key = new PathKey();
        assertThat(key.ask(head)).isTrue();
        assertThat(key.firstName()).isEqualTo(StaticPath.fingerprint("assets"));
    }
}
