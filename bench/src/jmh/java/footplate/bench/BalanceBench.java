package footplate.bench;

import footplate.core.balance.Asked;
import footplate.core.balance.Balance;
import footplate.core.balance.Balancer;
import footplate.core.balance.Group;
import footplate.core.balance.Server;
import footplate.core.balance.ServerTerms;
import footplate.core.balance.Tried;
import footplate.core.config.Problem;
import footplate.core.pool.Load;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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

/**
 * What choosing a server, claiming a place on it and giving the place back costs a request. Each server has one request in hand besides,
 * so that no method can stop at the first that has none.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class BalanceBench {
    @Param({
        "round_robin",
        "least_conn",
        "random",
        "random_two",
        "ip_hash",
        "hash $request_uri",
        "hash $request_uri consistent",
        "least_time header",
        "least_time header peak",
        "least_busy_first"
    })
    public String method;

    @Param({"10", "1000"})
    public int servers;

    @Param({"equal", "weighted"})
    public String weights;

    private static final int KEYS = 1_024;

    private final List<Load> loads = new ArrayList<>();
    private final byte[][] keys = new byte[KEYS][];
    private final byte[][] addresses = new byte[KEYS][];
    private Balancer balancer;
    private SplittableRandom random;
    private int request;
    private final Asked asked = new Asked() {
        @Override
        public byte[] address() {
            return addresses[request & KEYS - 1];
        }

        @Override
        public byte[] key() {
            return keys[request & KEYS - 1];
        }
    };

    @Setup
    public void start() {
        random = new SplittableRandom(1);
        for (int i = 0; i < KEYS; i++) {
            keys[i] = ("/shop/item/" + i + "?view=full").getBytes(StandardCharsets.UTF_8);
            addresses[i] = new byte[] {10, (byte) random.nextInt(), (byte) random.nextInt(), 1};
        }
        var balance = Balance.read("bench", method, new ArrayList<Problem>());
        var group = new Group(balance);
        var list = new ArrayList<Server>();
        for (int i = 0; i < servers; i++) {
            var load = new Load(0, false, 0);
            load.claim(Load.WELL);
            loads.add(load);
            var terms = ServerTerms.STANDARD.weighing(weights.equals("equal") ? 1 : 1 + i % 5);
            var server = new Server(group, "10.0." + i / 250 + "." + i % 250 + ":8080", load, terms, false, 0);
            long time = 20_000_000L + random.nextInt(200_000_000);
            server.succeeded(time, time, 1);
            list.add(server);
        }
        balancer = new Balancer(group, list, 0, null, 0);
    }

    @Benchmark
    public int claimAndRelease() {
        request++;
        int place = balancer.claim(asked, random.nextLong(), Tried.NONE, -1, 1_000);
        loads.get(place).release(1_000);
        return place;
    }

    /** What of it is the claim and the release alone. */
    @Benchmark
    public boolean claimAndReleaseAlone() {
        var load = loads.get(request++ % 8);
        load.claim(Load.WELL);
        return load.release(1_000);
    }
}
