package footplate.proxy;

import footplate.core.config.Entry;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.file.Configuration;
import footplate.core.config.file.Listen;
import footplate.core.config.routes.Route;
import footplate.core.name.AppName;
import footplate.core.name.HostName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.pool.Load;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Gate;
import footplate.core.route.LiveTable;
import footplate.core.route.PoolSignals;
import footplate.core.route.Routing;
import footplate.core.route.RoutingTable;
import footplate.core.route.Split;
import footplate.core.route.Target;
import footplate.core.rule.limit.KeyedHash;
import footplate.core.rule.limit.RuleStates;
import footplate.proxy.flow.ProxySettings;
import footplate.proxy.listen.ListenFailure;
import footplate.testkit.FreePort;
import footplate.testkit.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/** A running proxy with one app, as tests need it; everything is real but the Keeper, whose part the test plays. */
final class Bench implements AutoCloseable {
    final LiveTable table = new LiveTable();
    final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    final List<RunId> drained = new CopyOnWriteArrayList<>();
    final AtomicInteger busy = new AtomicInteger();
    final AtomicInteger unreachable = new AtomicInteger();
    final List<Target> overdue = new CopyOnWriteArrayList<>();
    volatile Consumer<RunId> onDrained = _ -> {};
    final Proxy proxy;
    final int port;
    final Entry.Binding binding;
    private final PoolSignals signals = new PoolSignals() {
        @Override
        public void busy(AppName app) {
            busy.incrementAndGet();
        }

        @Override
        public void unreachable(Target target) {
            unreachable.incrementAndGet();
        }

        @Override
        public void overdue(Target target) {
            overdue.add(target);
        }

        @Override
        public void drained(RunId run) {
            drained.add(run);
            onDrained.accept(run);
        }
    };
    final AppName app = new AppName("shop");
    final Gate gate = new Gate(app, signals, System.nanoTime());
    int concurrency;
    int maxQueue = 100;
    boolean development = true;
    Duration queueTimeout = Duration.ofSeconds(10);
    String publicDirectory = "";
    Settings http = Settings.standard();
    List<HostName> hosts = List.of();
    Availability availability = new Availability.Serving();
    final List<Target> targets = new ArrayList<>();
    final List<Target> canaries = new ArrayList<>();
    final Gate canaryGate = new Gate(app, signals, System.nanoTime());
    int permille = -1;
    /** Routes of a configuration; with any, requests come by these alone. */
    List<Route> routes = List.of();

    /** Further apps that routes may name. */
    final List<AppRoute> others = new ArrayList<>();

    private RuleStates states = new RuleStates(new KeyedHash(3, 4));

    /** What the build runs these tests with: epoll, or a second time io_uring. */
    static final String TRANSPORT = System.getProperty("footplate.test.transport", "epoll");

    /** Where bodies go; another test process has another folder. */
    static final Path BODIES = Path.of("target", "bodies-" + Integer.getInteger("footplate.test.fork", 1));

    /** Every setting at its default; tests put what they need in its place. */
    static ProxySettings usual() {
        return ProxySettings.usual(BODIES, _ -> {}).with(Setting.TRANSPORT, TRANSPORT);
    }

    /** One loop with other times; the test of each needs them short. */
    static ProxySettings times(
            Duration head, Duration body, Duration idle, Duration answer, Duration send, Duration half) {
        return usual().with(Setting.WORKERS, "1")
                .with(Setting.CLIENT_HEADER_TIMEOUT, head.toMillis() + "ms")
                .with(Setting.CLIENT_BODY_TIMEOUT, body.toMillis() + "ms")
                .with(Setting.KEEPALIVE_TIMEOUT, idle.toMillis() + "ms")
                .with(Setting.READ_TIMEOUT, answer.toMillis() + "ms")
                .with(Setting.SEND_TIMEOUT, send.toMillis() + "ms")
                .with(Setting.HALF_CLOSED_TIME, half.toMillis() + "ms");
    }

    Bench() throws ListenFailure {
        this(usual().with(Setting.WORKERS, "2"));
    }

    Bench(ProxySettings settings) throws ListenFailure {
        this(settings, 0);
    }

    /** @param asked the port to listen on; 0: any */
    private Bench(ProxySettings settings, int asked) throws ListenFailure {
        binding = new Entry.Binding("127.0.0.1", asked);
        http = settings.settings();
        proxy = Proxy.start(settings.withBugs(bugs::add), table);
        if (!proxy.transport().transport().name().equals(TRANSPORT)) {
            proxy.close(Duration.ZERO);
            Assumptions.abort(proxy.transport().note());
        }
        port = proxy.listen(binding).port();
    }

