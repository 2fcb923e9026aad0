package footplate.bench;

import footplate.core.config.Entry;
import footplate.core.config.Settings;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.pool.Load;
import footplate.core.route.Asking;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Gate;
import footplate.core.route.PoolSignals;
import footplate.core.route.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What claiming a place on a process and giving it back costs a request that need not wait. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PlaceBench {
    @Param({"1", "8"})
    public int processes;

    private Gate gate;
    private AppRoute route;

    @Setup
    public void start() {
        var app = new AppName("bench");
        gate = new Gate(app, PoolSignals.NONE, 0);
        var targets = new ArrayList<Target>();
        for (int i = 1; i <= processes; i++) {
            targets.add(new Target(new RunId(i), new InstanceId(i), i, "127.0.0.1:1", new Load(0, false, 0)));
        }
        var terms = new AppRoute.Terms(true, false, 100, Duration.ofSeconds(10), false, "", Settings.standard());
        route = new AppRoute(
                app, new Entry("127.0.0.1", 80, List.of()), targets, new Availability.Serving(), gate, terms);
    }

    @Benchmark
    public void claimAndRelease() {
        gate.release(gate.claim(route, Asking.NOTHING, 0), 0);
    }
}
