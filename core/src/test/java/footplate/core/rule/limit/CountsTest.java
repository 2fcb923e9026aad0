package footplate.core.rule.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import footplate.core.Seeds;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CountsTest {
    @Test
    void holdsAsAPlainMapWould() {
        Seeds.each(200, random -> {
            var counts = new Counts();
            var plain = new HashMap<Long, Integer>();
            for (int i = 0; i < 1_000; i++) {
                // All in one set.
                long key = random.nextInt(6);
                int count = plain.getOrDefault(key, 0);
                if (random.nextBoolean()) {
                    int most = 1 + random.nextInt(5);
                    assertThat(counts.enter(key, most)).isEqualTo(count < most);
                    if (count < most) {
                        plain.put(key, count + 1);
                    }
                } else if (count > 0) {
                    counts.leave(key);
                    plain.compute(key, (_, before) -> before == null || before == 1 ? null : before - 1);
                }
                assertThat(counts.size()).isEqualTo(plain.size());
            }
        });
    }

    @Test
    void whoHasNotEnteredCannotLeave() {
        assertThatThrownBy(() -> new Counts().leave(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void manyThreadsAreNeverMoreThanMayBe() throws InterruptedException {
        var counts = new Counts();
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofPlatform().start(() -> {
                for (int turn = 0; turn < 20_000; turn++) {
                    if (counts.enter(5, 2)) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        inside.decrementAndGet();
                        counts.leave(5);
                    }
                }
            });
        }
        for (var thread : threads) {
            thread.join();
        }

        assertThat(most.get()).isBetween(1, 2);
        assertThat(counts.size()).isZero();
    }
}
