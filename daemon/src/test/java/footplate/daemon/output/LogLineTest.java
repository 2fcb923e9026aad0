package footplate.daemon.output;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LogLineTest {
    @Test
    void plainTextStaysAsItIs() {
        assertThat(line("listening on :3000\tÄß漢🚂")).isEqualTo("listening on :3000\tÄß漢🚂");
        assertThat(line("")).isEmpty();
    }

    @Test
    void anAppCannotSteerTheTerminal() {
        assertThat(line("a\u001B]0;title\u0007b")).isEqualTo("a␛]0;title␇b");
        assertThat(line("a\u001B[2Jb\u001B[1;1Hc")).isEqualTo("a␛[2Jb␛[1;1Hc");
        assertThat(line("ok\rFORGED")).isEqualTo("ok␍FORGED");
        assertThat(line("8-bit \u009B2J and \u007F")).isEqualTo("8-bit \uFFFD2J and ␡");
        assertThat(line("user\u202Etxt.exe")).isEqualTo("user\uFFFDtxt.exe");
    }

    @Test
    void coloursAreLeftOutAndWindowsLineEndsToo() {
        assertThat(line("\u001B[1;32mready\u001B[0m in 3 ms\r")).isEqualTo("ready in 3 ms");
        assertThat(line("unfinished \u001B[1;3")).isEqualTo("unfinished ␛[1;3");
    }

    @Test
    void invalidUtf8IsReplaced() {
        assertThat(LogLine.of(new byte[] {'a', (byte) 0xFF, 'b'}, 3)).isEqualTo("a\uFFFDb");
    }

    @Test
    void aLongLineIsCutBetweenCharacters() {
        assertThat(line("x".repeat(4096))).isEqualTo("x".repeat(4096));
        assertThat(line("x".repeat(4097))).isEqualTo("x".repeat(4096) + "…");
        assertThat(line("x".repeat(4095) + "漢漢")).isEqualTo("x".repeat(4095) + "…");
    }

    @Test
    void whateverBytesComeNoControlCharacterGetsThrough() {
        Seeds.each(2_000, random -> {
            var bytes = new byte[random.nextInt(5_000)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                if (random.nextInt(4) == 0) {
                    bytes[i] = (byte) "\u001B[m;0\t".charAt(random.nextInt(6));
                }
            }
            var line = LogLine.of(bytes, bytes.length);
            assertThat(line.chars().allMatch(c -> c == '\t' || !Character.isISOControl(c)))
                    .isTrue();
            assertThat(line.length()).isLessThanOrEqualTo(4097);
        });
    }

    private static String line(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return LogLine.of(bytes, bytes.length);
    }
}
