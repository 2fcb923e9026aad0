package footplate.proxy.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One body on its way, in order: in memory at first, what is more in a file without a name. It is read while it is still
 * being added to ({@link #passing}), or as often as needed once it is complete ({@link #kept}). On its loop only; disks
 * are touched on the threads of its {@link SpoolSpace}.
 *
 * <p>In order of the stream: {@code ready} (in memory, to be read), the file's unread part, {@code back} (in memory, to be
 * written). Nothing is added to {@code ready} while the file or {@code back} holds something.
 */
public final class Spool {
    /** Most bytes that wait to be written before it accepts no more; a read of the socket may come on top. */
    private static final int BACK = 128 * 1024;

    /** Most bytes read from the file at once. */
    private static final int READ = 64 * 1024;

    /** With less than this ready, more is read from the file. */
    private static final int AHEAD = 64 * 1024;

    /** After trouble with the disk, it accepts more when it has no more than this in memory. */
    private static final int LOW = 32 * 1024;

    /** Parts that fill less than half of their memory are copied together into pieces of this size. */
    private static final int PIECE = 16 * 1024;

    /** Why the disk is of no use. */
    public enum Trouble {
        /** As much as may be is on it, of this body or of all (Setting.TEMP_DISK_TOTAL). */
        NO_ROOM,
        /** It cannot be written: full, read-only, no descriptor left. What was added is still in memory. */
        UNWRITABLE,
        /** What was written cannot be read again: the body is lost. */
        UNREADABLE
    }

    private final SpoolSpace space;
    private final Executor loop;
    private final ByteBufAllocator allocator;
    private final SpoolUser user;
    private final long mostMemory;

    /** The memory part of a body that is kept; null for one that passes. */
    private final @Nullable ArrayDeque<ByteBuf> kept;

    private final ArrayDeque<ByteBuf> ready = new ArrayDeque<>();
    private final ArrayDeque<ByteBuf> back = new ArrayDeque<>();

    /** The last piece of all, if it is one of ours and may be written on to. */
    private @Nullable ByteBuf tail;

    private @Nullable FileChannel file;
    private @Nullable Reading reading;
    private @Nullable Trouble trouble;
    private boolean writing;
    private boolean readable;
    private boolean waiting;
    private boolean closed;
    private int underWay;
    private long keptBytes;
    private long readyBytes;
    private long backBytes;
    private long memory;
    private long onDisk;
    private long length;
    private long readAt;

    // Positions in the body: the file's first byte, the first that was not read from it, and the one behind its last.
    private long fileBase;
    private long fileFrom;
    private long fileTo;

    private Spool(
            SpoolSpace space,
            Executor loop,
            ByteBufAllocator allocator,
            long mostMemory,
            SpoolUser user,
            @Nullable ArrayDeque<ByteBuf> kept) {
        this.space = space;
        this.loop = loop;
        this.allocator = allocator;
        this.mostMemory = mostMemory;
        this.user = user;
        this.kept = kept;
        this.readable = kept == null;
    }

    /**
     * A body that is read while it comes; what was read is gone.
     *
     * @param loop where it is used and where {@code user} is told
     * @param mostMemory bytes of it in memory; what is being written or was read again comes on top, up to about 128 KiB
     *     each
     */
    public static Spool passing(
            SpoolSpace space, Executor loop, ByteBufAllocator allocator, long mostMemory, SpoolUser user) {
        return new Spool(space, loop, allocator, mostMemory, user, null);
    }

    /**
     * A body that is read when it is complete, from its start, as often as {@link #rewind} is called.
     *
     * @param loop as for {@link #passing}
     * @param mostMemory as for {@link #passing}
     */
    public static Spool kept(
            SpoolSpace space, Executor loop, ByteBufAllocator allocator, long mostMemory, SpoolUser user) {
        return new Spool(space, loop, allocator, mostMemory, user, new ArrayDeque<>());
    }

    /** Adds {@code part} to the end; it is the spool's from here on. Ask {@link #accepts} before the next one. */
    public void add(ByteBuf part) {
        int bytes = part.readableBytes();
        if (closed || bytes == 0) {
            part.release();
            return;
        }
        settle();
        boolean nothingBefore = back.isEmpty() && !writing && (kept == null ? fileFrom == fileTo : fileBase == fileTo);
        boolean fits = nothingBefore && trouble == null && memory + bytes <= mostMemory && space.takeMemory(bytes);
        if (!fits) {
            space.addMemory(bytes);
        }
        boolean goesBack = !fits && (trouble == null || !nothingBefore);
        append(goesBack ? back : kept == null ? ready : kept, part);
        memory += bytes;
        length += bytes;
        if (goesBack) {
            backBytes += bytes;
            write();
        } else if (kept == null) {
            readyBytes += bytes;
        } else {
            keptBytes += bytes;
        }
    }

    /** Keeps what fills its memory; copies what would keep much more memory alive than it needs. */
    private void append(ArrayDeque<ByteBuf> queue, ByteBuf part) {
        int bytes = part.readableBytes();
        int pinned = part.capacity();
        for (var whole = part.unwrap(); whole != null; whole = whole.unwrap()) {
            pinned = whole.capacity();
        }
        if (2L * bytes >= pinned) {
            queue.addLast(part);
            tail = null;
            return;
        }
        try {
            var into = tail;
            if (into == null || into != queue.peekLast() || into.writableBytes() < bytes) {
                into = allocator.directBuffer(Math.max(bytes, PIECE));
                queue.addLast(into);
                tail = into;
            }
            into.writeBytes(part);
        } catch (RuntimeException | Error notTaken) {
            space.giveMemory(bytes);
            throw notTaken;
        } finally {
            part.release();
        }
    }

    /** Whether more may be added just now; {@link SpoolUser#spoolMoved} and {@link #next} may change it. */
    public boolean accepts() {
        if (trouble != null && kept == null && trouble != Trouble.UNREADABLE && memory <= LOW) {
            trouble = null;
            write();
        }
        return trouble == null && backBytes < BACK && (backBytes == 0 || !space.memoryIsFull());
    }

    /**
     * What the disk has refused; null if nothing. A body that passes goes on in little memory, unless it is
     * {@link Trouble#UNREADABLE}; one that is kept will not become complete.
     */
    public @Nullable Trouble trouble() {
        return trouble;
    }

    /** Bytes that were added. */
    public long length() {
        return length;
    }

    /** Bytes that were added and have not been read. */
    public long left() {
        return length - readAt;
    }

    /** Reads from the start, for the first time or again; only for a body that is kept. */
    public void rewind() {
        if (kept == null) {
            throw new IllegalStateException("a body that passes is read a second time");
        }
        dropReady();
        reading = null;
        readable = true;
        readAt = 0;
        fileFrom = fileBase;
        for (var part : kept) {
            ready.addLast(part.retainedSlice());
        }
        readyBytes = keptBytes;
    }

    /**
     * The next bytes; the caller releases them. Null if none are at hand: all was read, or more will be added, or the disk
     * is at work and {@link SpoolUser#spoolMoved} will tell, or it is in {@link #trouble}.
     */
    public @Nullable ByteBuf next() {
        settle();
        var part = ready.pollFirst();
        if (part != null) {
            int bytes = part.readableBytes();
            if (part == tail) {
                tail = null;
            }
            readyBytes -= bytes;
            if (readAt >= keptBytes) {
                forget(bytes);
            }
            readAt += bytes;
        }
        waiting = part == null;
        if (waiting || (readyBytes < AHEAD && !space.memoryIsFull())) {
            readFile();
        }
        return part;
    }

    /** What waits to be written stays in memory where the file has nothing that comes before it. */
    private void settle() {
        if (kept == null && !writing && fileFrom == fileTo && !back.isEmpty()) {
            for (var part = back.pollFirst(); part != null; part = back.pollFirst()) {
                ready.addLast(part);
            }
            readyBytes += backBytes;
            backBytes = 0;
        }
    }

    private void forget(long bytes) {
        memory -= bytes;
        space.giveMemory(bytes);
    }

    private void write() {
        if (writing || closed || trouble != null || back.isEmpty()) {
            return;
        }
        if (!space.takeDisk(backBytes, onDisk)) {
            trouble = Trouble.NO_ROOM;
            return;
        }
        if (fileTo == fileBase) {
            fileBase = length - backBytes;
            fileFrom = fileBase;
            fileTo = fileBase;
        }
        onDisk += backBytes;
        writing = true;
        tail = null;
        start(new Writing(file, fileTo - fileBase, back, backBytes));
    }

    /** Only for a reader who takes what is there: one who takes nothing leaves it on the disk. */
    private void readFile() {
        var from = file;
        if (from == null || !readable || reading != null || closed || fileFrom == fileTo) {
            return;
        }
        if (trouble != Trouble.UNREADABLE) {
            int bytes = (int) Math.min(READ, fileTo - fileFrom);
            var into = allocator.directBuffer(bytes);
            memory += bytes;
            space.addMemory(bytes);
            reading = new Reading(from, fileFrom - fileBase, into, bytes);
            start(reading);
        }
    }

    /** Something that is done on the disk. */
    private abstract static class Work {
        /** On a thread of the space's. */
        abstract void carryOut() throws IOException;

        /** On the loop. */
        abstract void ended(boolean success);
    }

    private void start(Work work) {
        underWay++;
        try {
            space.execute(() -> {
                Throwable failure = null;
                try {
                    work.carryOut();
                } catch (IOException | RuntimeException | Error thrown) {
                    // Whatever it is, the body must not wait for ever.
                    failure = thrown;
                }
                tell(work, failure);
            });
        } catch (RejectedExecutionException closing) {
            tell(work, new IOException("temporary files are closed", closing));
        }
    }

    private void tell(Work work, @Nullable Throwable failure) {
        try {
            loop.execute(() -> ended(work, failure));
        } catch (RejectedExecutionException loopIsGone) {
            // So is everything else that this body was part of.
        }
    }

    private void ended(Work work, @Nullable Throwable failure) {
        underWay--;
        try {
            work.ended(failure == null);
            if (closed) {
                dropBack();
                closeFile();
            } else if (failure == null || failure instanceof IOException) {
                user.spoolMoved();
            } else {
                user.crashed(failure);
            }
        } catch (RuntimeException | Error mistake) {
            user.crashed(mistake);
        }
    }

    private final class Writing extends Work {
        private final long at;
        private final ByteBuffer[] parts;
        private final long bytes;
        private @Nullable FileChannel into;

        Writing(@Nullable FileChannel into, long at, ArrayDeque<ByteBuf> from, long bytes) {
            this.into = into;
            this.at = at;
            this.bytes = bytes;
            this.parts = new ByteBuffer[from.size()];
            int i = 0;
            for (var part : from) {
                parts[i++] = part.nioBuffer();
            }
        }

        @Override
        void carryOut() throws IOException {
            var open = into;
            if (open == null) {
                open = space.open();
                into = open;
            }
            open.position(at);
            for (int i = 0; i < parts.length; ) {
                open.write(parts, i, parts.length - i);
                while (i < parts.length && !parts[i].hasRemaining()) {
                    i++;
                }
            }
        }

        @Override
        void ended(boolean success) {
            writing = false;
            file = into;
            if (success) {
                fileTo += bytes;
                for (long gone = 0; gone < bytes; ) {
                    var part = back.removeFirst();
                    gone += part.readableBytes();
                    part.release();
                }
                backBytes -= bytes;
                forget(bytes);
            } else {
                onDisk -= bytes;
                space.giveDisk(bytes);
                trouble = Trouble.UNWRITABLE;
                closeReadFile();
            }
            write();
            if (waiting) {
                readFile();
            }
        }
    }

    private final class Reading extends Work {
        private final FileChannel from;
        private final long at;
        private final ByteBuf into;
        private final ByteBuffer target;
        private final int bytes;

        Reading(FileChannel from, long at, ByteBuf into, int bytes) {
            this.from = from;
            this.at = at;
            this.into = into;
            this.target = into.nioBuffer(0, bytes);
            this.bytes = bytes;
        }

        @Override
        void carryOut() throws IOException {
            while (target.hasRemaining()) {
                if (from.read(target, at + target.position()) < 0) {
                    throw new IOException("a temporary file has become shorter");
                }
            }
        }

        @Override
        void ended(boolean success) {
            boolean wanted = reading == this && !closed;
            if (reading == this) {
                reading = null;
            }
            if (wanted && success) {
                fileFrom += bytes;
                ready.addLast(into.writerIndex(bytes));
                readyBytes += bytes;
                closeReadFile();
            } else {
                into.release();
                forget(bytes);
                if (wanted) {
                    trouble = Trouble.UNREADABLE;
                }
            }
        }
    }

    /** A file that was read to its end is of no more use: what comes next finds memory free again. */
    private void closeReadFile() {
        if (kept == null && fileFrom == fileTo) {
            closeFile();
        }
    }

    /** Its place on the disk is free again when it is closed. */
    private void closeFile() {
        var gone = file;
        if (gone == null || underWay > 0) {
            return;
        }
        long bytes = onDisk;
        file = null;
        onDisk = 0;
        fileBase = fileTo;
        try {
            space.execute(() -> {
                space.close(gone);
                space.giveDisk(bytes);
            });
        } catch (RejectedExecutionException closing) {
            space.close(gone);
            space.giveDisk(bytes);
        }
    }

    /** Gives everything back; nobody is told anything any more. */
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        dropReady();
        if (kept != null) {
            kept.forEach(ByteBuf::release);
            kept.clear();
            forget(keptBytes);
            keptBytes = 0;
        }
        dropBack();
        closeFile();
    }

    private void dropReady() {
        ready.forEach(ByteBuf::release);
        ready.clear();
        // The parts of what is kept are counted once.
        forget(readyBytes - Math.min(readyBytes, Math.max(0, keptBytes - readAt)));
        readyBytes = 0;
    }

    private void dropBack() {
        if (!writing) {
            back.forEach(ByteBuf::release);
            back.clear();
            forget(backBytes);
            backBytes = 0;
        }
    }
}
