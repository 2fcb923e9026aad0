package footplate.proxy.files;

import footplate.proxy.transport.Transport;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.DefaultFileRegion;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Parts of an open file on their way to a client. On the client's loop only. */
@FunctionalInterface
public interface FileSending {
    /** How many of their bytes the client's connection has taken. */
    long transferred();

    /**
     * Begins; the file is released at the end, whatever it is.
     *
     * @param channel what was written to it before goes out before; it is to be flushed by the caller
     * @param disk where files are read
     * @param pieces at least one
     * @param ended is told, at once or later, on the loop, whether all of it was sent; if not, the connection is closed
     */
    static FileSending begin(
            Transport transport,
            Channel channel,
            Executor disk,
            OpenFile file,
            List<FileAnswer.Piece> pieces,
            Consumer<Boolean> ended) {
        if (!transport.sendsFiles()) {
            return new FilePieces(channel, disk, file, pieces, ended).begin();
        }
        return byKernel(channel, file, pieces, ended);
    }

    /** With sendfile(2). */
    private static FileSending byKernel(
            Channel channel, OpenFile file, List<FileAnswer.Piece> pieces, Consumer<Boolean> ended) {
        var regions = new Region[pieces.size()];
        for (int i = 0; i < regions.length; i++) {
            var piece = pieces.get(i);
            if (piece.lead().length > 0) {
                channel.write(Unpooled.wrappedBuffer(piece.lead()), channel.voidPromise());
            }
            regions[i] = new Region(file, piece.from(), piece.length(), i == regions.length - 1);
            if (i < regions.length - 1) {
                channel.write(regions[i], channel.voidPromise());
            }
        }
        channel.write(regions[regions.length - 1]).addListener(done -> ended.accept(done.isSuccess()));
        return () -> {
            long sum = 0;
            for (var region : regions) {
                sum += region.transferred();
            }
            return sum;
        };
    }

    /** A part of a file that others send too: the last one lets go of it, and nobody closes it under the others. */
    final class Region extends DefaultFileRegion {
        private final OpenFile file;
        private final boolean last;

        private Region(OpenFile file, long from, long length, boolean last) {
            super(file.channel(), from, length);
            this.file = file;
            this.last = last;
        }

        @Override
        protected void deallocate() {
            if (last) {
                file.release();
            }
        }
    }
}
