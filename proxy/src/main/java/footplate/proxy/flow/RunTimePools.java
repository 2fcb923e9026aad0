package footplate.proxy.flow;

import footplate.core.balance.Balance;
import footplate.core.balance.Group;
import footplate.core.balance.ServerTerms;
import footplate.core.config.Entry;
import footplate.core.config.Problem;
import footplate.core.config.Secret;
import footplate.core.config.Settings;
import footplate.core.config.Upstream;
import footplate.core.discover.Answer;
import footplate.core.discover.Found;
import footplate.core.name.AppName;
import footplate.core.pool.Load;
import footplate.core.retry.NextUpstream;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Fleet;
import footplate.core.route.Gate;
import footplate.core.route.PoolSignals;
import footplate.core.route.Target;
import footplate.proxy.names.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The servers whose addresses are known when a request is there, such as {@code http://host_${node}:80}: each name is a pool of the
 * addresses it leads to. All loops use them.
 */
public final class RunTimePools {
    /** Names come from clients: of more than this the ones used longest ago are forgotten. */
    static final int MOST = 1_024;

    private static final Entry NOWHERE = new Entry("127.0.0.1", 0, List.of());

    private final Names names;
    private final Map<String, Pool> pools = new ConcurrentHashMap<>();
    private final Set<Target> targets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger numbers = new AtomicInteger(1 << 30);

    public RunTimePools(Names names) {
        this.names = names;
    }

    /** What an address comes to. */
    sealed interface Lookup {}

    /** A pool. */
    record Leads(AppRoute pool) implements Lookup {}

    /**
     * To nowhere.
     *
     * @param why in words, for a page
     */
    record Nowhere(String why) implements Lookup {}

    /** The addresses of one name. */
    private final class Pool {
        private final Fleet fleet = new Fleet(new Fleet.Terms(
                new Group(new Balance.RoundRobin()),
                0,
                null,
                new Secret(""),
                Duration.ZERO,
                null,
                new NextUpstream(
                        Set.of(NextUpstream.Condition.ERROR, NextUpstream.Condition.TIMEOUT),
                        false,
                        0,
                        Duration.ZERO)));
        private final Gate gate;
        private Map<String, Target> seats = Map.of();
        private List<String> addresses = List.of();
        private volatile @Nullable AppRoute route;
        private volatile long usedNanos;
        private boolean forgotten;

        Pool(AppName log, long nowNanos) {
            gate = new Gate(log, PoolSignals.NONE, nowNanos);
        }

        /** Null if it was forgotten meanwhile. Locked, as loops come here together when the addresses have just changed; else for a comparison only. */
        synchronized @Nullable AppRoute at(List<String> now, AppName log, Settings http, long nowNanos) {
            if (forgotten) {
                return null;
            }
            usedNanos = nowNanos;
            var known = route;
            if (known != null && addresses.equals(now) && known.http() == http) {
                return known;
            }
            var seated = new HashMap<String, Target>();
            var members = new ArrayList<Fleet.Member>();
            for (var address : now) {
                if (seated.containsKey(address)) {
                    continue;
                }
                var there = seats.get(address);
                var target = there == null
                        ? Target.server(numbers.getAndIncrement(), address, new Load(0, false, nowNanos))
                        : there;
                seated.put(address, target);
                targets.add(target);
                members.add(new Fleet.Member(target, address, ServerTerms.STANDARD));
            }
            seats.forEach((address, target) -> {
                if (!seated.containsKey(address)) {
                    leave(target);
                }
            });
            seats = seated;
            addresses = now;
            var fresh = new AppRoute(
                    log,
                    NOWHERE,
                    members.stream().map(Fleet.Member::target).toList(),
                    new Availability.Serving(),
                    gate,
                    new AppRoute.Terms(true, false, 0, Duration.ofSeconds(1), false, "", http),
                    null,
                    fleet.of(members, nowNanos));
            route = fresh;
            return fresh;
        }

        synchronized void forget() {
            forgotten = true;
            seats.values().forEach(RunTimePools.this::leave);
        }
    }

    private void leave(Target target) {
        target.load().close();
        targets.remove(target);
    }

    /** Whether it is one of these. */
    boolean has(Target target) {
        return targets.contains(target);
    }

    /**
     * The pool of an address.
     *
     * @param address as a template of a route has become with a request's parts in it: hostile
     * @param nobody the pool that stands for it in the table: whose log and settings count, a route's own among them
     * @param told once, on this thread or another
     */
    void find(String address, List<String> resolvers, AppRoute nobody, long nowNanos, Consumer<Lookup> told) {
        var problems = new ArrayList<Problem>();
        if (!(Upstream.read(address, problems) instanceof Upstream.Tcp(var host, int port))) {
            told.accept(new Nowhere("This request leads to no server that could be asked."));
            return;
        }
        names.lookup(
                host,
                port,
                resolvers,
                answer -> told.accept(
                        switch (answer) {
                            case Answer.Servers(var servers, var _) ->
                                new Leads(pool(host + ":" + port + " " + resolvers, servers, nobody, nowNanos));
                            case Answer.Silence(var _, var some) ->
                                some.isEmpty()
                                        ? new Nowhere("No name server can tell where this request leads to.")
                                        : new Leads(pool(host + ":" + port + " " + resolvers, some, nobody, nowNanos));
                            case Answer.Nobody _ -> new Nowhere("There is no server where this request leads to.");
                        }));
    }

    /** @param key the name, and whom it was asked of: two may say different things */
    private AppRoute pool(String key, List<Found> servers, AppRoute nobody, long nowNanos) {
        var places = servers.stream().map(Found::place).toList();
        while (true) {
            var pool = pools.get(key);
            if (pool == null) {
                if (pools.size() >= MOST) {
                    forgetOne();
                }
                pool = pools.computeIfAbsent(key, _ -> new Pool(nobody.app(), nowNanos));
            }
            var route = pool.at(places, nobody.app(), nobody.plain().http(), nowNanos);
            if (route != null) {
                return route.with(nobody.over());
            }
            pools.remove(key, pool);
        }
    }

    /** Called about once a second by every event loop. */
    void tick(long nowNanos) {
        for (var pool : pools.values()) {
            var route = pool.route;
            if (route != null) {
                pool.gate.tick(route, nowNanos);
            }
        }
    }

    private void forgetOne() {
        Map.Entry<String, Pool> oldest = null;
        for (var entry : pools.entrySet()) {
            if (oldest == null || entry.getValue().usedNanos - oldest.getValue().usedNanos < 0) {
                oldest = entry;
            }
        }
        if (oldest != null && pools.remove(oldest.getKey(), oldest.getValue())) {
            oldest.getValue().forget();
        }
    }

    /** How many names have a pool. */
    int size() {
        return pools.size();
    }
}
