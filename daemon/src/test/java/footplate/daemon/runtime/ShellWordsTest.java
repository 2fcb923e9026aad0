package footplate.daemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {
    @Test
    void wordsAreSplitAtSpaces() {
        assertThat(ShellWords.split("python3  server.py\t--port 1 "))
                .containsExactly("python3", "server.py", "--port", "1");
    }

    @Test
    void quotesKeepWordsTogether() {
        assertThat(ShellWords.split("a 'b c' \"d  e\" f\\ g h'i'\"j\" '' \"\""))
                .containsExactly("a", "b c", "d  e", "f g", "hij", "", "");
        assertThat(ShellWords.split("a '$X|\"' \"\\$X \\\" \\n\"")).containsExactly("a", "$X|\"", "$X \" \\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a | b",
                "a && b",
                "a; b",
                "a $PORT",
                "a \"$PORT\"",
                "a `b`",
                "a > f",
                "a *.js",
                "a ~/x",
                "X=1 a",
                "cd x",
                "a\nb",
                "a 'b",
                "a \"b",
                "a \\",
                "",
                "   ",
                "a # b",
                "a {b,c}"
            })
    void whatOnlyAShellUnderstandsIsLeftToIt(String line) {
        assertThat(ShellWords.split(line)).isEmpty();
        assertThat(ShellWords.commandOf(line)).startsWith("/bin/sh", "-c");
    }

    @Test
    void theShellGivesItsPlaceToASimpleCommandOnly() {
        assertThat(ShellWords.commandOf("a --port $PORT")).containsExactly("/bin/sh", "-c", "exec a --port $PORT");
        assertThat(ShellWords.commandOf("a && b $X")).containsExactly("/bin/sh", "-c", "a && b $X");
        assertThat(ShellWords.commandOf("X=1 a")).containsExactly("/bin/sh", "-c", "X=1 a");
        assertThat(ShellWords.commandOf("cd x")).containsExactly("/bin/sh", "-c", "cd x");
        assertThat(ShellWords.commandOf("a --x=1")).containsExactly("a", "--x=1");
    }

    /** Whatever we split ourselves, sh splits in the same way. */
    @Test
    void theWordsAreThoseOfTheShell() {
        var compared = new AtomicInteger();
        Seeds.each(500, random -> {
            var line = randomLine(random);
            var ours = ShellWords.split(line);
            if (!ours.isEmpty()) {
                compared.incrementAndGet();
                assertThat(ours).as(line).isEqualTo(wordsOfShell(line));
            }
        });
        assertThat(compared.get()).isGreaterThan(50);
    }

    private static String randomLine(Random random) {
        var pieces = List.of(
                "a", "b-c", " ", "  ", "'", "'", "\"", "\"", "\\", "\\\\", "=", "$", "x y", "%", "@", "\t", "~", "é",
                "/");
        var line = new StringBuilder("w");
        for (int i = random.nextInt(12); i >= 0; i--) {
            line.append(pieces.get(random.nextInt(pieces.size())));
        }
        return line.toString();
    }

    private static List<String> wordsOfShell(String line) {
        try {
            var process = new ProcessBuilder(
                            "/bin/sh", "-c", "for word in " + line + "; do printf '%s\\037' \"$word\"; done")
                    .start();
            process.getOutputStream().close();
            var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            var words = out.split("\u001f", -1);
            return List.of(words).subList(0, words.length - 1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
