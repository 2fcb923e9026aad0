package footplate.proxy.transport;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The transport that a start has chosen.
 *
 * @param transport the one in use
 * @param note what the operator is told of the choice, once; empty if there is nothing to tell
 */
public record ChosenTransport(Transport transport, String note) {
    /** The same for a proxy that opens every socket itself. */
    public static ChosenTransport of(Settings settings) {
        return of(settings, false);
    }

    /**
     * What {@link Setting#TRANSPORT} asks for, or epoll where that cannot be had. {@code auto} is epoll: ADR 17 has what was
     * measured. Classes of io_uring are loaded only where it is asked for.
     *
     * @param takesSockets whether listening sockets of another process will be taken over
     * @throws UnsupportedOperationException on a system without epoll
     */
    public static ChosenTransport of(Settings settings, boolean takesSockets) {
        int asked = settings.choice(Setting.TRANSPORT);
        if (!Setting.TRANSPORT.choices().get(asked).equals("io_uring")) {
            return new ChosenTransport(new EpollTransport(), "");
        }
        if (takesSockets) {
            return new ChosenTransport(
                    new EpollTransport(),
                    "io_uring cannot take listening sockets over: epoll is used until a start without any");
        }
        return ioUring(new IoUringTransport().missing());
    }

    /** @param missing why it cannot be used; null if it can */
    static ChosenTransport ioUring(@Nullable String missing) {
        return missing == null
                ? new ChosenTransport(new IoUringTransport(), "")
                : new ChosenTransport(
                        new EpollTransport(),
                        "io_uring is not available here (" + missing + "): epoll is used instead");
    }
}
