package footplate.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.config.file.FileCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Files that somebody's hand slipped in: whatever it did, there is a configuration or a mistake with a place in the file, and never an exception. */
final class FuzzTest {
    private static final String ODD = " \t\n:-{}[]\"'*&#%@!|>,?~`\\$x0é…";

    @Test
    void aSlipOfTheHandIsToldAndNothingElse() throws IOException {
        List<String> good = new ArrayList<>();
        for (var file : GoldenTest.files("good")) {
            good.add(Files.readString(file));
        }
        for (var file : GoldenTest.files("mistakes")) {
            good.add(Files.readString(file));
        }
        var seen = new int[2];
        Seeds.each(4_000, random -> {
            var text = good.get(random.nextInt(good.size()));
            for (int slips = 1 + random.nextInt(3); slips > 0; slips--) {
                text = random.nextBoolean() ? ofLines(text, random) : ofCharacters(text, random);
            }
            seen[judged(text.getBytes(StandardCharsets.UTF_8))]++;
        });

        // Both happen, or the test shows nothing.
        assertThat(seen[0]).isPositive();
        assertThat(seen[1]).isPositive();
    }

    @Test
    void bytesThatAreNoTextAreToldToo() throws IOException {
        var good = Files.readAllBytes(GoldenTest.files("good").getFirst());
        Seeds.each(500, random -> {
            var bytes = good.clone();
            for (int slips = 1 + random.nextInt(3); slips > 0; slips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            judged(bytes);
        });
    }

    /** {@return 0 if it is fine, 1 if not} */
    private static int judged(byte[] bytes) {
        int lines = (int) new String(bytes, StandardCharsets.UTF_8)
                        .replace("\r\n", "\n")
                        .chars()
                        .filter(c -> c == '\n' || c == '\r')
                        .count()
                + 1;
        switch (GoldenTest.check(bytes)) {
            case FileCheck.Fine _ -> {
                return 0;
            }
            case FileCheck.Refused(var mistakes) -> {
                assertThat(mistakes).isNotEmpty().doesNotHaveDuplicates();
                for (var mistake : mistakes) {
                    assertThat(mistake.place().line()).isLessThanOrEqualTo(lines);
                    assertThat(mistake.what()).endsWith(".").doesNotContain("\n");
                    assertThat(mistake.mend()).endsWith(".").doesNotContain("\n");
                }
                return 1;
            }
        }
    }

    private static String ofLines(String text, Random random) {
        var lines = new ArrayList<>(List.of(text.split("\n", -1)));
        int at = random.nextInt(lines.size());
        int other = random.nextInt(lines.size());
        switch (random.nextInt(6)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(other, lines.get(at));
            case 2 -> lines.set(at, "  " + lines.get(at));
            case 3 -> lines.set(at, lines.get(at).replaceFirst("^ {1,2}", ""));
            case 4 -> lines.set(at, "\t" + lines.get(at).stripLeading());
            default -> Collections.swap(lines, at, other);
        }
        return String.join("\n", lines);
    }

    private static String ofCharacters(String text, Random random) {
        if (text.isEmpty()) {
            return text;
        }
        int at = random.nextInt(text.length());
        var odd = ODD.substring(random.nextInt(ODD.length())).substring(0, 1);
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at) + text.substring(at + 1);
            case 1 -> text.substring(0, at) + odd + text.substring(at);
            case 2 -> text.substring(0, at) + odd + text.substring(at + 1);
            default -> text.substring(0, at);
        };
    }
}
