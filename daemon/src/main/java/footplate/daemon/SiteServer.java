package footplate.daemon;

import footplate.core.balance.ServerTerms;
import footplate.core.config.Entry;
import footplate.core.config.Entry.Binding;
import footplate.core.config.Problem;
import footplate.core.config.Secret;
import footplate.core.config.Site;
import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.pool.Load;
import footplate.core.retry.NextUpstream;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Balancing;
import footplate.core.route.Fleet;
import footplate.core.route.Gate;
import footplate.core.route.LiveTable;
import footplate.core.route.PoolSignals;
import footplate.core.route.RoutingTable;
import footplate.core.route.Target;
import footplate.core.unit.Durations;
import footplate.daemon.config.Definitions;
import footplate.daemon.config.Refused;
import footplate.daemon.config.Servers;
import footplate.daemon.observe.Shortages;
import footplate.proxy.access.LogPlaces;
import footplate.proxy.flow.JvmMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Site} that is served: the proxy with a routing table made here, where a daemon's Keeper makes one of its
 * processes. It starts no process, and keeps nothing on disk.
 *
 * <p>A server to which no connection comes about gets nothing for a while (nginx: fail_timeout, of max_fails=1), unless it is
 * the last one. Where a way of balancing was chosen, that knows of it by itself, and the server keeps its share of the keys;
 * else it leaves the table. Each table is published by one thread of this object.
 */
final class SiteServer implements PoolSignals, AutoCloseable {
    /** How long a server that could not be reached is left out. */
    static final Duration LEFT_OUT = ServerTerms.STANDARD.failTimeout();

    private static final AppName NAME = new AppName("site");
    private static final Duration DRAIN = Duration.ofSeconds(10);

    // A server without a limit never has anybody wait.
    private static final int QUEUE = 0;
    private static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(60);

    private final Site site;
    private final Entry entry;
    private final Consumer<String> tell;
    private final LiveTable table = new LiveTable();
    private final Gate gate = new Gate(NAME, this, System.nanoTime());
    private final List<Target> targets = new ArrayList<>();
    private final ScheduledExecutorService keeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("site").factory());
    private final ProxyDataPlane plane;
    private final Shortages shortages;

    private final @Nullable Fleet fleet;

    // The keeper's own.
    private final Set<Target> leftOut = new HashSet<>();

    private SiteServer(Site site, Entry entry, List<String> servers, DataPlane.Start start, Consumer<String> tell)
            throws Refused {
        this.site = site;
        this.entry = entry;
        this.tell = tell;
        this.fleet = fleet(site);
        long now = System.nanoTime();
        for (var address : servers) {
            targets.add(Target.server(targets.size(), address, new Load(0, false, now)));
        }
        publish();
        plane = ProxyDataPlane.start(start, table);
        shortages = Shortages.watch(plane::counts, tell, start.mistakes());
        try {
            plane.listen(entry.binding());
        } catch (Refused refused) {
            close(Duration.ZERO);
            throw refused;
        }
    }

    /**
     * Looks up names, then listens.
     *
     * @param temporary folder for bodies that do not fit into memory
     * @param accessLogs where its access log goes
     * @param mistakes is told of our own
     * @param tell takes what its operator is to know; any thread
     * @throws Refused with every problem found
     */
    static SiteServer open(
            Site site, Path temporary, LogPlaces accessLogs, Consumer<Throwable> mistakes, Consumer<String> tell)
            throws Refused {
        var problems = new ArrayList<Problem>();
        var entry = new Entry(Definitions.address(site.bind(), problems), site.port(), List.of());
        var servers = Servers.addresses(site.servers(), entry.binding(), problems);
        for (var wrong : JvmMemory.given().problems(site.settings())) {
            problems.add(new Problem("--" + wrong.where(), wrong.what(), wrong.mend()));
        }
        if (!problems.isEmpty()) {
            throw new Refused(problems);
        }
        return new SiteServer(
                site, entry, servers, new DataPlane.Start(site.settings(), temporary, mistakes, accessLogs), tell);
    }

    private static @Nullable Fleet fleet(Site site) {
        // What it is signed with is kept nowhere: after a restart a client is sent anywhere once more.
        var terms = Fleet.Terms.of(site.settings(), new Secret(UUID.randomUUID().toString()), NextUpstream.STANDARD);
        return terms == null || site.servers().isEmpty() ? null : new Fleet(terms);
    }

    private @Nullable Balancing balancing(long nowNanos) {
        return fleet == null
                ? null
                : fleet.of(
                        targets.stream()
                                .map(target -> new Fleet.Member(target, target.address(), ServerTerms.STANDARD))
                                .toList(),
                        nowNanos);
    }

    private void publish() {
        long now = System.nanoTime();
        var there = fleet != null
                ? targets
                : targets.stream().filter(target -> !leftOut.contains(target)).toList();
        var route = new AppRoute(
                NAME,
                entry,
                there,
                site.folder().isEmpty() ? new Availability.Serving() : new Availability.FilesOnly(),
                gate,
                new AppRoute.Terms(true, false, QUEUE, QUEUE_TIMEOUT, false, site.folder(), site.settings()),
                null,
                balancing(now));
        table.publish(new RoutingTable(List.of(route)), now);
    }

    @Override
    public void unreachable(Target target) {
        soon(() -> leaveOut(target), Duration.ZERO);
    }

    private void leaveOut(Target target) {
        if (leftOut.size() + 1 < targets.size() && leftOut.add(target)) {
            publish();
            tell.accept("%s cannot be reached: it gets no requests for %s"
                    .formatted(target.address(), Durations.print(LEFT_OUT)));
            soon(() -> takeBack(target), LEFT_OUT);
        }
    }

    private void takeBack(Target target) {
        leftOut.remove(target);
        publish();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its tasks throw nothing
    private void soon(Runnable task, Duration delay) {
        try {
            keeper.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            // Nobody needs another table.
        }
    }

    @Override
    public void busy(AppName app) {}

    @Override
    public void drained(RunId run) {}

    /** Where a browser on this machine reaches it. */
    String url() {
        return Definitions.url(new Binding(entry.address(), plane.port(entry.binding())));
    }

    /** The addresses that requests are sent to; none where files are served. */
    List<String> servers() {
        return targets.stream().map(Target::address).toList();
    }

    /** What of the transport its operator is to know; empty for nothing. */
    String note() {
        return plane.note();
    }

    /** Accepts no more, lets requests under way end, then ends. */
    @Override
    public void close() {
        close(DRAIN);
    }

    private void close(Duration grace) {
        shortages.close();
        plane.close(grace);
        keeper.shutdownNow();
    }
}