    /** One with an address that a configuration can name. */
    static Bench routed() throws ListenFailure, IOException {
        return routed(usual().with(Setting.WORKERS, "2"));
    }

    static Bench routed(ProxySettings settings) throws ListenFailure, IOException {
        return new Bench(settings, FreePort.find());
    }

    /** Puts these routes in force. */
    void route(Route... all) {
        routes = List.of(all);
        publish();
    }

    /** One more app, of one process, that routes may name. */
    Target other(String name, String address, int most) {
        var target = new Target(
                new RunId(50 + others.size()),
                new InstanceId(1),
                1_050,
                address,
                new Load(most, false, System.nanoTime()));
        var terms = new AppRoute.Terms(most == 0, false, 0, queueTimeout, development, "", http);
        others.add(new AppRoute(
                new AppName(name),
                new Entry("127.0.0.1", 1, List.of()),
                List.of(target),
                new Availability.Serving(),
                new Gate(new AppName(name), signals, System.nanoTime()),
                terms));
        publish();
        return target;
    }

    private RoutingTable routed(AppRoute route) {
        states = states.next();
        var listen = new Listen(binding.address(), binding.port(), false, "", "");
        var configuration = new Configuration(
                List.of(listen), List.of(), List.of(), routes, List.of(), List.of(), false, Settings.standard());
        var pools = new ArrayList<>(others);
        pools.add(route);
        var nobody = new AppRoute(
                new AppName("nobody"),
                new Entry("127.0.0.1", 1, List.of()),
                List.of(),
                new Availability.FilesOnly(),
                new Gate(new AppName("nobody"), signals, System.nanoTime()),
                new AppRoute.Terms(true, false, 0, Duration.ZERO, false, "", http));
        var routing = Routing.of(configuration, "0.0.0.0", states);
        return new RoutingTable(pools, List.of(), Set.of(), routing, List.of(), nobody);
    }

    /** One more process. */
    Target add(String address) {
        int number = targets.size();
        var target = new Target(
                new RunId(number),
                new InstanceId(number),
                1_000 + number,
                address,
                new Load(concurrency, false, System.nanoTime()));
        targets.add(target);
        publish();
        return target;
    }

    /** One more server, told of clients by PROXY protocol. */
    Target announced(String address, int version) {
        int number = targets.size();
        var target = new Target(
                new RunId(number),
                new InstanceId(number),
                0,
                address,
                new Load(concurrency, false, System.nanoTime()),
                version);
        targets.add(target);
        publish();
        return target;
    }

    /** One more process of a new release. */
    Target addCanary(String address) {
        int number = 100 + canaries.size();
        var target = new Target(
                new RunId(number),
                new InstanceId(number),
                1_000 + number,
                address,
                new Load(concurrency, false, System.nanoTime()));
        canaries.add(target);
        publish();
        return target;
    }

    /** Puts the app as it is now into the table. */
    void publish() {
        var settings =
                new AppRoute.Terms(concurrency == 0, false, maxQueue, queueTimeout, development, publicDirectory, http);
        var entry = new Entry(binding.address(), binding.port(), hosts);
        if (permille < 0) {
            var route = new AppRoute(app, entry, targets, availability, gate, settings);
            table.publish(routes.isEmpty() ? new RoutingTable(List.of(route)) : routed(route), System.nanoTime());
            return;
        }
        var side = new AppRoute(app, entry, canaries, new Availability.Serving(), canaryGate, settings);
        var canary = new AppRoute.Canary(new Split(permille, http), side);
        var route = new AppRoute(app, entry, targets, availability, gate, settings, canary, null);
        table.publish(new RoutingTable(List.of(route), List.of(side), Set.of()), System.nanoTime());
    }

    Wire client() throws IOException {
        return Wire.connect(port);
    }

    /** One request on a connection of its own. */
    String ask(String request) throws IOException {
        try (var client = client()) {
            return client.send(request).readAnswer();
        }
    }

    /**
     * Waits until connections to processes are idle: over io_uring the news that a request was sent in full can come after its answer,
     * and who asks before that gets another connection.
     */
    void awaitIdle(int connections) {
        org.awaitility.Awaitility.await().until(() -> proxy.stats().idleUpstream() == connections);
    }

    /** Requests in hand at all processes. */
    int underWay() {
        return targets.stream().mapToInt(target -> target.load().underWay()).sum();
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
