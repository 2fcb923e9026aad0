package footplate.core.match;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ExpressionTest {
    private static final String[] PIECES = {
        "a", "b", "ab", "B", "\\.", ".", "-", "\\-", "[ab]", "[^a]", "(", ")", "(?:", "(?<x>", "(?!", "(?=", "(?i)",
        "(?x)", "(?<=a)", "|", "*", "+", "?", "{2}", "\\d", "\\w", "\\x61", "\\1", "\\\\", "\\$", "\\Qa\\E", "^", "$",
        "/", "1", " ", "#", "\\z", "\\b"
    };
    private static final String LETTERS = "aabbB.-/1 #$\\\n";

    private final CountedText.Allowance allowance = new CountedText.Allowance();

    private boolean finds(Expression expression, String text) {
        allowance.renew(1_000_000);
        var octets = text.getBytes(ISO_8859_1);
        return expression.in(new CountedText(allowance).over(octets, 0, octets.length)) != null;
    }

    private static String ending(String expression) {
        return new String(Ending.of(expression), ISO_8859_1);
    }

    @Test
    void theEndingIsWhatIsPlainToSee() {
        assertThat(ending("^(?<app>[a-z0-9]+)_(?<node>[0-9]+)\\.apps\\.example$"))
                .isEqualTo(".apps.example");
        assertThat(ending("\\.php$")).isEqualTo(".php");
        assertThat(ending("^/a$")).isEqualTo("/a");
        assertThat(ending("[0-9]+x?b$")).isEqualTo("b");
        for (var none : new String[] {
            "", "$", "a", "a|b$", "a\\$", "(?i)a$", "(?<=b)a$", "\\x61$", "a.$", "a+$", "(a)$", "\\d$", "(?!b)a$"
        }) {
            assertThat(ending(none)).as(none).isEmpty();
        }
    }

    @Test
    void itFindsWhatJavaFinds() {
        var seen = new int[3];
        Seeds.each(30_000, random -> {
            var text = words(random, PIECES, 6) + (random.nextInt(4) > 0 ? "$" : "");
            boolean host = random.nextBoolean();
            var expression = read(text, host);
            if (expression == null) {
                return;
            }
            boolean capitals = text.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
            var java = Pattern.compile(text, Pattern.UNIX_LINES | (host && capitals ? Pattern.CASE_INSENSITIVE : 0));
            for (int i = 0; i < 5; i++) {
                var asked = new StringBuilder();
                for (int j = random.nextInt(6); j > 0; j--) {
                    asked.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
                }
                boolean found = java.matcher(asked).find();
                assertThat(finds(expression, asked.toString()))
                        .as("'%s' in '%s'", text, asked)
                        .isEqualTo(found);
                seen[found ? 1 : 0]++;
                seen[2] += ending(text).isEmpty() ? 0 : 1;
            }
        });
        assertThat(Math.min(seen[0], Math.min(seen[1], seen[2])))
                .as("not found, found, with an ending")
                .isGreaterThan(2_000);
    }

    private static @Nullable Expression read(String text, boolean host) {
        try {
            return host ? Expression.ofHost(text) : Expression.of(text);
        } catch (PatternSyntaxException none) {
            return null;
        }
    }

    private static String words(RandomGenerator random, String[] of, int most) {
        var text = new StringBuilder();
        for (int i = random.nextInt(most) + 1; i > 0; i--) {
            text.append(of[random.nextInt(of.length)]);
        }
        return text.toString();
    }
}
