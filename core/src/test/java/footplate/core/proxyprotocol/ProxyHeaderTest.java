package footplate.core.proxyprotocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.proxyprotocol.ProxyHeader.Complete;
import footplate.core.proxyprotocol.ProxyHeader.Incomplete;
import footplate.core.proxyprotocol.ProxyHeader.Malformed;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final Ends FOUR = new Ends(new byte[] {10, 0, 0, 1}, 40_000, new byte[] {10, 0, 0, 2}, 443);

    private static ProxyHeader.Read read(String text) {
        var bytes = text.getBytes(ISO_8859_1);
        return ProxyHeader.read(bytes, bytes.length);
    }

    private static ProxyHeader.Read readHex(String hex) {
        var bytes = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + hex);
        return ProxyHeader.read(bytes, bytes.length);
    }

    @Test
    void aLineOfVersion1() {
        assertThat(read("PROXY TCP4 10.0.0.1 10.0.0.2 40000 443\r\nGET / HTTP/1.1\r\n"))
                .isEqualTo(new Complete(40, FOUR));
        var six = (Complete) read("PROXY TCP6 2001:db8::1 ::1 1 2\r\n");
        assertThat(six.ends()).hasToString("2001:db8:0:0:0:0:0:1 1 > 0:0:0:0:0:0:0:1 2");
        var mapped = (Complete) read("PROXY TCP6 ::ffff:10.0.0.1 ::ffff:10.0.0.2 1 2\r\n");
        assertThat(mapped.ends()).hasToString("0:0:0:0:0:ffff:a00:1 1 > 0:0:0:0:0:ffff:a00:2 2");
        assertThat(read("PROXY UNKNOWN\r\n")).isEqualTo(new Complete(15, null));
        assertThat(read("PROXY UNKNOWN ffff:f...f ffff 65535 65535\r\nx")).isEqualTo(new Complete(43, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "PROXX",
                "PROXY\tTCP4",
                "PROXY TCP4 10.0.0.1 10.0.0.2 40000 443\n",
                "PROXY TCP4 10.0.0.1 10.0.0.2 40000\r\n",
                "PROXY TCP4  10.0.0.1 10.0.0.2 40000 443\r\n",
                "PROXY TCP4 10.0.0.256 10.0.0.2 40000 443\r\n",
                "PROXY TCP4 ::1 ::1 40000 443\r\n",
                "PROXY TCP6 10.0.0.1 10.0.0.2 40000 443\r\n",
                "PROXY TCP4 10.0.0.1 10.0.0.2 65536 443\r\n",
                "PROXY TCP4 10.0.0.1 10.0.0.2 040 443\r\n",
                "PROXY TCP4 10.0.0.1/8 10.0.0.2 40 443\r\n",
                "PROXY UDP4 10.0.0.1 10.0.0.2 40 443\r\n",
                "PROXY \r\n",
                "\r\n\r\nX"
            })
    void whatIsNone(String text) {
        assertThat(read(text)).isInstanceOf(Malformed.class);
    }

    @Test
    void aLineIsWaitedForNoFurtherThanItMayBeLong() {
        assertThat(read("")).isInstanceOf(Incomplete.class);
        assertThat(read("PROXY UNKNOWN " + "x".repeat(92))).isEqualTo(new Incomplete(107));
        assertThat(read("PROXY UNKNOWN " + "x".repeat(93))).isInstanceOf(Malformed.class);
        assertThat(read("PROXY UNKNOWN " + "x".repeat(91) + "\r\n")).isEqualTo(new Complete(107, null));
    }

    @Test
    void aHeaderOfVersion2() {
        assertThat(readHex("2111000c" + "0a000001" + "0a000002" + "9c40" + "01bb" + "ff"))
                .isEqualTo(new Complete(28, FOUR));
        // With something behind the addresses, which is skipped.
        assertThat(readHex("21110010" + "0a000001" + "0a000002" + "9c40" + "01bb" + "04000100"))
                .isEqualTo(new Complete(32, FOUR));
        // LOCAL, whatever family it names; one that names none; a Unix socket; datagrams.
        assertThat(readHex("20110000")).isEqualTo(new Complete(16, null));
        assertThat(readHex("21000003010203")).isEqualTo(new Complete(19, null));
        assertThat(readHex("213100d8" + "00".repeat(216))).isEqualTo(new Complete(232, null));
        assertThat(readHex("2112000c" + "00".repeat(12))).isEqualTo(new Complete(28, null));
    }

    @Test
    void whatHaproxySends() {
        // HAProxy 2.6.12: send-proxy, and send-proxy-v2 with proxy-v2-options crc32c,unique-id.
        var one = (Complete) read("PROXY TCP4 127.0.0.1 127.0.0.1 59858 49801\r\nhello");
        assertThat(one.length()).isEqualTo(44);
        assertThat(one.ends()).hasToString("127.0.0.1 59858 > 127.0.0.1 49801");
        var two = (Complete) readHex("211100167f0000017f00000189baae890300047192dfeb05000068656c6c6f");
        assertThat(two.length()).isEqualTo(38);
        assertThat(two.ends()).hasToString("127.0.0.1 35258 > 127.0.0.1 44681");
    }

    @Test
    void whatIsNoneOfVersion2() {
        assertThat(readHex("1111000c" + "00".repeat(12))).isInstanceOf(Malformed.class);
        assertThat(readHex("2211000c" + "00".repeat(12))).isInstanceOf(Malformed.class);
        assertThat(readHex("2141000c" + "00".repeat(12))).isInstanceOf(Malformed.class);
        assertThat(readHex("2113000c" + "00".repeat(12))).isInstanceOf(Malformed.class);
        assertThat(readHex("2111000b" + "00".repeat(11))).isInstanceOf(Malformed.class);
        assertThat(readHex("21210023" + "00".repeat(35))).isInstanceOf(Malformed.class);
        assertThat(readHex("21113ff1")).isInstanceOf(Malformed.class);
        assertThat(readHex("21113ff0")).isEqualTo(new Incomplete(ProxyHeader.LONGEST));
    }

    @Test
    void whatIsWrittenIsReadInWhateverPartsItComes() {
        Seeds.each(2_000, random -> {
            var ends = random.nextInt(8) == 0 ? null : ends(random);
            var header = ProxyHeader.write(1 + random.nextInt(2), ends);
            var bytes = Arrays.copyOf(header, header.length + random.nextInt(20));
            int wanted = 0;
            for (int length = 0; length <= bytes.length; length++) {
                switch (ProxyHeader.read(bytes, length)) {
                    case Incomplete(var more) -> {
                        assertThat(length).isLessThan(header.length);
                        assertThat(more).isGreaterThan(length).isLessThanOrEqualTo(header.length);
                        wanted = more;
                    }
                    case Complete(var read, var who) -> {
                        assertThat(length).isGreaterThanOrEqualTo(wanted);
                        assertThat(read).isEqualTo(header.length);
                        assertThat(who).isEqualTo(ends);
                    }
                    case Malformed(var why) -> throw new AssertionError(why);
                }
            }
        });
    }

    private static Ends ends(Random random) {
        int size = random.nextBoolean() ? 4 : 16;
        var client = new byte[size];
        var server = new byte[size];
        random.nextBytes(client);
        random.nextBytes(server);
        return new Ends(client, random.nextInt(65_536), server, random.nextInt(65_536));
    }

    @Test
    void hostileBytesAreReadToSomethingWithinThem() {
        Seeds.each(200_000, random -> {
            var bytes = ProxyHeader.write(1 + random.nextInt(2), ends(random));
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(bytes.length + 1);
            switch (ProxyHeader.read(bytes, length)) {
                case Complete(var read, var _) -> assertThat(read).isLessThanOrEqualTo(length);
                case Incomplete(var more) -> assertThat(more).isBetween(length + 1, ProxyHeader.LONGEST);
                case Malformed _ -> {}
            }
        });
    }
}
