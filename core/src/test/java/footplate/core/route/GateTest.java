package footplate.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.config.Entry;
import footplate.core.config.Settings;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.pool.Load;
import footplate.core.route.Gate.Admission;
import footplate.core.supervise.Exit;
import footplate.core.supervise.Journey;
import footplate.core.supervise.StartFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final AppName APP = new AppName("shop");
    private static final StartFailure FAILURE = new StartFailure(
            "f", APP, new InstanceId(0), Instant.EPOCH, new Exit.Code(1), new Journey(List.of(), List.of(), "", ""));

    private final AtomicInteger busy = new AtomicInteger();
    private final ConcurrentLinkedQueue<RunId> drained = new ConcurrentLinkedQueue<>();
    private final Gate gate = new Gate(
            APP,
            new PoolSignals() {
                @Override
                public void busy(AppName app) {
                    busy.incrementAndGet();
                }

                @Override
                public void drained(RunId run) {
                    drained.add(run);
                }
            },
            0);
    private final LiveTable table = new LiveTable();

    private static Target target(int run, int concurrency) {
        return new Target(new RunId(run), new InstanceId(run), 100 + run, "unix:/x", new Load(concurrency, false, 0));
    }

    private AppRoute publish(Availability availability, int maxQueue, boolean canGrow, List<Target> targets) {
        var settings =
                new AppRoute.Terms(false, canGrow, maxQueue, Duration.ofSeconds(1), false, "", Settings.standard());
        var route = new AppRoute(APP, new Entry("127.0.0.1", 1, List.of()), targets, availability, gate, settings);
        table.publish(new RoutingTable(List.of(route)), 0);
        return route;
    }

    private AppRoute serving(int maxQueue, Target... targets) {
        return publish(new Availability.Serving(), maxQueue, false, List.of(targets));
    }

    private static final class Wait extends Waiting {
        private volatile @Nullable Target granted;
        private volatile @Nullable StartFailure refused;
        private volatile boolean stopped;
        private final AtomicInteger ends = new AtomicInteger();

        @Override
        protected void granted(Target target) {
            granted = target;
            ends.incrementAndGet();
        }

        @Override
        protected void refused(StartFailure failure) {
            refused = failure;
            ends.incrementAndGet();
        }

        @Override
        protected void stopped() {
            stopped = true;
            ends.incrementAndGet();
        }
    }

    @Test
    void placesGoToThoseWhoWaitInTheOrderTheyCame() {
        var one = target(1, 1);
        var route = serving(10, one);
        assertThat(gate.claim(route, Asking.NOTHING, 0)).isEqualTo(one);
        assertThat(gate.claim(route, Asking.NOTHING, 0)).isNull();
        var waits = List.of(new Wait(), new Wait(), new Wait());
        waits.forEach(wait -> assertThat(gate.queue(wait, 0)).isEqualTo(Admission.QUEUED));
        assertThat(gate.leave(waits.get(1))).isTrue();
        assertThat(gate.leave(waits.get(1))).isFalse();
        gate.release(one, 1);
        assertThat(waits.get(0).granted).isEqualTo(one);
        assertThat(waits.get(2).granted).isNull();
        // While others wait nobody passes them, even if a place were free.
        assertThat(gate.claim(route, Asking.NOTHING, 0)).isNull();
        gate.release(one, 1);
        assertThat(waits.get(2).granted).isEqualTo(one);
        assertThat(waits.get(1).ends).hasValue(0);
        assertThat(gate.leave(waits.get(2))).isFalse();
    }

    @Test
    void nobodyGetsAPlaceOnAProcessThatRefusedAConnectionUntilItMayBeTriedAgain() {
        var dead = target(1, 0);
        var route = serving(10, dead);
        var before = gate.claim(route, Asking.NOTHING, 0);
        assertThat(before).isEqualTo(dead);
        assertThat(gate.unreachable(dead)).isTrue();
        assertThat(gate.unreachable(dead)).isFalse();
        assertThat(gate.claim(route, Asking.NOTHING, 0)).isNull();
        var newcomer = new Wait();
        assertThat(gate.queue(newcomer, 0)).isEqualTo(Admission.QUEUED);
        gate.release(dead, 1);
        assertThat(newcomer.granted).isNull();
        // A table of other news changes nothing about it.
        serving(10, dead);
        assertThat(newcomer.granted).isNull();
        gate.tryAgain(dead, 2);
        assertThat(newcomer.granted).isEqualTo(dead);
    }

    @Test
    void theSuccessorGetsWhoWaitedForItAndFirstThoseWhoHadAPlace() {
        var dead = target(1, 1);
        serving(1, dead);
        gate.unreachable(dead);
        var newcomer = new Wait();
        var third = new Wait();
        var lost = List.of(new Wait(), new Wait(), new Wait());
        assertThat(gate.queue(newcomer, 0)).isEqualTo(Admission.QUEUED);
        lost.forEach(wait -> assertThat(gate.queueAgain(wait, 0)).isEqualTo(Admission.QUEUED));
        assertThat(gate.queue(third, 0)).isEqualTo(Admission.QUEUE_FULL);
        assertThat(gate.queued()).isEqualTo(4);
        assertThat(gate.leave(lost.get(1))).isTrue();
        var successor = target(2, 1);
        serving(1, successor);
        assertThat(lost.get(0).granted).isEqualTo(successor);
        assertThat(lost.get(2).granted).isNull();
        gate.release(successor, 1);
        assertThat(lost.get(2).granted).isEqualTo(successor);
        assertThat(newcomer.granted).isNull();
        gate.release(successor, 1);
        assertThat(newcomer.granted).isEqualTo(successor);
        assertThat(gate.queue(third, 0)).isEqualTo(Admission.QUEUED);
    }

    @Test
    void aClosedProcessThatRefusedIsDrainedLikeAnyOther() {
        var dead = target(1, 0);
        var route = serving(10, dead);
        assertThat(gate.claim(route, Asking.NOTHING, 0)).isEqualTo(dead);
        assertThat(dead.load().close()).isFalse();
        gate.unreachable(dead);
        gate.release(dead, 1);
        assertThat(drained).containsExactly(dead.run());
        gate.tryAgain(dead, 2);
        assertThat(gate.claim(route, Asking.NOTHING, 3)).isNull();
    }

    @Test
    void aRequestWithAnOldTableGetsItsPlaceOnANewProcess() {
        var old = target(1, 1);
        var route = serving(10, old);
        old.load().close();
        var fresh = target(2, 1);
        serving(10, fresh);
        assertThat(gate.claim(route, Asking.NOTHING, 0)).isEqualTo(fresh);
    }

    @Test
    void whoWaitsIsToldHowItEnds() {
        serving(2);
        var first = new Wait();
        var second = new Wait();
        assertThat(gate.queue(first, 0)).isEqualTo(Admission.QUEUED);
        assertThat(gate.queue(second, 0)).isEqualTo(Admission.QUEUED);
        assertThat(gate.queue(new Wait(), 0)).isEqualTo(Admission.QUEUE_FULL);
        publish(new Availability.Failed(FAILURE), 2, false, List.of());
        assertThat(first.refused).isEqualTo(FAILURE);
        assertThat(second.refused).isEqualTo(FAILURE);
        assertThat(gate.queue(new Wait(), 0)).isEqualTo(Admission.FAILED);
        serving(2);
        var third = new Wait();
        assertThat(gate.queue(third, 0)).isEqualTo(Admission.QUEUED);
        table.publish(RoutingTable.EMPTY, 0);
        assertThat(third.stopped).isTrue();
        assertThat(gate.queue(new Wait(), 0)).isEqualTo(Admission.STOPPED);
        assertThat(gate.queued()).isZero();
    }

    @Test
    void aFullPoolThatMayGrowSaysSo() {
        publish(new Availability.Serving(), 5, true, List.of());
        gate.queue(new Wait(), TimeUnit.SECONDS.toNanos(1));
        gate.queue(new Wait(), TimeUnit.SECONDS.toNanos(1) + 1);
        assertThat(busy).hasValue(1);
        gate.queue(new Wait(), TimeUnit.SECONDS.toNanos(2));
        assertThat(busy).hasValue(2);
    }

    @Test
    void aPlaceElsewhereIsNeverTheOneThatFailed() {
        var one = target(1, 0);
        var two = target(2, 1);
        var route = serving(10, one, two);
        assertThat(gate.claimOther(route, one, Asking.NOTHING, 0)).isEqualTo(two);
        assertThat(gate.claimOther(route, one, Asking.NOTHING, 0)).isNull();
        assertThat(gate.claimOther(route, two, Asking.NOTHING, 0)).isEqualTo(one);
    }

    /** Many loops claim, wait, leave and release while the Keeper replaces processes: nobody is lost, nobody gets two. */
    @Test
    void nothingIsLostOrDoubledUnderLoad() throws InterruptedException {
        for (int seed = 1; seed <= 12; seed++) {
            stress(seed);
        }
    }

    private void stress(int seed) throws InterruptedException {
        drained.clear();
        var random = new Random(seed);
        var targets = new ArrayList<Target>();
        targets.add(target(seed * 1_000, 1));
        targets.add(target(seed * 1_000 + 1, 1));
        serving(1_000, targets.toArray(new Target[0]));
        var threads = new ArrayList<Thread>();
        var problems = new ConcurrentLinkedQueue<String>();
        var served = new AtomicInteger();
        for (int t = 0; t < 4; t++) {
            int number = t;
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    requests(new Random(seed * 31L + number), problems, served);
                } catch (RuntimeException failure) {
                    problems.add(failure.toString());
                }
            }));
        }
        int closed = 0;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            var gone = targets.removeFirst();
            targets.add(target(seed * 1_000 + 2 + closed, 1));
            // As the Keeper does it: first the table without it, then its end.
            serving(1_000, targets.toArray(new Target[0]));
            if (gone.load().close()) {
                drained.add(gone.run());
            }
            closed++;
            LockSupport.parkNanos(random.nextInt(200_000));
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(problems).isEmpty();
        assertThat(gate.queued()).isZero();
        assertThat(targets).allMatch(target -> target.load().underWay() == 0);
        assertThat(drained).hasSize(closed).doesNotHaveDuplicates();
    }

    private void requests(Random random, ConcurrentLinkedQueue<String> problems, AtomicInteger served) {
        for (int i = 0; i < 2_000; i++) {
            var place = gate.claim(Objects.requireNonNull(table.current().apps().get(APP)), Asking.NOTHING, 0);
            if (place == null) {
                var wait = new Wait();
                if (gate.queue(wait, 0) != Admission.QUEUED) {
                    problems.add("not queued");
                    return;
                }
                if (random.nextInt(8) == 0 && gate.leave(wait)) {
                    continue;
                }
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                while (wait.ends.get() == 0) {
                    if (System.nanoTime() > deadline) {
                        problems.add("a wake-up was lost; " + gate.queued() + " wait");
                        return;
                    }
                    LockSupport.parkNanos(1_000);
                }
                place = wait.granted;
                if (place == null || wait.ends.get() != 1) {
                    problems.add("ended " + wait.ends + " times, with " + place);
                    return;
                }
            }
            if (place.load().underWay() > 1) {
                problems.add("two on one place");
            }
            served.incrementAndGet();
            gate.release(place, 0);
        }
    }

    @Test
    void theQueueIsFirstInFirstOutWhateverHappens() {
        Seeds.each(300, random -> {
            var fresh = new Gate(APP, PoolSignals.NONE, 0);
            var one = target(1, 1 + random.nextInt(2));
            var settings = new AppRoute.Terms(false, false, 5, Duration.ofSeconds(1), false, "", Settings.standard());
            var route = new AppRoute(
                    APP,
                    new Entry("127.0.0.1", 1, List.of()),
                    List.of(one),
                    new Availability.Serving(),
                    fresh,
                    settings);
            new LiveTable().publish(new RoutingTable(List.of(route)), 0);
            var expected = new ArrayList<Wait>();
            int inHand = 0;
            for (int step = 0; step < 100; step++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        if (fresh.claim(route, Asking.NOTHING, 0) != null) {
                            assertThat(expected).isEmpty();
                            inHand++;
                        } else {
                            var wait = new Wait();
                            boolean full = expected.size() == 5;
                            assertThat(fresh.queue(wait, 0)).isEqualTo(full ? Admission.QUEUE_FULL : Admission.QUEUED);
                            if (!full) {
                                expected.add(wait);
                            }
                        }
                    }
                    case 2 -> {
                        if (inHand > 0) {
                            fresh.release(one, 0);
                            inHand--;
                            if (!expected.isEmpty()) {
                                assertThat(expected.removeFirst().granted).isEqualTo(one);
                                inHand++;
                            }
                        }
                    }
                    default -> {
                        if (!expected.isEmpty()) {
                            assertThat(fresh.leave(expected.remove(random.nextInt(expected.size()))))
                                    .isTrue();
                        }
                    }
                }
                assertThat(one.load().underWay()).isEqualTo(inHand);
                assertThat(fresh.queued()).isEqualTo(expected.size());
                assertThat(expected).allMatch(wait -> wait.ends.get() == 0);
            }
        });
    }
}
