package footplate.proxy.files;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Sends a file through memory, a piece at a time: the next is read when the client's connection has taken the one before. */
final class FilePieces implements FileSending {
    /** So much memory a slow client holds; nginx's output_buffers are 2 of this. */
    private static final int PIECE = 32 * 1024;

    private final Channel channel;
    private final Executor disk;
    private final FileChannel file;
    private final long from;
    private final long length;
    private final Consumer<Boolean> ended;
    private long sent;

    FilePieces(Channel channel, Executor disk, FileChannel file, long from, long length, Consumer<Boolean> ended) {
        this.channel = channel;
        this.disk = disk;
        this.file = file;
        this.from = from;
        this.length = length;
        this.ended = ended;
    }

    FileSending begin() {
        next();
        return this;
    }

    @Override
    public long transferred() {
        return sent;
    }

    private void next() {
        int size = (int) Math.min(PIECE, length - sent);
        var piece = channel.alloc().directBuffer(size, size);
        try {
            disk.execute(() -> read(piece));
        } catch (RejectedExecutionException closing) {
            end(piece);
        }
    }

    /** On a disk's thread. */
    private void read(ByteBuf piece) {
        boolean whole = fill(piece);
        try {
            channel.eventLoop().execute(() -> send(piece, whole));
        } catch (RejectedExecutionException loopIsGone) {
            end(piece);
        }
    }

    private boolean fill(ByteBuf piece) {
        try {
            while (piece.isWritable()) {
                if (piece.writeBytes(file, from + sent + piece.writerIndex(), piece.writableBytes()) < 0) {
                    // It has become shorter since.
                    return false;
                }
            }
            return true;
        } catch (IOException failure) {
            return false;
        }
    }

    private void send(ByteBuf piece, boolean whole) {
        if (!whole || !channel.isOpen()) {
            end(piece);
            return;
        }
        int size = piece.readableBytes();
        channel.writeAndFlush(piece).addListener(done -> written(size, done.isSuccess()));
    }

    private void written(int size, boolean taken) {
        sent += size;
        if (taken && sent < length) {
            next();
            return;
        }
        closeFile();
        if (!taken) {
            channel.close();
        }
        ended.accept(taken);
    }

    /** The rest will not come: the client must see that what it has is not all. */
    private void end(ByteBuf piece) {
        piece.release();
        closeFile();
        channel.close();
        if (channel.eventLoop().inEventLoop()) {
            ended.accept(false);
        }
    }

    private void closeFile() {
        try {
            file.close();
        } catch (IOException unread) {
            // Nothing was written to it, so nothing is lost.
            return;
        }
    }
}
