package footplate.proxy.transport;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's engine for epoll(7), without a mistake of 4.2.18: a socket of which nothing is awaited is taken out of the epoll set, but is
 * believed to be in it, and whatever is awaited of it later fails with ENOENT. A client that has said all it has to say is such a
 * socket, and lost the rest of an answer that the kernel did not take at once. Here it stays in the set, with edges of errors alone:
 * those are told once, and do not have the loop turn.
 */
final class SteadyEpoll implements IoHandler {
    private final IoHandler epoll;

    private SteadyEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory factory() {
        var netty = EpollIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new SteadyEpoll(netty.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return netty.isChangingThreadSupported();
            }
        };
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Steady(epoll.register(handle));
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    /** One socket. */
    private static final class Steady implements IoRegistration {
        private final IoRegistration netty;
        private volatile boolean added;

        Steady(IoRegistration netty) {
            this.netty = netty;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
        public <T> T attachment() {
            return netty.attachment();
        }

        @Override
        public long submit(IoOps wanted) {
            boolean none = wanted.equals(EpollIoOps.NONE);
            added |= !none;
            return netty.submit(none && added ? EpollIoOps.EPOLLET : wanted);
        }

        @Override
        public boolean isValid() {
            return netty.isValid();
        }

        @Override
        public boolean cancel() {
            return netty.cancel();
        }
    }
}
