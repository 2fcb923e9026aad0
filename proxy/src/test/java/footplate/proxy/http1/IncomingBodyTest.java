package footplate.proxy.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.http.RequestHead;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class IncomingBodyTest {
    private final Settings settings = Settings.standard().with(Setting.CLIENT_BODY_MIN_RATE, "500");
    private final IncomingBody body = new IncomingBody();

    private void begin(String fields) {
        var head = new RequestHead(1_000);
        var bytes = ("POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n").getBytes(US_ASCII);
        assertThat(head.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        body.begin(head);
        assertThat(body.allow(0)).isTrue();
    }

    private int secondsUntilTooSlow() {
        int seconds = 1;
        while (!body.tooSlow(settings) && seconds < 1_000) {
            seconds++;
        }
        return seconds;
    }

    private void comes(int bytes) {
        assertThat(body.follow(Unpooled.wrappedBuffer(new byte[bytes]))).isEqualTo(bytes);
    }

    @Test
    void whatDoesNotComeAtAllHasTwentySeconds() {
        begin("Content-Length: 100000\r\n");
        assertThat(secondsUntilTooSlow()).isEqualTo(21);
    }

    @Test
    void eachFiveHundredBytesGiveASecondMore() {
        begin("Content-Length: 100000\r\n");
        comes(5_000);
        assertThat(secondsUntilTooSlow()).isEqualTo(31);
    }

    @Test
    void aBodyThatKeepsTheRateIsNeverTooSlow() {
        begin("Content-Length: 1000000\r\n");
        for (int second = 0; second < 1_000; second++) {
            comes(500);
            assertThat(body.tooSlow(settings)).isFalse();
        }
    }

    @Test
    void whatCameFastGivesNoMoreThanAMinute() {
        begin("Content-Length: 1000000\r\n");
        comes(900_000);
        assertThat(secondsUntilTooSlow()).isEqualTo(61);
    }

    @Test
    void aTrickleBehindWhatCameFastIsTooSlow() {
        begin("Content-Length: 1000000\r\n");
        comes(900_000);
        int seconds = 1;
        while (!body.tooSlow(settings) && seconds < 1_000) {
            comes(100);
            seconds++;
        }
        assertThat(seconds).isBetween(70, 80);
    }

    @Test
    void whoWaitsForContinueIsNotSlow() {
        begin("Content-Length: 100000\r\nExpect: 100-continue\r\n");
        assertThat(secondsUntilTooSlow()).isEqualTo(1_000);
        body.continued();
        assertThat(secondsUntilTooSlow()).isEqualTo(21);
    }

    @Test
    void withoutARateAnySpeedWillDo() {
        begin("Content-Length: 100000\r\n");
        for (int second = 0; second < 1_000; second++) {
            assertThat(body.tooSlow(settings.with(Setting.CLIENT_BODY_MIN_RATE, "0")))
                    .isFalse();
        }
    }

    @Test
    void aNewRequestBeginsAnew() {
        begin("Content-Length: 100000\r\n");
        secondsUntilTooSlow();
        begin("Content-Length: 100000\r\n");
        assertThat(secondsUntilTooSlow()).isEqualTo(21);
    }
}
