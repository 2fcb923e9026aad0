package footplate.daemon.health;

import footplate.core.health.Observation;
import footplate.core.unit.Durations;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.IntPredicate;

/** Asks by connecting to an instance: who takes the connection is well, if what is said on it pleases too. */
public final class SocketProbe implements Probe {
    /** What is said on a connection. */
    interface Talk {
        /** What an instance is found to be that took the connection. */
        Observation with(SocketChannel channel) throws IOException;
    }

    private final SocketAddress address;
    private final Talk talk;

    private SocketProbe(SocketAddress address, Talk talk) {
        this.address = address;
        this.talk = talk;
    }

    /** Takes a connection for an answer. */
    public static SocketProbe tcp(SocketAddress address) {
        return new SocketProbe(
                address,
                channel ->
                        // On loopback a connection to a free port now and then is connected to itself (RFC 9293 §3.5).
                        channel.getLocalAddress().equals(channel.getRemoteAddress())
                                ? new Observation.Failed("nobody listens")
                                : new Observation.Passed());
    }

    /**
     * Asks by HTTP; 200 to 399 is well.
     *
     * @param host for the Host field
     * @param target what is asked for; begins with a slash
     */
    public static SocketProbe http(SocketAddress address, String host, String target) {
        return http(address, host, target, status -> status < 400);
    }

    /**
     * Asks by HTTP.
     *
     * @param well which of the statuses from 200 on are
     */
    static SocketProbe http(SocketAddress address, String host, String target, IntPredicate well) {
        return new SocketProbe(address, new HttpTalk(host, target, well));
    }

    private static ProtocolFamily family(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return StandardProtocolFamily.UNIX;
        }
        return address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET;
    }

    @Override
    public Observation look(Duration timeout) throws InterruptedException {
        try (var channel = SocketChannel.open(family(address));
                var cutoff = new Cutoff(channel, timeout)) {
            try {
                channel.connect(address);
                return talk.with(channel);
            } catch (ClosedByInterruptException asked) {
                throw interrupted();
            } catch (IOException failure) {
                return new Observation.Failed(
                        cutoff.passed()
                                ? "no answer within " + Durations.print(timeout)
                                : "no answer: " + failure.getMessage());
            }
        } catch (ClosedByInterruptException asked) {
            throw interrupted();
        } catch (IOException noDescriptor) {
            return new Observation.Failed("no connection can be made: " + noDescriptor.getMessage());
        }
    }

    private static InterruptedException interrupted() {
        var _ = Thread.interrupted();
        return new InterruptedException("a health check that nobody waits for any more");
    }
}
