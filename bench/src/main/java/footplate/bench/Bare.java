package footplate.bench;

import footplate.core.config.Entry;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.pool.Load;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Gate;
import footplate.core.route.LiveTable;
import footplate.core.route.PoolSignals;
import footplate.core.route.RoutingTable;
import footplate.core.route.Target;
import footplate.proxy.Proxy;
import footplate.proxy.flow.ProxySettings;
import footplate.proxy.listen.ListenFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** The data plane alone, with one app of one process that somebody else started: what profilers and JMH look at. */
public final class Bare implements AutoCloseable {
    private final Proxy proxy;
    private final int port;

    /**
     * Starts it on a free port of 127.0.0.1.
     *
     * @param upstream {@code unix:/path} or {@code 127.0.0.1:port}
     * @param workers event loops
     * @param files absolute path of a folder with static files, or empty
     */
    public Bare(String upstream, int workers, String files) throws IOException, ListenFailure {
        var temporary = Files.createTempDirectory("footplate-bench");
        temporary.toFile().deleteOnExit();
        var settings = ProxySettings.usual(temporary, mistake -> mistake.printStackTrace(System.err))
                .with(Setting.WORKERS, String.valueOf(workers));
        var table = new LiveTable();
        proxy = Proxy.start(settings, table);
        var binding = new Entry.Binding("127.0.0.1", 0);
        port = proxy.listen(binding).port();
        var app = new AppName("bench");
        var target = new Target(new RunId(1), new InstanceId(1), 1, upstream, new Load(0, false, System.nanoTime()));
        var terms = new AppRoute.Terms(true, false, 100, Duration.ofSeconds(10), false, files, Settings.standard());
        var route = new AppRoute(
                app,
                new Entry(binding.address(), binding.port(), List.of()),
                List.of(target),
                new Availability.Serving(),
                new Gate(app, PoolSignals.NONE, System.nanoTime()),
                terms);
        table.publish(new RoutingTable(List.of(route)), System.nanoTime());
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        proxy.close(Duration.ZERO);
    }

    /** {@code Bare UPSTREAM WORKERS [FILES]}: prints its port, and runs until its input ends. */
    public static void main(String... words) throws IOException, ListenFailure {
        try (var bare = new Bare(words[0], Integer.parseInt(words[1]), words.length > 2 ? words[2] : "")) {
            System.out.println(bare.port());
            while (System.in.read() >= 0) {
                // Nothing that comes is of interest, but its end.
            }
        }
    }
}
