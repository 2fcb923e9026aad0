package footplate.proxy.files;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Sends a file through memory, a piece at a time: the next is read when the client's connection has taken the one before. */
final class FilePieces implements FileSending {
    /** So much memory a slow client holds; nginx's output_buffers are 2 of this. */
    private static final int MOST = 32 * 1024;

    /** When the disks have too much to do, so long is waited before they are asked again. */
    private static final long PAUSE_MILLIS = 20;

    private final Channel channel;
    private final Executor disk;
    private final OpenFile file;
    private final List<FileAnswer.Piece> pieces;
    private final Consumer<Boolean> ended;
    private int at;
    private long sentOfPiece;
    private long sent;

    FilePieces(Channel channel, Executor disk, OpenFile file, List<FileAnswer.Piece> pieces, Consumer<Boolean> ended) {
        this.channel = channel;
        this.disk = disk;
        this.file = file;
        this.pieces = pieces;
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
        if (!channel.isOpen()) {
            end();
            return;
        }
        var piece = pieces.get(at);
        int lead = sentOfPiece == 0 ? piece.lead().length : 0;
        int size = (int) Math.min(MOST, piece.length() - sentOfPiece);
        var buffer = channel.alloc().directBuffer(lead + size, lead + size).writeBytes(piece.lead(), 0, lead);
        long from = piece.from() + sentOfPiece;
        try {
            disk.execute(() -> read(buffer, from, lead));
        } catch (RejectedExecutionException full) {
            buffer.release();
            channel.eventLoop().schedule(this::next, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** On a disk's thread. */
    private void read(ByteBuf buffer, long from, int lead) {
        boolean whole = fill(buffer, from, lead);
        try {
            channel.eventLoop().execute(() -> send(buffer, whole, lead));
        } catch (RejectedExecutionException loopIsGone) {
            buffer.release();
            file.release();
        }
    }

    private boolean fill(ByteBuf buffer, long from, int lead) {
        try {
            while (buffer.isWritable()) {
                long position = from + buffer.writerIndex() - lead;
                if (buffer.writeBytes(file.channel(), position, buffer.writableBytes()) < 0) {
                    // It has become shorter since.
                    return false;
                }
            }
            return true;
        } catch (IOException failure) {
            return false;
        }
    }

    private void send(ByteBuf buffer, boolean whole, int lead) {
        if (!whole || !channel.isOpen()) {
            buffer.release();
            end();
            return;
        }
        int size = buffer.readableBytes();
        channel.writeAndFlush(buffer).addListener(done -> written(size, lead, done.isSuccess()));
    }

    private void written(int size, int lead, boolean taken) {
        sent += size;
        sentOfPiece += size - lead;
        if (!taken) {
            end();
            return;
        }
        if (sentOfPiece == pieces.get(at).length()) {
            at++;
            sentOfPiece = 0;
        }
        if (at < pieces.size()) {
            next();
            return;
        }
        file.release();
        ended.accept(true);
    }

    /** The rest will not come: the client must see that what it has is not all. */
    private void end() {
        file.release();
        channel.close();
        ended.accept(false);
    }
}
