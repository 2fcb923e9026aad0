package footplate.proxy.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;

/**
 * A connected socket without a channel, watched for the next byte or the end of the stream: while nothing comes, a descriptor is all
 * that a connection needs. On its loop only.
 */
public interface ParkedSocket {
    /** Who is told that something has come. */
    interface Stirred {
        /**
         * Something has come.
         *
         * @param ended whether the other side has ended its stream, or broken the connection off, be there bytes before it or not
         */
        void stirs(boolean ended);
    }

    /**
     * Makes a channel of it again, which is to be registered with the loop; this object is of no use afterwards.
     *
     * @throws ChannelException if the connection cannot be used any more; it is closed then
     */
    Channel wake();

    /** Closes it; of no use afterwards. */
    void close();
}
