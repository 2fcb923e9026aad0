package footplate.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.pool.Load;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** Many threads choose, release, fail and succeed, while servers are closed and replaced. */
final class ManyLoopsTest {
    private static final int LIMIT = 3;
    private static final int THREADS = 4;
    private static final int REQUESTS = 4_000;

    @Test
    void noPlaceIsLostNoLimitExceededAndNobodyMissedByADrain() throws InterruptedException {
        for (var balance : ChoosingTest.ALL) {
            round(balance);
        }
    }

    /** A server's requests in hand, counted beside its load. */
    private static final class Counted {
        private final Server server;
        private final AtomicInteger inHand = new AtomicInteger();
        private final AtomicInteger drained = new AtomicInteger();
        private volatile boolean closed;

        Counted(Server server) {
            this.server = server;
        }
    }

    private static void round(Balance balance) throws InterruptedException {
        var group = new Group(balance, new Circuit(0, 0, 50, Duration.ofNanos(500)));
        var terms = new ServerTerms(2, LIMIT, 2, Duration.ofNanos(2_000), Duration.ofNanos(5_000), false, false);
        var all = new ArrayList<Counted>();
        for (int i = 0; i < 5; i++) {
            all.add(new Counted(new Server(group, "s:" + i, new Load(LIMIT, false, 0), terms, false, 0)));
        }
        var table = new AtomicTable(group, all, null);
        var wrong = new AtomicIntegerArray(2);
        var over = new AtomicBoolean();
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < THREADS; t++) {
            var random = new Random(t);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < REQUESTS; i++) {
                    request(table.read(), random, wrong);
                }
            }));
        }
        var keeper = Thread.ofPlatform().start(() -> {
            var servers = List.copyOf(all);
            for (int change = 0; !over.get() && change < 200; change++) {
                var old = servers.get(change % servers.size());
                var fresh = new Counted(new Server(
                        group, "n:" + change, new Load(LIMIT, false, change), terms, true, System.nanoTime()));
                synchronized (all) {
                    all.add(fresh);
                }
                var next = new ArrayList<>(servers);
                next.set(change % servers.size(), fresh);
                servers = List.copyOf(next);
                table.publish(servers);
                if (old.server.load().close()) {
                    old.drained.getAndIncrement();
                }
                old.closed = true;
                Thread.onSpinWait();
            }
        });
        for (var thread : threads) {
            thread.join();
        }
        over.set(true);
        keeper.join();
        assertThat(wrong.get(0))
                .describedAs("%s: claims above the limit", balance)
                .isZero();
        assertThat(wrong.get(1))
                .describedAs("%s: claims after the close", balance)
                .isZero();
        for (var counted : all) {
            assertThat(counted.server.load().underWay())
                    .describedAs("%s", balance)
                    .isZero();
            if (counted.closed) {
                assertThat(counted.drained).describedAs("%s", balance).hasValue(1);
            }
        }
    }

    /** What is published: servers and their balancer. */
    private static final class AtomicTable {
        private final Group group;
        private volatile Published now;

        private record Published(List<Counted> counted, Balancer balancer) {}

        AtomicTable(Group group, List<Counted> counted, @org.jspecify.annotations.Nullable Balancer before) {
            this.group = group;
            this.now = made(List.copyOf(counted), before);
        }

        private Published made(List<Counted> counted, @org.jspecify.annotations.Nullable Balancer before) {
            var servers = counted.stream().map(one -> one.server).toList();
            return new Published(counted, new Balancer(group, servers, 30, before, System.nanoTime()));
        }

        void publish(List<Counted> counted) {
            now = made(counted, now.balancer);
        }

        Published read() {
            return now;
        }
    }

    private static void request(AtomicTable.Published table, Random random, AtomicIntegerArray wrong) {
        var closedBefore = new boolean[table.counted.size()];
        for (int i = 0; i < closedBefore.length; i++) {
            closedBefore[i] = table.counted.get(i).closed;
        }
        int place = table.balancer.claim(
                Upstreams.key("/" + random.nextInt(100)), random.nextLong(), Tried.NONE, -1, System.nanoTime());
        if (place < 0) {
            return;
        }
        var counted = table.counted.get(place);
        if (counted.inHand.incrementAndGet() > LIMIT) {
            wrong.getAndIncrement(0);
        }
        if (closedBefore[place]) {
            wrong.getAndIncrement(1);
        }
        if (random.nextInt(4) == 0) {
            counted.server.failed(System.nanoTime());
        } else {
            counted.server.succeeded(1_000, 2_000, System.nanoTime());
        }
        counted.inHand.decrementAndGet();
        if (counted.server.load().release(System.nanoTime())) {
            counted.drained.getAndIncrement();
        }
    }
}
