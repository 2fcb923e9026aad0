package footplate.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NormalPathTest {
    private static final String[] PIECES = {
        "/", "/", "/", ".", "..", "a", "b.c", "%2e", "%2F", "%61", "%00", "%", "%4", "%zz", "%25", "%3f", "?", "?/..",
        "%ff", "..."
    };

    private final NormalPath path = new NormalPath();

    private @Nullable String read(String target) {
        var bytes = ("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(US_ASCII);
        var head = new RequestHead(10_000);
        assertThat(head.read(bytes, 0, bytes.length)).as(target).isEqualTo(bytes.length);
        return path.read(head) ? new String(path.bytes(), path.from(), path.to() - path.from(), ISO_8859_1) : null;
    }

    /** As nginx's ngx_http_parse_complex_uri, with merge_slashes. */
    @Test
    void itIsWhatNginxComparesLocationsWith() {
        assertThat(read("/")).isEqualTo("/");
        assertThat(read("/a/b?c/../d")).isEqualTo("/a/b");
        assertThat(read("/a//b///c/")).isEqualTo("/a/b/c/");
        assertThat(read("//")).isEqualTo("/");
        assertThat(read("/a/./b/.")).isEqualTo("/a/b/");
        assertThat(read("/a/../b/..")).isEqualTo("/");
        assertThat(read("/a/b/../c")).isEqualTo("/a/c");
        assertThat(read("/.well-known/x")).isEqualTo("/.well-known/x");
        assertThat(read("/.../..a/.b./c..")).isEqualTo("/.../..a/.b./c..");
        assertThat(read("/%61%2Fb%3Fc")).isEqualTo("/a/b?c");
        assertThat(read("/a/%2e%2e%2fb")).isEqualTo("/b");
        assertThat(read("/%252e%252e/")).isEqualTo("/%2e%2e/");
        assertThat(read("/%C3%A9")).isEqualTo("/\u00c3\u00a9");
        assertThat(read("http://h")).isEqualTo("/");
        assertThat(read("http://h?x")).isEqualTo("/");
        assertThat(read("http://h/a//b")).isEqualTo("/a/b");
        for (var none :
                new String[] {"/..", "/a/../..", "/%2e%2e", "//..", "/%00", "/a%0", "/a%", "/%g0", "/a/%2f../..%2f.."
                }) {
            assertThat(read(none)).as(none).isNull();
        }
    }

    @Test
    void ofAnyPathItIsWhatTheRulesSay() {
        Seeds.each(20_000, random -> {
            var target = target(random);
            assertThat(read(target)).as(target).isEqualTo(slowly(target));
        });
    }

    @Test
    void whatIsEncodedIsReadAsTheSame() {
        Seeds.each(5_000, random -> {
            var normal = read(target(random));
            if (normal != null) {
                var octets = normal.getBytes(ISO_8859_1);
                var encoded = NormalPath.encoded(octets, 0, octets.length);
                assertThat(read(encoded)).as(encoded).isEqualTo(normal);
                assertThat(NormalPath.of(encoded)).isEqualTo(octets);
            }
        });
    }

    private static String target(RandomGenerator random) {
        var target = new StringBuilder("/");
        for (int i = random.nextInt(10); i > 0; i--) {
            target.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return target.toString();
    }

    private static @Nullable String slowly(String target) {
        var path = target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
        var decoded = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) != '%') {
                decoded.append(path.charAt(i));
                continue;
            }
            var digits = path.substring(i + 1, Math.min(path.length(), i + 3));
            if (!digits.matches("[0-9a-fA-F]{2}") || digits.equals("00")) {
                return null;
            }
            decoded.append((char) Integer.parseInt(digits, 16));
            i += 2;
        }
        var names = new ArrayDeque<String>();
        var all = decoded.toString().split("/", -1);
        for (var name : all) {
            if (name.equals("..")) {
                if (names.pollLast() == null) {
                    return null;
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        var last = all[all.length - 1];
        boolean folder = last.isEmpty() || last.equals(".") || last.equals("..");
        return "/" + String.join("/", new ArrayList<>(names)) + (folder && !names.isEmpty() ? "/" : "");
    }
}
