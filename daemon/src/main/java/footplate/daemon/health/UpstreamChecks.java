package footplate.daemon.health;

import footplate.core.balance.Check;
import footplate.core.balance.Server;
import footplate.core.config.servers.Group;
import footplate.core.health.Observation;
import footplate.core.name.AppName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Asks the servers of upstreams again and again whether they are well (nginx: health_check; HAProxy: check), each on a virtual thread.
 * What comes of it goes to their balancing. {@link #follow} is for one thread at a time.
 */
public final class UpstreamChecks implements AutoCloseable {
    private final Map<Server, Asked> asked = new HashMap<>();
    private final Consumer<Throwable> mistakes;

    /** A server that is asked. */
    public record Checked(AppName upstream, Group.ActiveCheck terms, Server server, String address) {}

    private record Asked(Checked what, Thread thread) {}

    /** @param mistakes told of exceptions that are our own */
    public UpstreamChecks(Consumer<Throwable> mistakes) {
        this.mistakes = mistakes;
    }

    /** Has these asked from now on, and no others. */
    public void follow(List<Checked> servers) {
        var now = new HashSet<Checked>(servers);
        asked.values().removeIf(one -> {
            boolean gone = !now.contains(one.what());
            if (gone) {
                one.thread().interrupt();
            }
            return gone;
        });
        for (var what : servers) {
            asked.computeIfAbsent(
                    what.server(),
                    _ -> new Asked(
                            what,
                            Thread.ofVirtual().name("check-" + what.upstream()).start(() -> ask(what))));
        }
    }

    private void ask(Checked what) {
        var terms = what.terms();
        var check = new Check(what.server(), terms.rise(), terms.fall(), false, System.nanoTime());
        try {
            var probe = probe(what);
            while (true) {
                boolean passed = probe.look(terms.timeout()) instanceof Observation.Passed;
                check.ended(passed, System.nanoTime());
                Thread.sleep(terms.interval());
            }
        } catch (InterruptedException ended) {
            // It is of no more interest. Whatever was found counts no more.
            if (check.isOut()) {
                forgive(check, terms.rise());
            }
        } catch (RuntimeException mistake) {
            mistakes.accept(mistake);
        }
    }

    private static void forgive(Check check, int rise) {
        for (int i = 0; i < rise; i++) {
            check.ended(true, System.nanoTime());
        }
    }

    private static Probe probe(Checked what) {
        var address = address(what.address());
        var terms = what.terms();
        var name = what.server().name();
        return terms.path().isEmpty()
                ? SocketProbe.tcp(address)
                : SocketProbe.http(
                        address,
                        name.startsWith("unix:") ? "localhost" : name,
                        terms.path(),
                        status -> terms.statuses().stream()
                                .anyMatch(range -> status >= range.from() && status <= range.to()));
    }

    /** The address of a target as a socket's. */
    private static SocketAddress address(String text) {
        if (text.startsWith("unix:")) {
            return UnixDomainSocketAddress.of(text.substring("unix:".length()));
        }
        int colon = text.lastIndexOf(':');
        var host = text.substring(0, colon);
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        return new InetSocketAddress(InetAddress.ofLiteral(host), Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public void close() {
        follow(List.of());
    }
}
