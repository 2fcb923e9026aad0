package footplate.daemon;

import footplate.core.config.Entry;
import footplate.core.config.Entry.Binding;
import footplate.core.config.Problem;
import footplate.core.config.Site;
import footplate.core.name.AppName;
import footplate.core.pool.Load;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Gate;
import footplate.core.route.LiveTable;
import footplate.core.route.PoolSignals;
import footplate.core.route.RoutingTable;
import footplate.core.route.Target;
import footplate.daemon.config.Definitions;
import footplate.daemon.config.Refused;
import footplate.daemon.config.Servers;
import footplate.proxy.access.LogPlaces;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A {@link Site} that is served: the proxy with a routing table that somebody wrote, where a daemon's Keeper makes one of
 * its processes. It starts no process, and keeps nothing on disk.
 */
final class SiteServer implements AutoCloseable {
    private static final AppName NAME = new AppName("proxy");
    private static final Duration DRAIN = Duration.ofSeconds(10);

    // A server without a limit never has anybody wait.
    private static final int QUEUE = 0;
    private static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(60);

    private final ProxyDataPlane plane;
    private final Binding binding;
    private final List<String> servers;

    private SiteServer(ProxyDataPlane plane, Binding binding, List<String> servers) {
        this.plane = plane;
        this.binding = binding;
        this.servers = List.copyOf(servers);
    }

    /**
     * Looks up names, then listens.
     *
     * @param temporary folder for bodies that do not fit into memory
     * @param mistakes is told of our own
     * @throws Refused with every problem found
     */
    static SiteServer open(Site site, Path temporary, Consumer<Throwable> mistakes) throws Refused {
        var problems = new ArrayList<Problem>();
        var entry = new Entry(Definitions.address(site.bind(), problems), site.port(), List.of());
        var servers = Servers.addresses(site.servers(), entry.binding(), problems);
        if (!problems.isEmpty()) {
            throw new Refused(problems);
        }
        var table = new LiveTable();
        var plane = ProxyDataPlane.start(
                site.settings(),
                table,
                temporary,
                LogPlaces.stream(new FileOutputStream(FileDescriptor.out)),
                mistakes);
        try {
            long now = System.nanoTime();
            table.publish(new RoutingTable(List.of(route(site, entry, servers, now))), now);
            plane.listen(entry.binding());
        } catch (Refused refused) {
            plane.close(Duration.ZERO);
            throw refused;
        }
        return new SiteServer(plane, entry.binding(), servers);
    }

    private static AppRoute route(Site site, Entry entry, List<String> servers, long now) {
        var targets = new ArrayList<Target>();
        for (var address : servers) {
            targets.add(Target.server(targets.size(), address, new Load(0, false, now)));
        }
        return new AppRoute(
                NAME,
                entry,
                targets,
                new Availability.Serving(),
                new Gate(NAME, PoolSignals.NONE, now),
                new AppRoute.Terms(true, false, QUEUE, QUEUE_TIMEOUT, false, "", site.settings()));
    }

    /** Where a browser on this machine reaches it. */
    String url() {
        return Definitions.url(new Binding(binding.address(), plane.port(binding)));
    }

    /** What the operator is to be told of its start; empty if nothing. */
    String note() {
        return plane.note();
    }

    /** The addresses that requests are sent to. */
    List<String> servers() {
        return servers;
    }

    /** Accepts no more, lets requests under way end, then ends. */
    @Override
    public void close() {
        plane.close(DRAIN);
    }
}
