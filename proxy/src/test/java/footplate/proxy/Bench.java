package footplate.proxy;

import footplate.core.config.Entry;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
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
import footplate.core.route.RoutingTable;
import footplate.core.route.Split;
import footplate.core.route.Target;
import footplate.proxy.flow.ProxySettings;
import footplate.proxy.listen.ListenFailure;
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
    final Entry.Binding binding = new Entry.Binding("127.0.0.1", 0);
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

    /** What the build runs these tests with: epoll, or a second time io_uring. */
    static final String TRANSPORT = System.getProperty("footplate.test.transport", "epoll");

    /** Every setting at its default; tests put what they need in its place. */
    static ProxySettings usual() {
        return ProxySettings.usual(Path.of("target/bodies"), _ -> {}).with(Setting.TRANSPORT, TRANSPORT);
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
        http = settings.settings();
        proxy = Proxy.start(settings.withBugs(bugs::add), table);
        if (!proxy.transport().transport().name().equals(TRANSPORT)) {
            proxy.close(Duration.ZERO);
            Assumptions.abort(proxy.transport().note());
        }
        port = proxy.listen(binding).port();
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
            table.publish(new RoutingTable(List.of(route)), System.nanoTime());
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
