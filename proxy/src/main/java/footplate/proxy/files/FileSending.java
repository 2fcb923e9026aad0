package footplate.proxy.files;

import footplate.proxy.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A part of an open file on its way to a client. On the client's loop only. */
@FunctionalInterface
public interface FileSending {
    /** How many of its bytes the client's connection has taken. */
    long transferred();

    /**
     * Begins; the file is closed at the end, whatever it is.
     *
     * @param channel what was written to it before goes out before; it is to be flushed by the caller
     * @param disk where files are read
     * @param ended is told later, on the loop, whether all of it was sent; if not, the connection is closed
     */
    static FileSending begin(
            Transport transport,
            Channel channel,
            Executor disk,
            FileChannel file,
            long from,
            long length,
            Consumer<Boolean> ended) {
        if (!transport.sendsFiles()) {
            return new FilePieces(channel, disk, file, from, length, ended).begin();
        }
        var region = new DefaultFileRegion(file, from, length);
        channel.write(region).addListener(done -> ended.accept(done.isSuccess()));
        return region::transferred;
    }
}
