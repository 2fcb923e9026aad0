package footplate.daemon.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/** The last lines of a log from a certain place on: what one run printed, and not the runs before it. */
public final class LinesSince {
    private static final int FARTHEST = 64 * 1024;

    private LinesSince() {}

    /**
     * The last lines, oldest first, each made harmless and cut as by {@link LogLine}; at most those of the last 64 KiB.
     *
     * @param log the live log file; one that is missing has no lines
     * @param before its length when the run began; if it is shorter now it was rotated, and all of it counts
     * @param count how many lines at most
     */
    public static List<String> of(Path log, long before, int count) throws IOException {
        var lines = new ArrayDeque<String>();
        Consumer<String> keep = line -> {
            lines.addLast(line);
            if (lines.size() > count) {
                lines.removeFirst();
            }
        };
        var assembler = new LineAssembler();
        try (var channel = FileChannel.open(log, StandardOpenOption.READ)) {
            long size = channel.size();
            long start = size < before ? 0 : before;
            var bytes = ByteBuffer.allocate((int) Math.min(FARTHEST, size - start));
            long from = size - bytes.capacity();
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
                // until full
            }
            assembler.add(bytes.flip(), keep);
            assembler.finish(keep);
        } catch (NoSuchFileException none) {
            // then it has no lines
        }
        return List.copyOf(lines);
    }
}
