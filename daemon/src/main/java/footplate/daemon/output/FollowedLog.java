package footplate.daemon.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One log file read on and on, across rotation (its own and others'), truncation and deletion.
 *
 * <p>The live file and its parts are one stream of bytes. A rotation moves bytes from the head of the live file to a
 * new part {@code .1}; so where {@code .1} is another file than before, our position counts from the start of the
 * parts that came since. While {@code .moving} exists, or where {@code .1} changed during a read, what was read may be
 * from a shifted place: it is thrown away and read again.
 */
final class FollowedLog implements AutoCloseable {
    private static final int BLOCK = 64 * 1024;
    private static final int BLOCKS_A_ROUND = 64;

    /** A move takes milliseconds. One that stands longer was left by a daemon that died in it. */
    private static final int HOLD_OFF_ROUNDS = 50;

    private final Path live;
    private final Consumer<String> lines;
    private final LineAssembler assembler = new LineAssembler();
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK);
    private @Nullable FileChannel channel;
    private @Nullable Object key;
    private long position;
    private @Nullable Stamp latestPart;
    private int heldOff;
    private boolean moveIsStale;

    /** What tells one part from another, also where the filesystem gives an inode's number again. */
    private record Stamp(@Nullable Object key, FileTime modified) {}

    FollowedLog(Path live, Consumer<String> lines) {
        this.live = live;
        this.lines = lines;
    }

    /** Delivers the last lines there are; what comes later is delivered by {@link #poll()}. */
    void start(int lastLines) throws IOException {
        List<LastLines.Piece> pieces;
        do {
            latestPart = stamp(LogFiles.part(live, 1));
            pieces = LastLines.pieces(live, lastLines);
        } while (!Objects.equals(latestPart, stamp(LogFiles.part(live, 1))));
        for (var piece : pieces) {
            piece.read(assembler, lines);
            if (piece.file().equals(live)) {
                position = piece.to();
            }
        }
        open();
    }

    /** Delivers what came since, whole lines only, at most some megabytes. */
    Reading poll() throws IOException {
        boolean moving = Files.exists(LogFiles.moving(live));
        heldOff = moving ? Math.min(heldOff + 1, HOLD_OFF_ROUNDS) : 0;
        moveIsStale = heldOff == HOLD_OFF_ROUNDS;
        if ((moving && !moveIsStale) || !takeNewParts()) {
            return Reading.MOVED;
        }
        if (channel == null) {
            position = 0;
            open();
        }
        if (channel == null) {
            return Reading.END;
        }
        var reading = read(channel);
        if (reading == Reading.END && isAnotherFile()) {
            // Deleted or renamed by others; what it still got has just been read.
            closeChannel();
            assembler.finish(lines);
            return Files.exists(live) ? Reading.MORE : Reading.END;
        }
        return reading;
    }

    /** Delivers a last line that has no newline yet. */
    void finish() {
        assembler.finish(lines);
    }

    private void open() throws IOException {
        try {
            channel = FileChannel.open(live, StandardOpenOption.READ);
            key = Files.readAttributes(live, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException notYet) {
            closeChannel();
        }
    }

    private boolean isAnotherFile() throws IOException {
        try {
            return !Objects.equals(
                    key, Files.readAttributes(live, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException deleted) {
            return true;
        }
    }

    /** How a look ended. */
    enum Reading {
        /** All there is at the moment has been delivered. */
        END,
        MORE,
        /** A rotation came in between; the rest has to wait for the next round. */
        MOVED
    }

    private Reading read(FileChannel from) throws IOException {
        for (int i = 0; i < BLOCKS_A_ROUND; i++) {
            if (from.size() < position) {
                if (moved()) {
                    return Reading.MOVED;
                }
                assembler.finish(lines); // truncated: 'footplate flush', or '> file' by hand
                position = 0;
            }
            int read = from.read(block.clear(), position);
            if (moved()) {
                return Reading.MOVED;
            }
            if (read <= 0) {
                return Reading.END;
            }
            assembler.add(block.flip(), lines);
            position += read;
        }
        return Reading.MORE;
    }

    private boolean moved() throws IOException {
        return (!moveIsStale && Files.exists(LogFiles.moving(live)))
                || !Objects.equals(stamp(LogFiles.part(live, 1)), latestPart);
    }

    /** Reads what rotations since the last round have moved away; false if one is just happening. */
    private boolean takeNewParts() throws IOException {
        var latest = stamp(LogFiles.part(live, 1));
        if (Objects.equals(latest, latestPart)) {
            return true;
        }
        if (latest == null) {
            latestPart = null; // parts deleted: nothing has moved in the live file
            return true;
        }
        var fresh = new ArrayList<FileChannel>();
        try {
            boolean known = openNewParts(fresh);
            if (!Objects.equals(latest, stamp(LogFiles.part(live, 1)))) {
                return false;
            }
            if (!known) {
                // More was rotated away than is kept: go on with the oldest there is.
                assembler.finish(lines);
                position = 0;
            }
            for (var part : fresh.reversed()) {
                readPart(part);
            }
            latestPart = latest;
            return true;
        } finally {
            for (var part : fresh) {
                part.close();
            }
        }
    }

    /** Opens the parts made since the last round, latest first; true if nothing between them and then is missing. */
    private boolean openNewParts(List<FileChannel> fresh) throws IOException {
        for (int number = 1; ; number++) {
            var part = LogFiles.part(live, number);
            var stamp = stamp(part);
            if (stamp == null) {
                return latestPart == null;
            }
            if (stamp.equals(latestPart)) {
                return true;
            }
            try {
                fresh.add(FileChannel.open(part, StandardOpenOption.READ));
            } catch (NoSuchFileException rotatedAway) {
                return latestPart == null;
            }
        }
    }

    private void readPart(FileChannel part) throws IOException {
        long size = part.size();
        while (position < size) {
            int read = part.read(block.clear(), position);
            if (read <= 0) {
                break;
            }
            assembler.add(block.flip(), lines);
            position += read;
        }
        position = Math.max(0, position - size);
    }

    private static @Nullable Stamp stamp(Path file) throws IOException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.fileKey(), attributes.lastModifiedTime());
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    private void closeChannel() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    @Override
    public void close() throws IOException {
        closeChannel();
    }
}
