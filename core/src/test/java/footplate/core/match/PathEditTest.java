package footplate.core.match;

import static footplate.core.match.Written.get;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.http.NormalPath;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PathEditTest {
    private static @Nullable String strip(String prefix, String target) {
        return requireNonNull(PathEdit.of(Written.rules(prefix, null))).target(get("h", target), _ -> null);
    }

    private static @Nullable String rewrite(String template, String target) {
        var head = get("h", target);
        return requireNonNull(PathEdit.of(Written.rules("", template))).target(head, name -> switch (name) {
            case "path" -> head.path().replaceAll("\\?.*", "");
            case "query" -> head.path().replaceAll("^[^?]*\\??", "");
            default -> null;
        });
    }

    @Test
    void thePrefixIsTakenAndTheRestStaysAsItWasWritten() {
        assertThat(strip("/api", "/api/v1/x?y=/api")).isEqualTo("/v1/x?y=/api");
        assertThat(strip("/api", "/api/%61%2Fb//c")).isEqualTo("/%61%2Fb//c");
        assertThat(strip("/api", "/api")).isEqualTo("/");
        assertThat(strip("/api/", "/api/")).isEqualTo("/");
        assertThat(strip("/api", "/api?x")).isEqualTo("/?x");
        assertThat(strip("/a%20b", "/a%20b/c")).isEqualTo("/c");
        assertThat(strip("/api", "http://h/api/x")).isEqualTo("/x");
    }

    @Test
    void whatIsNotBelowThePrefixStaysAsItIs() {
        assertThat(strip("/api", "/apis/x")).isNull();
        assertThat(strip("/api", "/x/api")).isNull();
        assertThat(strip("/api", "/api/../x")).isNull();
        assertThat(strip("/api", "/")).isNull();
        assertThat(PathEdit.of(Written.rules("", null))).isNull();
        assertThat(PathEdit.of(Written.rules("/", null))).isNull();
    }

    @Test
    void aPathThatIsWrittenOtherwiseIsSentInItsNormalForm() {
        assertThat(strip("/api", "//api/x%20y")).isEqualTo("/x%20y");
        assertThat(strip("/api", "/%61pi/x?z")).isEqualTo("/x?z");
        assertThat(strip("/api", "/x/../api/y")).isEqualTo("/y");
        assertThat(strip("/api", "/api/../api/x"))
                .as("'/../api/x' would climb above the root")
                .isEqualTo("/x");
    }

    @Test
    void noTargetBeginsLikeAHost() {
        assertThat(strip("/api", "/api//evil.example/x")).isEqualTo("/evil.example/x");
        assertThat(rewrite("${path}", "//evil.example")).isEqualTo("/evil.example");
    }

    @Test
    void aRewriteIsTheWholeTarget() {
        assertThat(rewrite("/v2${path}?${query}", "/x?y=z")).isEqualTo("/v2/x?y=z");
        assertThat(rewrite("/v2${path}?${query}", "/x"))
                .as("no lone question mark")
                .isEqualTo("/v2/x");
        assertThat(rewrite("/v2${path}?${query}", "/x?y?")).isEqualTo("/v2/x?y?");
        assertThat(rewrite("/index.php", "/x?y"))
                .as("no query unless it is written")
                .isEqualTo("/index.php");
        assertThat(rewrite("x", "/")).isEqualTo("/x");
        assertThat(rewrite("", "/a")).isEqualTo("/");
    }

    @Test
    void aRewriteGetsWhatAStrippedPrefixLeaves() {
        var both = requireNonNull(PathEdit.of(Written.rules("/v1", "/new${uri}&${path}&${request_uri}")));

        Variables variables = name -> "(" + name + ")";
        assertThat(both.target(get("h", "/v1/x?y"), variables)).isEqualTo("/new/x?y&/x&(request_uri)");
        assertThat(both.target(get("h", "/v2/x?y"), variables)).isEqualTo("/new(uri)&(path)&(request_uri)");
    }

    /** What is sent means what was matched: the same below the prefix, and never above it. */
    @Test
    void theRestMeansTheSameAsBefore() {
        var pieces = new String[] {"/", "/", "/api", "api", "..", ".", "%2e", "%2f", "x", "%61pi", "?", "//"};
        Seeds.each(20_000, random -> {
            var target = new StringBuilder("/");
            for (int i = random.nextInt(8); i > 0; i--) {
                target.append(pieces[random.nextInt(pieces.length)]);
            }
            var before = NormalPath.of(target.toString());
            var after = strip("/api", target.toString());
            if (after != null) {
                assertThat(after).startsWith("/").doesNotStartWith("//");
                var rest = text(NormalPath.of(after));
                assertThat(text(before))
                        .as("%s sent as %s", target, after)
                        .isIn("/api" + rest, rest.equals("/") ? "/api" : "");
            }
        });
    }

    private static String text(byte @Nullable [] octets) {
        return new String(requireNonNull(octets), java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
