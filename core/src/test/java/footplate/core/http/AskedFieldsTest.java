package footplate.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AskedFieldsTest {
    private static RequestHead head(String lines) {
        var head = new RequestHead(1_000);
        var bytes = ("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n").getBytes(US_ASCII);
        assertThat(head.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        return head;
    }

    @Test
    void aFieldIsFoundInAnyCase() {
        var head = head("X-Canary:  always \r\nX-Canary: never\r\n");
        assertThat(AskedFields.header(head, "x-canary")).isEqualTo("always");
        assertThat(AskedFields.header(head, "x-canar")).isNull();
    }

    @Test
    void aCookieIsFoundAmongOthersAndByItsWholeName() {
        var head = head("Cookie: a=1; footplate-place=7;b\r\nCookie: late=2\r\n");
        assertThat(AskedFields.cookie(head, "footplate-place")).isEqualTo("7");
        assertThat(AskedFields.cookie(head, "late")).isEqualTo("2");
        assertThat(AskedFields.cookie(head, "place")).isNull();
        assertThat(AskedFields.cookie(head, "b")).isNull();
    }
}
