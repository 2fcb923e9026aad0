package footplate.daemon.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The last lines of a log, read from its end; reaches back into rotated parts where the live file has too few. */
public final class LastLines {
    private static final int BLOCK = 16 * 1024;

    /** At most so much is read back: lines of megabytes must not make a glance at a log read all of it. */
    private static final long FARTHEST = 16L * 1024 * 1024;

    private LastLines() {}

    /**
     * The last lines, oldest first, each made harmless and cut as by {@link LogLine}.
     *
     * @param log the live log file; one that is missing has no lines
     * @param count how many at most; 0 or more
     */
    public static List<String> of(Path log, int count) throws IOException {
        var lines = new ArrayDeque<String>();
        var assembler = new LineAssembler();
        Consumer<String> keep = line -> {
            lines.addLast(line);
            if (lines.size() > count) {
                lines.removeFirst();
            }
        };
        for (var piece : pieces(log, count)) {
            piece.read(assembler, keep);
        }
        assembler.finish(keep);
        return List.copyOf(lines);
    }

    /** A stretch of one file, in bytes. */
    record Piece(Path file, long from, long to) {
        /** Forwards, so that lines across blocks and files come out whole. */
        void read(LineAssembler assembler, Consumer<String> lines) throws IOException {
            try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
                for (long at = from; at < to; at += BLOCK) {
                    assembler.add(block(channel, at, (int) Math.min(BLOCK, to - at)), lines);
                }
            } catch (NoSuchFileException rotatedAway) {
                // since the piece was found
            }
        }
    }

    /**
     * Where the last lines are, oldest first; the last piece ends where the live file ended, and is there even if it is
     * empty, unless there is no live file.
     */
    static List<Piece> pieces(Path log, int count) throws IOException {
        var files = new ArrayList<>(LogFiles.parts(log));
        files.add(log);
        var search = new Backwards(count);
        var pieces = new ArrayList<Piece>();
        for (var file : files.reversed()) {
            try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
                long size = channel.size();
                pieces.add(new Piece(file, search.startIn(channel, size), size));
            } catch (NoSuchFileException rotatedAwayOrNeverThere) {
                // then it has no lines
            }
            if (search.done()) {
                break;
            }
        }
        return pieces.reversed();
    }

    /** Looks for the newline before the first wanted line. */
    private static final class Backwards {
        private final int count;
        private int newlines;
        private boolean atVeryEnd = true;
        private long budget = FARTHEST;

        Backwards(int count) {
            this.count = count;
        }

        boolean done() {
            return newlines >= count || budget <= 0;
        }

        /** Where the wanted lines start in this file: 0 if they start in one before it. */
        long startIn(FileChannel channel, long size) throws IOException {
            long at = size;
            while (at > 0 && !done()) {
                long from = Math.max(0, at - BLOCK);
                budget -= at - from;
                var block = block(channel, from, (int) (at - from));
                for (int b = block.limit() - 1; b >= 0; b--) {
                    // The newline that ends the last line begins no other.
                    if (block.get(b) == '\n' && !atVeryEnd && ++newlines == count) {
                        return from + b + 1;
                    }
                    atVeryEnd = false;
                }
                at = from;
            }
            return at;
        }
    }

    /** Fewer bytes where the file has been cut meanwhile. */
    private static ByteBuffer block(FileChannel channel, long from, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
            // until full
        }
        return bytes.flip();
    }
}
