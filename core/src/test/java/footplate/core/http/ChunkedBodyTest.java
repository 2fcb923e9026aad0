package footplate.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChunkedBodyTest {
    /** Feeds a body; gives its data, {@code BAD} or {@code MORE}, and what follows it after a {@code |}. */
    private static String read(String text) {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        var chunks = new ChunkedBody();
        chunks.reset();
        var data = new StringBuilder();
        int i = 0;
        while (i < bytes.length && !chunks.ended()) {
            int left = (int) Math.min(chunks.dataLeft(), bytes.length - i);
            if (left > 0) {
                data.append(text, i, i + left);
                chunks.skip(left);
                i += left;
            } else {
                chunks.next(bytes[i++]);
                if (chunks.bad()) {
                    return "BAD";
                }
            }
        }
        return chunks.ended() ? data + "|" + text.substring(i) : "MORE";
    }

    @Test
    void isReadToTheEndOfItsTrailersAndNotFurther() {
        assertThat(read("0\r\n\r\nX")).isEqualTo("|X");
        assertThat(read("3\r\nabc\r\n00A;x;y=z ; q=\"a;\\\"\r\"\r\n")).isEqualTo("BAD");
        assertThat(read("3\r\nabc\r\n00A ;x;y=z ; q=\"a;\\\"\"\r\n0123456789\r\n0;l\r\nA: b\r\nC:\r\n\r\nGET"))
                .isEqualTo("abc0123456789|GET");
        assertThat(read("3\r\nab")).isEqualTo("MORE");
    }

    @Test
    void whatIsNotExactlyRightIsBad() {
        for (var bad : new String[] {
            "\r\n",
            "x\r\n",
            "-1\r\n",
            "+1\r\n",
            " 1\r\n",
            "0x1\r\n",
            "1 \r\n",
            "1\n",
            "1\rX",
            "1\r\naX",
            "1\r\na\n",
            "1\r\na\rX",
            "1111111111111111\r\n",
            "1;\u0000\r\n",
            "1;a\nb",
            "1;\"a\n",
            "0\r\nA\r\n",
            "0\r\nA b: c\r\n",
            "0\r\n a: b\r\n",
            "0\r\nA: b\n",
            "0\r\n: b\r\n",
            "0\r\n\n",
            "0\r\n\rX",
            "0\r\nA: b\r\n c\r\n",
        }) {
            assertThat(read(bad)).as(bad).isEqualTo("BAD");
        }
    }

    @Test
    void extensionsAndTrailersAreBounded() {
        assertThat(read("1;" + "a".repeat(5_000))).isEqualTo("BAD");
        assertThat(read("1;a\r\nx\r\n".repeat(5_000))).isEqualTo("BAD");
        assertThat(read("0\r\n" + "A: b\r\n".repeat(5_000))).isEqualTo("BAD");
    }

    @Test
    void whatOneWritesAnotherReads() {
        Seeds.each(500, random -> {
            var body = new StringBuilder();
            var data = new StringBuilder();
            for (int i = random.nextInt(10); i > 0; i--) {
                var part = "x\r\n0;".repeat(1 + random.nextInt(20));
                body.append(Integer.toHexString(part.length()))
                        .append(random.nextBoolean() ? ";e=1" : "")
                        .append("\r\n");
                body.append(part).append("\r\n");
                data.append(part);
            }
            body.append("0\r\n").append(random.nextBoolean() ? "T: v\r\n" : "").append("\r\nrest");
            assertThat(read(body.toString())).isEqualTo(data + "|rest");
        });
    }
}
