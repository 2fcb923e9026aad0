package footplate.proxy;

import footplate.core.config.Entry;
import footplate.core.config.Entry.Binding;
import footplate.core.config.file.Stream.Protocol;
import footplate.core.config.routes.HostMatch;
import footplate.core.name.AppName;
import footplate.core.pool.Load;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Gate;
import footplate.core.route.LiveTable;
import footplate.core.route.PoolSignals;
import footplate.core.route.Routing;
import footplate.core.route.RoutingTable;
import footplate.core.route.StreamBinding;
import footplate.core.route.StreamRoute;
import footplate.core.route.Target;
import footplate.proxy.flow.ProxySettings;
import footplate.proxy.listen.ListenFailure;
import footplate.proxy.stream.StreamCounts;
import footplate.testkit.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;

/** A running proxy with one stream, as tests need it; everything is real but the Keeper, whose part the test plays. */
final class StreamBench implements AutoCloseable {
    final LiveTable table = new LiveTable();
    final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    final Proxy proxy;
    final StreamBinding binding;
    final int port;
    final Map<AppName, List<Target>> pools = new LinkedHashMap<>();
    final Map<HostMatch, AppName> sni = new LinkedHashMap<>();
    private final Map<AppName, Gate> gates = new LinkedHashMap<>();
    private final ProxySettings settings;
    Duration idle = Duration.ofMinutes(1);
    int proxyProtocol;
    int concurrency;
    boolean toRest = true;

    StreamBench(Protocol protocol) throws ListenFailure {
        this(protocol, Bench.usual());
    }

    StreamBench(Protocol protocol, ProxySettings settings) throws ListenFailure {
        this.settings = settings;
        binding = new StreamBinding(new Binding("127.0.0.1", 0), protocol);
        proxy = Proxy.start(settings.withBugs(bugs::add), table);
        if (!proxy.transport().transport().name().equals(Bench.TRANSPORT)) {
            proxy.close(Duration.ZERO);
            Assumptions.abort(proxy.transport().note());
        }
        port = proxy.listen(binding).port();
    }

    /** One more server of the pool for everybody. */
    Target add(String address) {
        return add("rest", address);
    }

    Target add(String pool, String address) {
        int number = pools.values().stream().mapToInt(List::size).sum();
        var target = Target.server(number, address, new Load(concurrency, false, System.nanoTime()));
        pools.computeIfAbsent(new AppName(pool), _ -> new ArrayList<>()).add(target);
        publish();
        return target;
    }

    /** A server leaves: what it has in hand goes on. */
    void remove(Target target) {
        pools.values().forEach(all -> all.remove(target));
        publish();
        target.load().close();
    }

    void publish() {
        var routes = new ArrayList<AppRoute>();
        pools.forEach((name, targets) -> routes.add(new AppRoute(
                name,
                new Entry("127.0.0.1", 1, List.of()),
                targets,
                new Availability.Serving(),
                gates.computeIfAbsent(name, its -> new Gate(its, PoolSignals.NONE, System.nanoTime())),
                new AppRoute.Terms(
                        concurrency == 0, false, 100, Duration.ofSeconds(10), false, "", settings.settings()))));
        var rest = new AppName("rest");
        var route = new StreamRoute(toRest && pools.containsKey(rest) ? rest : null, sni, idle, proxyProtocol);
        var routing = Routing.NONE.with(Map.of(binding, route));
        table.publish(new RoutingTable(List.of(), List.of(), Set.of(), routing, routes, null), System.nanoTime());
    }

    Wire client() throws IOException {
        return Wire.connect(port);
    }

    StreamCounts.Stand counts() {
        return Objects.requireNonNull(proxy.streams().get(binding));
    }

    @Override
    public void close() {
        proxy.close(Duration.ZERO);
        if (!bugs.isEmpty()) {
            var failure = new AssertionError("the proxy made mistakes: " + bugs);
            bugs.forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
