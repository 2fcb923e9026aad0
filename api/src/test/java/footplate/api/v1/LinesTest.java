package footplate.api.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import footplate.api.json.Malformed;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class LinesTest {
    @Test
    void linesComeOneByOneHoweverTheBytesCome() throws Exception {
        String text = "one\n\n" + "long ".repeat(5_000) + "\nlast ü\n";
        for (int portion : new int[] {1, 2, 7, 4096, 100_000}) {
            Lines lines = lines(text.getBytes(StandardCharsets.UTF_8), portion, 30_000);

            assertThat(lines.next()).isEqualTo("one");
            assertThat(lines.next()).isEmpty();
            assertThat(lines.next()).isEqualTo("long ".repeat(5_000));
            assertThat(lines.next()).isEqualTo("last ü");
            assertThat(lines.next()).isNull();
        }
    }

    @Test
    void aLineOfTheBoundIsReadAndOneByteMoreIsNot() throws Exception {
        assertThat(lines("12345678\n".getBytes(StandardCharsets.UTF_8), 3, 8).next())
                .isEqualTo("12345678");
        assertMalformed("123456789\n".getBytes(StandardCharsets.UTF_8), "longer than 8");
        assertMalformed("123456789".getBytes(StandardCharsets.UTF_8), "longer than 8");
    }

    @Test
    void anEndlessLineEndsAtTheBound() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };

        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> new Lines(Channels.newChannel(endless), 1 << 20).next())
                .withMessageContaining("longer");
    }

    @Test
    void anEndInTheMiddleAndBytesThatAreNoTextAreTold() {
        assertMalformed("abc".getBytes(StandardCharsets.UTF_8), "middle");
        assertMalformed(new byte[] {(byte) 0xff, '\n'}, "UTF-8");
        assertMalformed(new byte[] {(byte) 0xc0, (byte) 0x80, '\n'}, "UTF-8");
    }

    private static void assertMalformed(byte[] bytes, String what) {
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> lines(bytes, 4, 8).next())
                .withMessageContaining(what);
    }

    private static Lines lines(byte[] bytes, int portion, int longest) {
        return new Lines(
                Channels.newChannel(new ByteArrayInputStream(bytes) {
                    @Override
                    public synchronized int read(byte[] into, int offset, int length) {
                        return super.read(into, offset, Math.min(length, portion));
                    }
                }),
                longest);
    }
}
