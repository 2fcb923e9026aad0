package footplate.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import footplate.core.Seeds;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class LoadTest {
    private static int claim(Load... loads) {
        return LeastBusyFirst.claim(loads);
    }

    @Test
    void theLeastBusyGoesFirstAndAmongEqualsTheOneStartedFirst() {
        Seeds.each(500, random -> {
            var loads = new Load[1 + random.nextInt(5)];
            int limit = random.nextInt(4);
            for (int i = 0; i < loads.length; i++) {
                loads[i] = new Load(limit, false, 0);
            }
            for (int step = 0; step < 60; step++) {
                int expected = -1;
                for (int i = 0; i < loads.length; i++) {
                    boolean room = !loads[i].isClosed() && (limit == 0 || loads[i].underWay() < limit);
                    if (room && (expected < 0 || loads[i].underWay() < loads[expected].underWay())) {
                        expected = i;
                    }
                }
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> {
                        var busy = loads[random.nextInt(loads.length)];
                        if (busy.underWay() > 0) {
                            busy.release(step);
                        }
                    }
                    case 3 -> {
                        if (random.nextInt(4) == 0) {
                            loads[random.nextInt(loads.length)].close();
                        }
                    }
                    default -> assertThat(LeastBusyFirst.claim(loads)).isEqualTo(expected);
                }
            }
        });
    }

    @Test
    void theOneLeftOutIsNotChosenEvenIfItIsTheOnlyOne() {
        var first = new Load(0, false, 0);
        var second = new Load(1, false, 0);
        assertThat(LeastBusyFirst.claim(new Load[] {first, second}, first)).isEqualTo(1);
        assertThat(LeastBusyFirst.claim(new Load[] {first, second}, first)).isEqualTo(-1);
        assertThat(LeastBusyFirst.claim(new Load[] {first}, first)).isEqualTo(-1);
    }

    @Test
    void aClosedOneIsDrainedByItsLastRelease() {
        var load = new Load(0, false, 0);
        claim(load);
        claim(load);
        assertThat(load.release(1)).isFalse();
        assertThat(load.close()).isFalse();
        assertThat(claim(load)).isEqualTo(-1);
        assertThat(load.release(7)).isTrue();
        assertThat(load.processed()).isEqualTo(2);
        assertThat(load.lastUsedNanos()).isEqualTo(7);
    }

    @Test
    void aSingleUseOneTakesOneRequestInItsLife() {
        var load = new Load(0, true, 0);
        assertThat(claim(load)).isZero();
        assertThat(claim(load)).isEqualTo(-1);
        assertThat(load.release(1)).isTrue();
        assertThat(claim(load)).isEqualTo(-1);
    }

    @Test
    void aPlaceThatNobodyHasCannotBeGivenBackAndTheCountStaysRight() {
        var load = new Load(0, false, 0);
        assertThatThrownBy(() -> load.release(1)).isInstanceOf(IllegalStateException.class);
        assertThat(load.underWay()).isZero();
        assertThat(load.processed()).isZero();
        assertThat(claim(load)).isZero();
    }

    @Test
    void oneThatIsOutIsPassedOverAndItsTrialIsTakenOnce() {
        var load = new Load(0, false, 0);
        assertThat(claim(load)).isZero();
        assertThat(load.out(Load.Out.FAILURES)).isTrue();
        assertThat(load.out(Load.Out.FAILURES)).isFalse();
        assertThat(load.out(Load.Out.CHECK)).isTrue();
        assertThat(claim(load)).isEqualTo(-1);
        assertThat(load.claim(Load.WELL)).isFalse();
        assertThat(load.claim(Load.ANY)).isTrue();
        load.offerTrial(Load.Out.FAILURES);
        assertThat(load.claim(Load.WELL)).isFalse();
        assertThat(load.in(Load.Out.CHECK)).isTrue();
        assertThat(load.isOut()).isFalse();
        assertThat(load.isInQuestion()).isTrue();
        assertThat(load.claim(Load.WELL)).isTrue();
        assertThat(load.isOut(Load.Out.FAILURES)).isTrue();
        assertThat(load.claim(Load.WELL)).isFalse();
        assertThat(load.underWay()).isEqualTo(3);
        load.offerTrial(Load.Out.FAILURES);
        assertThat(load.in(Load.Out.FAILURES)).isTrue();
        assertThat(load.in(Load.Out.FAILURES)).isFalse();
        assertThat(load.isInQuestion()).isFalse();
        assertThat(load.taken(Load.WELL)).isEqualTo(3);
    }

    @Test
    void whatPutsItOutHidesNoDrainAndOutlivesOne() {
        var load = new Load(0, false, 0);
        claim(load);
        load.out(Load.Out.OUTLIER);
        assertThat(load.close()).isFalse();
        assertThat(load.claim(Load.ANY)).isFalse();
        assertThat(load.release(1)).isTrue();
        load.reopen();
        assertThat(load.claim(Load.WELL)).isFalse();
        load.in(Load.Out.OUTLIER);
        assertThat(load.claim(Load.WELL)).isTrue();
    }

    @Test
    void aChoiceThatIsOldClaimsNothing() {
        var load = new Load(2, false, 0);
        int seen = load.taken(Load.WELL);
        assertThat(load.claim(Load.WELL)).isTrue();
        assertThat(load.claimIf(seen, Load.WELL)).isFalse();
        assertThat(load.claimIf(load.taken(Load.WELL), Load.WELL)).isTrue();
        assertThat(load.taken(Load.WELL)).isEqualTo(-1);
        assertThat(load.claimIf(2, Load.WELL)).isFalse();
    }

    @Test
    void manyThreadsNeverExceedTheLimitAndADrainIsSeenOnce() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            var load = new Load(3, false, 0);
            var inHand = new AtomicInteger();
            var tooMany = new AtomicBoolean();
            var drained = new AtomicInteger();
            var closed = new AtomicBoolean();
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < 4; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 500; i++) {
                        boolean before = closed.get();
                        if (claim(load) == 0) {
                            tooMany.compareAndSet(false, before || inHand.incrementAndGet() > 3);
                            inHand.decrementAndGet();
                            if (load.release(i)) {
                                drained.incrementAndGet();
                            }
                        }
                    }
                }));
            }
            LockSupport.parkNanos(20_000);
            if (load.close()) {
                drained.incrementAndGet();
            }
            closed.set(true);
            for (var thread : threads) {
                thread.join();
            }
            assertThat(tooMany).isFalse();
            assertThat(drained).hasValue(1);
        }
    }
}
