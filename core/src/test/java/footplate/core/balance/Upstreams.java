package footplate.core.balance;

import footplate.core.pool.Load;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Servers to choose from, and requests that choose. */
final class Upstreams {
    static final long SECOND = 1_000_000_000L;

    final Group group;
    final List<Server> servers = new ArrayList<>();
    private final Random random;
    private int panic;
    private @Nullable Balancer balancer;

    Upstreams(Balance balance, long seed) {
        this(new Group(balance), seed);
    }

    Upstreams(Group group, long seed) {
        this.group = group;
        this.random = new Random(seed);
    }

    /** Servers 127.0.0.1:18081 and so on, that never fail. */
    static Upstreams weighing(Balance balance, int... weights) {
        var upstreams = new Upstreams(balance, 1);
        for (int weight : weights) {
            upstreams.add(terms(weight, 0, 0));
        }
        return upstreams;
    }

    static ServerTerms terms(int weight, int maxConns, int maxFails) {
        return new ServerTerms(weight, maxConns, maxFails, Duration.ofSeconds(10), Duration.ZERO, false, false);
    }

    static ServerTerms down(int weight) {
        return new ServerTerms(weight, 0, 0, Duration.ofSeconds(10), Duration.ZERO, false, true);
    }

    static ServerTerms backup() {
        return new ServerTerms(1, 0, 1, Duration.ofSeconds(10), Duration.ZERO, true, false);
    }

    Upstreams add(ServerTerms terms) {
        return add("127.0.0.1:" + (18081 + servers.size()), terms, false, 0);
    }

    Upstreams add(String name, ServerTerms terms, boolean joins, long now) {
        servers.add(
                new Server(group, name, new Load(group.circuit().concurrency(terms), false, now), terms, joins, now));
        return change(now);
    }

    Upstreams remove(int place, long now) {
        servers.remove(place);
        return change(now);
    }

    Upstreams panicBelow(int percent) {
        panic = percent;
        return change(0);
    }

    private Upstreams change(long now) {
        balancer = new Balancer(group, servers, panic, balancer, now);
        return this;
    }

    Balancer balancer() {
        var made = balancer;
        if (made == null) {
            throw new IllegalStateException("no server was added");
        }
        return made;
    }

    int claim(Asked asked, Tried tried, long now) {
        return balancer().claim(asked, random.nextLong(), tried, -1, now);
    }

    int claim(long now) {
        return claim(Asked.NOTHING, Tried.NONE, now);
    }

    /** Where a request goes that is over at once; nothing is told of how it ended. */
    int pass(Asked asked, long now) {
        int place = claim(asked, Tried.NONE, now);
        if (place >= 0) {
            servers.get(place).load().release(now);
        }
        return place;
    }

    /** Where so many requests go, one after the other, as digits. */
    String row(int requests, long now) {
        var row = new StringBuilder();
        for (int i = 0; i < requests; i++) {
            row.append(pass(Asked.NOTHING, now));
        }
        return row.toString();
    }

    void release(int place, long now) {
        servers.get(place).load().release(now);
    }

    static Asked key(String key) {
        return asked(new byte[0], key.getBytes(StandardCharsets.UTF_8));
    }

    static Asked from(int... address) {
        var bytes = new byte[address.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) address[i];
        }
        return asked(bytes, new byte[0]);
    }

    private static Asked asked(byte[] address, byte[] key) {
        return new Asked() {
            @Override
            public byte[] address() {
                return address;
            }

            @Override
            public byte[] key() {
                return key;
            }
        };
    }
}
