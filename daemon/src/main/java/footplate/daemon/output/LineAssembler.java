package footplate.daemon.output;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Puts bytes together to lines, keeping no more of a line than is shown. */
final class LineAssembler {
    /** One more than is shown, so that a cut is seen, and the rest of a character at the cut. */
    private final byte[] line = new byte[LogLine.LONGEST + 4];

    private int kept;
    private long length;

    /** Hands over each line that {@code bytes} completes. */
    void add(ByteBuffer bytes, Consumer<String> lines) {
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            if (b == '\n') {
                lines.accept(take());
            } else {
                if (kept < line.length) {
                    line[kept++] = b;
                }
                length++;
            }
        }
    }

    /** Hands over a last line that has no newline. */
    void finish(Consumer<String> lines) {
        if (length > 0) {
            lines.accept(take());
        }
    }

    private String take() {
        var text = LogLine.of(line, kept);
        kept = 0;
        length = 0;
        return text;
    }
}
