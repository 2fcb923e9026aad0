package footplate.proxy.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;

    @Test
    void theEndOfEachFrameIsFoundHoweverTheBytesAreCut() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var all = Unpooled.buffer();
            var edges = new ArrayList<Integer>();
            for (int i = 0; i < 5; i++) {
                int size = List.of(0, 1, 125, 126, 300, 65_535, 65_536, 70_000).get(random.nextInt(8));
                frame(all, TEXT, size, random.nextBoolean());
                edges.add(all.writerIndex());
            }
            var frames = new Frames();
            var found = new ArrayList<Integer>();
            for (int at = 0; at < all.writerIndex(); ) {
                int piece = Math.min(1 + random.nextInt(random.nextBoolean() ? 3 : 50_000), all.writerIndex() - at);
                var part = all.slice(at, piece);
                for (int in = 0; in < piece; ) {
                    in = frames.toEdge(part, in);
                    if (frames.between()) {
                        found.add(at + in);
                    }
                }
                at += piece;
            }
            assertThat(found).describedAs("seed " + seed).isEqualTo(edges);
        }
    }

    @Test
    void aCloseFrameIsNoticedWhenItIsWhole() {
        var frames = new Frames();
        var bytes = frame(frame(Unpooled.buffer(), TEXT, 3, false), CLOSE, 2, false);
        frames.follow(bytes.slice(0, bytes.writerIndex() - 1));
        assertThat(frames.closed()).isFalse();
        assertThat(frames.between()).isFalse();

        frames.follow(bytes.slice(bytes.writerIndex() - 1, 1));

        assertThat(frames.closed()).isTrue();
        assertThat(frames.between()).isTrue();
    }

    @Test
    void whatCannotBeAFrameNeverEnds() {
        var frames = new Frames();
        frames.follow(Unpooled.wrappedBuffer(new byte[] {(byte) TEXT, 127, -1, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3}));

        assertThat(frames.between()).isFalse();
    }

    private static ByteBuf frame(ByteBuf to, int first, int size, boolean masked) {
        int mask = masked ? 0x80 : 0;
        to.writeByte(first);
        if (size < 126) {
            to.writeByte(mask | size);
        } else if (size < 65_536) {
            to.writeByte(mask | 126).writeShort(size);
        } else {
            to.writeByte(mask | 127).writeLong(size);
        }
        return to.writeZero(masked ? 4 : 0).writeZero(size);
    }
}
