package footplate.core.rule.limit;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.config.routes.Rate;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BucketsTest {
    private static final long SECOND = 1_000_000_000L;

    private static Rate rate(int count) {
        return new Rate(count, Duration.ofSeconds(1));
    }

    @Test
    void aBurstIsOneAndSoManyMore() {
        var buckets = new Buckets(rate(10));
        long now = Long.MAX_VALUE - 10;

        for (int i = 0; i < 6; i++) {
            assertThat(buckets.admit(1, 5, now)).isZero();
        }
        assertThat(buckets.admit(1, 5, now)).isEqualTo(SECOND / 10);
        assertThat(buckets.admit(2, 5, now)).isZero();
        assertThat(buckets.admit(1, 5, now + SECOND / 10 - 1)).isEqualTo(1);
        assertThat(buckets.admit(1, 5, now + SECOND / 10)).isZero();
        assertThat(buckets.admit(1, 5, now + SECOND / 10)).isEqualTo(SECOND / 10);
    }

    /**
     * nginx counts the excess in thousandths of a request, milliseconds apart (ngx_http_limit_req_lookup); at rates that divide a
     * second it is exact, and so is the comparison.
     */
    @Test
    void isNginxsLimitReq() {
        Seeds.each(200, random -> {
            int perSecond = new int[] {1, 2, 5, 10, 50, 100, 1_000}[random.nextInt(7)];
            int burst = random.nextInt(8);
            var buckets = new Buckets(rate(perSecond));
            long excess = 0;
            long last = 0;
            boolean known = false;
            long millis = random.nextLong() >>> 24;
            for (int i = 0; i < 300; i++) {
                millis += random.nextInt(3) == 0 ? 0 : random.nextInt(2_500 / perSecond + 2);
                long next = known ? Math.max(0, excess - perSecond * (millis - last) + 1_000) : 0;
                boolean busy = next > burst * 1_000L;
                assertThat(buckets.admit(7, burst, millis * 1_000_000) > 0)
                        .describedAs("request %d at %d ms, excess %d", i, millis, next)
                        .isEqualTo(busy);
                if (!busy) {
                    excess = next;
                    last = millis;
                    known = true;
                }
            }
        });
    }

    /** Where there are more keys than buckets, nobody gets more than its own bucket would have given it. */
    @Test
    void nobodyIsGivenMoreByPushingOthersOut() {
        Seeds.each(200, random -> {
            var few = new Buckets(rate(10), 2, 4);
            var plain = new HashMap<Long, Long>();
            long now = random.nextLong();
            int burst = random.nextInt(4);
            for (int i = 0; i < 2_000; i++) {
                now += random.nextLong(SECOND / 20);
                long key = (long) random.nextInt(30) << 32 | 1;
                if (few.admit(key, burst, now) == 0) {
                    long until = plain.getOrDefault(key, now);
                    long ahead = Math.max(0, until - now);
                    assertThat(ahead).isLessThanOrEqualTo(burst * SECOND / 10);
                    plain.put(key, now + ahead + SECOND / 10);
                }
                assertThat(few.size()).isLessThanOrEqualTo(8);
            }
        });
    }

    @Test
    void whatIsWorkedOffMakesRoom() {
        var few = new Buckets(rate(10), 1, 2);

        assertThat(few.admit(1, 0, 0)).isZero();
        assertThat(few.admit(2, 0, 0)).isZero();
        assertThat(few.admit(3, 0, SECOND / 10 - 1)).isPositive();
        assertThat(few.admit(3, 0, SECOND / 10)).isZero();
        assertThat(few.size()).isEqualTo(1);
    }

    @Test
    void manyThreadsTogetherGetNoMore() throws InterruptedException {
        var buckets = new Buckets(new Rate(1, Duration.ofHours(1)));
        var admitted = new AtomicInteger();
        var start = new CountDownLatch(1);
        var threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofPlatform().start(() -> {
                try {
                    start.await();
                } catch (InterruptedException asked) {
                    return;
                }
                for (int turn = 0; turn < 5_000; turn++) {
                    if (buckets.admit(turn % 5, 99, 0) == 0) {
                        admitted.incrementAndGet();
                    }
                }
            });
        }
        start.countDown();
        for (var thread : threads) {
            thread.join();
        }

        assertThat(admitted).hasValue(500);
    }

    @Test
    void aBucketOutlivesAReloadThatLeavesItsRuleAlone() {
        var first = new RuleStates(new KeyedHash(1, 2));
        var buckets = first.buckets("a /x", rate(1), "address");
        var counts = first.counts("a /x", "address");
        var second = first.next();

        assertThat(second.buckets("a /x", rate(1), "address")).isSameAs(buckets);
        assertThat(second.counts("a /x", "address")).isSameAs(counts);
        assertThat(second.buckets("a /x", rate(2), "address")).isNotSameAs(buckets);
        assertThat(second.buckets("a /x", rate(1), "route")).isNotSameAs(buckets);
        assertThat(second.next().next().buckets("a /x", rate(1), "address")).isNotSameAs(buckets);
    }
}
