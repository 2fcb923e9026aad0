package footplate.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.util.HashMap;
import org.junit.jupiter.api.Test;

class PathKeyTest {
    private static RequestHead head(String target) {
        var bytes = ("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(US_ASCII);
        var head = new RequestHead(1_000);
        assertThat(head.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        return head;
    }

    @Test
    void theQueryIsNoPartOfIt() {
        var key = new PathKey();
        for (var target : new String[] {"/", "/?a/b", "http://a", "http://a/", "http://a?x/y"}) {
            assertThat(key.ask(head(target))).as(target).isTrue();
            assertThat(key).as(target).isEqualTo(PathKey.of("")).hasSameHashCodeAs(PathKey.of(""));
            assertThat(key.firstName()).isEqualTo(StaticPath.fingerprint("index.html"));
        }
        assertThat(key.ask(head("/a%41"))).as("to be decoded first").isFalse();
    }

    @Test
    void whatIsAskedWithBytesIsFoundByText() {
        Seeds.each(5_000, random -> {
            var map = new HashMap<PathKey, String>();
            for (int i = 0; i < 20; i++) {
                var path = path(random);
                map.put(PathKey.of(path), path);
            }
            var key = new PathKey();
            var wanted = path(random);
            assertThat(key.ask(head("/" + wanted + (random.nextBoolean() ? "?q" : ""))))
                    .isTrue();
            assertThat(map.get(key)).isEqualTo(map.containsValue(wanted) ? wanted : null);
            int slash = wanted.indexOf('/');
            var first = slash < 0 ? wanted : wanted.substring(0, slash);
            assertThat(key.firstName()).isEqualTo(StaticPath.fingerprint(wanted.isEmpty() ? "index.html" : first));
        });
    }

    private static String path(java.util.random.RandomGenerator random) {
        var path = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            path.append("ab/".charAt(random.nextInt(3)));
        }
        return path.toString();
    }
}
