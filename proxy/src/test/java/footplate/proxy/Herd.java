package footplate.proxy;

import footplate.core.balance.Balance;
import footplate.core.balance.Circuit;
import footplate.core.balance.Group;
import footplate.core.balance.OutlierTerms;
import footplate.core.balance.ServerTerms;
import footplate.core.balance.Sticky;
import footplate.core.config.Entry;
import footplate.core.config.Secret;
import footplate.core.pool.Load;
import footplate.core.retry.NextUpstream;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Fleet;
import footplate.core.route.RoutingTable;
import footplate.core.route.Target;
import footplate.testkit.ScriptedUpstream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Servers on real sockets behind a {@link Bench}, shared out by a balancing method; each answers with its name. */
final class Herd implements AutoCloseable {
    private final Bench bench;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final List<Member> gone = new ArrayList<>();
    private int numbers;
    private @Nullable Fleet fleet;
    String method = "round_robin";
    Circuit circuit = Circuit.NONE;
    int panicPercent;

    @Nullable
    Sticky sticky;

    @Nullable
    OutlierTerms outliers;

    NextUpstream next = NextUpstream.STANDARD;
    int maxQueue = 100;
    Duration queueTimeout = Duration.ofSeconds(10);

    /** One server: where it is, how it counts. */
    static final class Member {
        final String name;
        final ScriptedUpstream server;
        final Target target;
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger mostAtOnce = new AtomicInteger();
        private final AtomicInteger inHand = new AtomicInteger();
        volatile String status = "200 OK";
        volatile long slowMillis;
        ServerTerms terms;

        Member(String name, int number, ServerTerms terms) throws IOException {
            this.name = name;
            this.terms = terms;
            this.server = ScriptedUpstream.tcp((wire, _, upstream) -> {
                for (var request = wire.readRequest(); !request.isEmpty(); request = wire.readRequest()) {
                    asked.incrementAndGet();
                    mostAtOnce.accumulateAndGet(inHand.incrementAndGet(), Math::max);
                    pause();
                    inHand.decrementAndGet();
                    wire.send("HTTP/1.1 " + status + "\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
                }
            });
            this.target = Target.server(number, server.address(), new Load(terms.maxConns(), false, System.nanoTime()));
        }

        /** It takes no connection any more, and those that are there are closed. */
        void dies() throws IOException {
            server.stopListening();
            server.close();
        }

        private void pause() {
            if (slowMillis > 0) {
                try {
                    Thread.sleep(slowMillis);
                } catch (InterruptedException asked) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    Herd(Bench bench) {
        this.bench = bench;
    }

    /** One more, with nginx's terms. */
    Member add(String name) throws IOException {
        return add(name, ServerTerms.STANDARD);
    }

    Member add(String name, ServerTerms terms) throws IOException {
        var member = new Member(name, numbers++, terms);
        members.put(name, member);
        return member;
    }

    Member of(String name) {
        return Objects.requireNonNull(members.get(name), name);
    }

    /** It is no longer among them, and answers what it has in hand. */
    Member take(String name) {
        var member = Objects.requireNonNull(members.remove(name), name);
        gone.add(member);
        return member;
    }

    /** Puts them as they are now into the table. */
    void publish() {
        if (fleet == null) {
            var problems = new ArrayList<footplate.core.config.Problem>();
            var balance = Balance.read("test", method, problems);
            if (balance == null) {
                throw new AssertionError(problems.toString());
            }
            fleet = new Fleet(new Fleet.Terms(
                    new Group(balance, circuit),
                    panicPercent,
                    sticky,
                    new Secret("for tests"),
                    Duration.ZERO,
                    outliers,
                    next));
        }
        long now = System.nanoTime();
        var targets = members.values().stream().map(member -> member.target).toList();
        boolean unlimited = members.values().stream().allMatch(member -> member.terms.maxConns() == 0);
        var route = new AppRoute(
                bench.app,
                new Entry(bench.binding.address(), bench.binding.port(), List.of()),
                targets,
                new Availability.Serving(),
                bench.gate,
                new AppRoute.Terms(unlimited, false, maxQueue, queueTimeout, false, "", bench.http),
                null,
                fleet.of(
                        members.values().stream()
                                .map(member -> new Fleet.Member(member.target, member.name, member.terms))
                                .toList(),
                        now));
        bench.table.publish(new RoutingTable(List.of(route)), now);
        gone.forEach(member -> member.target.load().close());
    }

    /** How often each was asked since the last time. */
    Map<String, Integer> asked() {
        var counts = new LinkedHashMap<String, Integer>();
        members.forEach((name, member) -> counts.put(name, member.asked.getAndSet(0)));
        return counts;
    }

    @Override
    public void close() throws IOException {
        for (var member : members.values()) {
            member.server.close();
        }
        for (var member : gone) {
            member.server.close();
        }
    }
}
