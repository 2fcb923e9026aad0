package footplate.proxy.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How the kernel is asked for network I/O: the engine of the event loops, and the channels that go with it. All that the
 * proxy knows of epoll or io_uring is behind this.
 */
public interface Transport {
    /** As {@code Setting.TRANSPORT} names it. */
    String name();

    /**
     * The engine of event loops.
     *
     * @param allocator where buffers come from that the engine itself keeps at hand
     */
    IoHandlerFactory engine(ByteBufAllocator allocator);

    /** A TCP socket to listen with. */
    ServerChannel listening();

    /** Whether {@link #listening(int)} works. */
    boolean takesSockets();

    /**
     * A TCP socket that listens already.
     *
     * @param descriptor closed with the channel
     */
    ServerChannel listening(int descriptor);

    /** A Unix socket to listen with. */
    ServerChannel listeningUnix();

    /**
     * A TCP socket to connect.
     *
     * @throws ChannelException if there is no descriptor left
     */
    Channel connecting();

    /**
     * A Unix socket to connect.
     *
     * @throws ChannelException if there is no descriptor left
     */
    Channel connectingUnix();

    /**
     * A UDP socket, of both families where the machine has both.
     *
     * @throws ChannelException if there is no descriptor left
     */
    DatagramChannel datagrams();

    /**
     * A UDP socket that is bound already, where {@link #takesSockets}.
     *
     * @param descriptor closed with the channel
     */
    DatagramChannel datagrams(int descriptor);

    /** The number of the user who listens at the other end of a connected Unix socket (SO_PEERCRED). */
    int listener(Channel unix) throws IOException;

    /** Makes a channel ready that was accepted and is not registered yet. */
    void accepted(Channel channel);

    /** Has the kernel ask the other side of a TCP connection, every so many seconds without a byte, whether it is there. */
    void probe(Channel channel, int seconds);

    /** Whether {@link #park} works. */
    boolean parks();

    /**
     * Watches the socket of a channel that has been taken off its loop, and is of no use any more. On that loop.
     *
     * @param stirs called there when a byte or the end of the stream has come; ends the watch, by waking the socket or closing it
     * @return null if that is not possible just now: the channel goes on
     */
    @Nullable
    ParkedSocket park(Channel channel, EventLoop loop, ParkedSocket.Stirred stirs);

    /** Whether files are sent by the kernel, as FileRegions, and cheaply so; else through memory. */
    boolean sendsFiles();

    /** Whether it hears that the kernel has taken a write only later, perhaps after the answer to what was written. */
    boolean writesCompleteLater();
}
