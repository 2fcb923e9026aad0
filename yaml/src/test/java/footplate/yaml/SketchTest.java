package footplate.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.config.file.App;
import footplate.core.config.file.FileCheck;
import footplate.core.config.file.Sketch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SketchTest {
    @Test
    void itStartsWhatTheFolderShows() {
        assertThat(app("shop", Set.of("package.json"), "").start()).isEmpty();
        assertThat(app("shop", Set.of("config.ru", "Gemfile"), "").start())
                .isEqualTo("bundle exec puma -b tcp://127.0.0.1:$PORT");
        assertThat(app("shop", Set.of("wsgi.py"), "").start()).startsWith("gunicorn");
        assertThat(app("shop", Set.of("index.php"), "").start()).startsWith("php");
        assertThat(app("shop", Set.of("it's.jar"), "").start())
                .isEqualTo("java -jar 'it'\\''s.jar' --server.port=$PORT");
        assertThat(app("shop", Set.of("package.json"), "node 'my server.js' --port ${PORT}")
                        .start())
                .isEqualTo("node 'my server.js' --port $PORT");
        assertThat(app("shop", Set.of(), "").start()).isEmpty();
    }

    @Test
    void whateverTheFolderIsCalledTheFileIsRight() {
        for (var name : List.of(
                "shop", "", ".", "my shop!", "123", "all", "null", "é", "-x", "x".repeat(300), "1e3", "#", "a: b")) {
            assertThat(app(name, Set.of(), "").name()).describedAs(name).isNotEmpty();
        }
        Seeds.each(200, random -> {
            var text = new StringBuilder();
            for (int i = random.nextInt(8); i >= 0; i--) {
                text.append((char) (' ' + random.nextInt(95)));
            }
            app(text.toString(), Set.of(text + ".jar"), text.toString().replace("${", "$"));
        });
    }

    @Test
    void whatIsCommentedOutIsRightToo() {
        var text = Sketch.of("shop", Set.of("package.json"), "")
                .replace("listen: 127.0.0.1:3000\n", "")
                .replaceAll("(?m)^( *)#(?! \\S)", "$1");

        assertThat(text).contains("\nlisten: \":80\"").contains("\n    env: {").contains("\nupstreams:\n");
        assertThat(GoldenTest.check(text.getBytes(StandardCharsets.UTF_8))).isInstanceOf(FileCheck.Fine.class);
    }

    private static App app(String folder, Set<String> files, String web) {
        return switch (GoldenTest.check(Sketch.of(folder, files, web).getBytes(StandardCharsets.UTF_8))) {
            case FileCheck.Fine(var configuration) -> configuration.apps().getFirst();
            case FileCheck.Refused(var mistakes) ->
                throw new AssertionError(mistakes + " in\n" + Sketch.of(folder, files, web));
        };
    }
}
