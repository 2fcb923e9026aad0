package footplate.proxy.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** A socket in the loop's epoll set, by itself. */
final class EpollParkedSocket implements EpollIoHandle, ParkedSocket {
    /** Both are told again and again until the socket is taken out of the set: nothing that came before it is missed. */
    private static final EpollIoOps STIRS = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);

    private final FileDescriptor descriptor;
    private final Stirred stirs;
    private @Nullable IoRegistration registration;

    private EpollParkedSocket(FileDescriptor descriptor, Stirred stirs) {
        this.descriptor = descriptor;
        this.stirs = stirs;
    }

    /** Null if the kernel takes no more into the set (ENOSPC, ENOMEM). */
    static @Nullable EpollParkedSocket of(FileDescriptor descriptor, EventLoop loop, Stirred stirs) {
        var parked = new EpollParkedSocket(descriptor, stirs);
        // On the loop itself this is done at once.
        var registration = ((IoEventLoop) loop).register(parked).getNow();
        if (registration == null) {
            return null;
        }
        parked.registration = registration;
        try {
            registration.submit(STIRS);
            return parked;
        } catch (UncheckedIOException full) {
            registration.cancel();
            return null;
        }
    }

    @Override
    public FileDescriptor fd() {
        return descriptor;
    }

    @Override
    public void handle(IoRegistration handled, IoEvent event) {
        stirs.stirs(!((EpollIoEvent) event).ops().contains(EpollIoOps.EPOLLIN)
                || ((EpollIoEvent) event).ops().contains(EpollIoOps.EPOLLRDHUP));
    }

    @Override
    public void registered() {}

    @Override
    public void unregistered() {}

    @Override
    public Channel wake() {
        leave();
        try {
            var channel = new EpollSocketChannel(descriptor.intValue());
            if (channel.isActive() && channel.remoteAddress() != null && channel.localAddress() != null) {
                return channel;
            }
        } catch (ChannelException unusable) {
            close();
            throw unusable;
        }
        close();
        throw new ChannelException("the connection was reset");
    }

    private void leave() {
        if (registration != null) {
            registration.cancel();
        }
    }

    @Override
    public void close() {
        leave();
        try {
            descriptor.close();
        } catch (IOException unheard) {
            // close(2) gives the descriptor back whatever it says, and nobody waits for what it was to send.
        }
    }
}
