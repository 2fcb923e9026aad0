package footplate.api.v1;

import footplate.api.json.Malformed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8 from a channel, each up to a bound; for one thread.
 *
 * <p>What a hostile peer can make it hold is the bound plus one buffer.
 */
public final class Lines {
    private final ReadableByteChannel channel;
    private final int longest;
    private byte[] bytes = new byte[4096];
    private int start;
    private int end;

    /**
     * @param channel blocking; not closed here
     * @param longest bytes of a line at most, its line end not counted
     */
    public Lines(ReadableByteChannel channel, int longest) {
        this.channel = channel;
        this.longest = longest;
    }

    /**
     * Waits for the next line.
     *
     * @return the line without its line end; null at the end of the channel
     * @throws Malformed if the line is too long, is not UTF-8, or the channel ends in the middle of it; reading on makes no sense then
     */
    public @Nullable String next() throws IOException, Malformed {
        int looked = start;
        while (true) {
            for (; looked < end; looked++) {
                if (bytes[looked] == '\n') {
                    return take(looked);
                }
            }
            if (end - start > longest) {
                throw new Malformed("line", "is longer than " + longest + " bytes");
            }
            looked -= makeRoom();
            int read = channel.read(ByteBuffer.wrap(bytes, end, bytes.length - end));
            if (read < 0) {
                if (start == end) {
                    return null;
                }
                throw new Malformed("line", "ended in the middle: the other side closed the connection");
            }
            end += read;
        }
    }

    private String take(int lineEnd) throws Malformed {
        int from = start;
        start = lineEnd + 1;
        if (lineEnd - from > longest) {
            throw new Malformed("line", "is longer than " + longest + " bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, lineEnd - from))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new Malformed("line", "is not UTF-8");
        }
    }

    /** Makes room for at least one more byte; tells how far the bytes moved down. */
    private int makeRoom() {
        int moved = 0;
        if (start > 0) {
            System.arraycopy(bytes, start, bytes, 0, end - start);
            moved = start;
            end -= start;
            start = 0;
        }
        if (end == bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        return moved;
    }
}
