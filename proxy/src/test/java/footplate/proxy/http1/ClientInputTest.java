package footplate.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class ClientInputTest {
    private static final int KILOBYTE = 1024;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ClientInput input = new ClientInput(UnpooledByteBufAllocator.DEFAULT, _ -> false, channel);

    private static ByteBuf bytes(int length) {
        return UnpooledByteBufAllocator.DEFAULT.heapBuffer().writeZero(length);
    }

    private void fill(int kilobytes) {
        for (int i = 0; i < kilobytes; i++) {
            assertThat(input.add(bytes(KILOBYTE))).isTrue();
        }
    }

    @Test
    void whatComesUnaskedIsKeptUpToAMegabyteAndNothingAfterAGapEverIs() {
        input.read(false);
        fill(1024);
        var tooMuch = bytes(KILOBYTE);
        assertThat(input.add(tooMuch)).isFalse();
        assertThat(tooMuch.refCnt()).isZero();
        assertThat(input.length()).isEqualTo(1024 * KILOBYTE);
        input.drop();
        input.read(true);
        var behindTheGap = bytes(1);
        assertThat(input.add(behindTheGap)).isFalse();
        assertThat(behindTheGap.refCnt()).isZero();
        assertThat(input.isEmpty()).isTrue();
    }

    @Test
    void whatIsAskedForHasNoSuchLimit() {
        fill(1100);
        assertThat(input.length()).isEqualTo(1100 * KILOBYTE);
        input.drop();
    }
}
