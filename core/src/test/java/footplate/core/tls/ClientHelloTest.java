package footplate.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
    /** What {@code openssl s_client -servername shop.example -tls1_2 -cipher AES128-SHA} of 3.0.19 sent. */
    private static final String OPENSSL = "16030100800100007c030306eeccaeff84ef129551080c49f314a5872b2580b39aa085ecc399"
            + "800eae1e22000004002f00ff0100004f00000011000f00000c73686f702e6578616d706c65002300000016000000170000000d002a"
            + "0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602";

    /** The JDK's own first message. */
    private static byte[] hello(@Nullable String name, String... protocols) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        var engine = context.createSSLEngine("shop.example", 443);
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setProtocols(protocols);
        parameters.setServerNames(name == null ? List.of() : List.of(new SNIHostName(name)));
        engine.setSSLParameters(parameters);
        engine.beginHandshake();
        var out = ByteBuffer.allocate(64 * 1024);
        while (engine.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private static ClientHello.Read read(byte[] bytes) {
        return ClientHello.read(bytes, bytes.length);
    }

    @Test
    void theNameOfARealClientsHello() throws Exception {
        for (var protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
            var hello = hello("Shop.Example", protocol);
            assertThat(read(hello)).isEqualTo(new ClientHello.Complete("shop.example"));
            for (int length = 0; length < hello.length; length++) {
                assertThat(ClientHello.read(hello, length)).isInstanceOf(ClientHello.Incomplete.class);
            }
            assertThat(read(hello(null, protocol))).isEqualTo(new ClientHello.Complete(null));
        }
    }

    @Test
    void theNameOfOpenssls() {
        assertThat(read(HexFormat.of().parseHex(OPENSSL))).isEqualTo(new ClientHello.Complete("shop.example"));
    }

    @Test
    void aHelloInManyRecords() throws Exception {
        var hello = hello("shop.example", "TLSv1.3");
        for (int size : new int[] {1, 3, 100}) {
            var split = new ByteArrayOutputStream();
            for (int at = 5; at < hello.length; at += size) {
                int part = Math.min(size, hello.length - at);
                split.writeBytes(new byte[] {22, 3, 1, 0, (byte) part});
                split.write(hello, at, part);
            }
            assertThat(read(split.toByteArray())).isEqualTo(new ClientHello.Complete("shop.example"));
        }
    }

    @Test
    void whatIsNoHello() {
        for (var text : new String[] {"GET / HTTP/1.1\r\n", "SSH-2.0-x\r\n", "\u0016\u0002"}) {
            assertThat(read(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)))
                    .isInstanceOf(ClientHello.Other.class);
        }
        // A record of another message; one without a byte; one too long; a message too long.
        for (var hex : new String[] {"160301000402000000", "1603010000", "1603014001", "160301000401004001"}) {
            assertThat(read(HexFormat.of().parseHex(hex))).isInstanceOf(ClientHello.Other.class);
        }
        var endless = new byte[ClientHello.LONGEST];
        for (int at = 0; at + 6 <= endless.length; at += 6) {
            System.arraycopy(new byte[] {22, 3, 1, 0, 1, (byte) (at == 0 ? 1 : 0)}, 0, endless, at, 6);
        }
        endless[3 * 6 + 5] = 0x3F;
        endless[2 * 6 + 5] = 0x3F;
        assertThat(read(endless)).isInstanceOf(ClientHello.Other.class);
    }

    @Test
    void aNameThatIsNoneIsNoName() throws Exception {
        var hello = hello("shop.example", "TLSv1.3");
        int at = new String(hello, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("shop.example");
        hello[at + 1] = '/';
        assertThat(read(hello)).isEqualTo(new ClientHello.Complete(null));
    }

    @Test
    void hostileHellosAreReadToSomething() throws Exception {
        var hello = hello("shop.example", "TLSv1.3");
        Seeds.each(100_000, random -> {
            var bytes = mangled(hello, random);
            ClientHello.read(bytes, random.nextInt(bytes.length + 1));
        });
    }

    private static byte[] mangled(byte[] hello, Random random) {
        var bytes = Arrays.copyOf(hello, hello.length + random.nextInt(8));
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
