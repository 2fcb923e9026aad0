package footplate.core.balance;

import static footplate.core.balance.Upstreams.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import footplate.core.Seeds;
import footplate.core.pool.Load;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChoosingTest {
    static final List<Balance> ALL = List.of(
            new Balance.RoundRobin(),
            new Balance.LeastConn(),
            new Balance.Random(),
            new Balance.RandomTwo(),
            new Balance.IpHash(),
            new Balance.Hash("$uri", false),
            new Balance.Hash("$uri", true),
            new Balance.LeastTime(Balance.LeastTime.Until.HEADER, false),
            new Balance.LeastTime(Balance.LeastTime.Until.LAST_BYTE, true),
            new Balance.LeastBusy());

    /** 0.999 quantiles of chi-square by degrees of freedom. */
    private static double chiSquareLimit(int freedom) {
        double z = 3.09;
        double part = 2.0 / (9 * freedom);
        return freedom * Math.pow(1 - part + z * Math.sqrt(part), 3);
    }

    @Test
    void lotsFallByWeight() {
        int[] weights = {1, 5, 10, 2, 2};
        int failed = 0;
        for (int seed = 1; seed <= 50; seed++) {
            var upstreams = new Upstreams(new Balance.Random(), seed);
            for (int weight : weights) {
                upstreams.add(Upstreams.terms(weight, 0, 0));
            }
            var counts = new int[weights.length];
            for (int i = 0; i < 5_000; i++) {
                counts[upstreams.pass(Asked.NOTHING, 0)]++;
            }
            double chi = 0;
            for (int i = 0; i < counts.length; i++) {
                double expected = 5_000 * weights[i] / 20.0;
                chi += (counts[i] - expected) * (counts[i] - expected) / expected;
            }
            failed += chi > chiSquareLimit(weights.length - 1) ? 1 : 0;
        }
        // One in a thousand would; of 50 not even two.
        assertThat(failed).isLessThan(2);
    }

    @Test
    void ofTwoLotsTheLessBusyIsTakenSoThatLoadsStayClose() {
        int one = mostBusy(new Balance.Random());
        int two = mostBusy(new Balance.RandomTwo());
        // 10,000 requests stay in hand at 100 servers: 100 + 2.5·√100 or so by lot, 100 + log log 100 by two
        // (Mitzenmacher).
        assertThat(two).isLessThanOrEqualTo(105);
        assertThat(one).isGreaterThan(115);
    }

    private static int mostBusy(Balance balance) {
        var upstreams = new Upstreams(balance, 7);
        for (int i = 0; i < 100; i++) {
            upstreams.add(Upstreams.terms(1, 0, 0));
        }
        for (int i = 0; i < 10_000; i++) {
            assertThat(upstreams.claim(0)).isNotNegative();
        }
        return upstreams.servers.stream()
                .mapToInt(server -> server.load().underWay())
                .max()
                .orElse(0);
    }

    @Test
    void leastConnTakesNobodyThatHasMoreForItsWeightThanAnother() {
        Seeds.each(300, random -> {
            var upstreams = new Upstreams(new Balance.LeastConn(), random.nextLong());
            int count = 1 + random.nextInt(8);
            for (int i = 0; i < count; i++) {
                upstreams.add(Upstreams.terms(1 + random.nextInt(4), random.nextInt(5), 0));
            }
            for (int step = 0; step < 120; step++) {
                if (random.nextInt(3) == 0) {
                    int place = random.nextInt(count);
                    if (upstreams.servers.get(place).load().underWay() > 0) {
                        upstreams.release(place, 0);
                    }
                    continue;
                }
                double least = Double.MAX_VALUE;
                for (var server : upstreams.servers) {
                    int most = server.terms().maxConns();
                    int busy = server.load().underWay();
                    if (most == 0 || busy < most) {
                        least = Math.min(least, (double) busy / server.terms().weight());
                    }
                }
                int place = upstreams.claim(0);
                if (least == Double.MAX_VALUE) {
                    assertThat(place).isEqualTo(-1);
                } else {
                    var chosen = upstreams.servers.get(place);
                    assertThat((chosen.load().underWay() - 1.0) / chosen.terms().weight())
                            .isEqualTo(least);
                }
            }
        });
    }

    @Test
    void leastBusyIsTheRuleThatAppsHaveHad() {
        Seeds.each(200, random -> {
            var upstreams = new Upstreams(new Balance.LeastBusy(), 1);
            var twin = new ArrayList<Load>();
            int count = 1 + random.nextInt(6);
            int limit = random.nextInt(4);
            for (int i = 0; i < count; i++) {
                upstreams.add(Upstreams.terms(1, limit, 0));
                twin.add(new Load(limit, false, 0));
            }
            for (int step = 0; step < 80; step++) {
                int place = random.nextInt(count);
                if (random.nextInt(3) == 0 && twin.get(place).underWay() > 0) {
                    upstreams.release(place, 0);
                    twin.get(place).release(0);
                } else {
                    assertThat(upstreams.claim(0))
                            .isEqualTo(footplate.core.pool.LeastBusyFirst.claim(twin.toArray(Load[]::new)));
                }
            }
        });
    }

    @Test
    void leastTimeTakesTheFastestAndCountsWhatItHasInHand() {
        var upstreams = Upstreams.weighing(new Balance.LeastTime(Balance.LeastTime.Until.HEADER, false), 1, 1, 1);
        measured(upstreams, 0, 100, 0);
        measured(upstreams, 1, 210, 0);
        measured(upstreams, 2, 900, 0);
        // 120, 220, 920 for one request: as often as it stays below the others, times what is in hand.
        assertThat(upstreams.claim(0)).isEqualTo(0);
        assertThat(upstreams.claim(0)).isEqualTo(1);
        assertThat(upstreams.claim(0)).isEqualTo(0);
        assertThat(upstreams.claim(0)).isEqualTo(0);
        assertThat(upstreams.claim(0)).isEqualTo(1);
    }

    @Test
    void timesLessThan20MillisecondsApartTakeTurnsAndBeyondFiveSecondsAllAreAlike() {
        var upstreams = Upstreams.weighing(new Balance.LeastTime(Balance.LeastTime.Until.LAST_BYTE, false), 1, 1, 1);
        measured(upstreams, 0, 41, 0);
        measured(upstreams, 1, 59, 0);
        measured(upstreams, 2, 60, 0);
        assertThat(upstreams.row(4, 0)).containsOnlyOnce("0101");
        for (int place = 0; place < 3; place++) {
            for (int i = 0; i < 200; i++) {
                measured(upstreams, place, 6_000 + place * 10_000, 0);
            }
        }
        assertThat(upstreams.row(6, 0)).contains("0").contains("1").contains("2");
    }

    /** {@code last = avg ? 0.5 + v * 0.05 + avg * 0.95 : v}. */
    @Test
    void theAverageIsNginxs() {
        var upstreams = Upstreams.weighing(new Balance.LeastTime(Balance.LeastTime.Until.HEADER, false), 1, 1);
        var load = upstreams.servers.getFirst().load();
        measured(upstreams, 0, 100, 0);
        assertThat(Averages.average(load.estimate())).isEqualTo(100);
        measured(upstreams, 0, 333, 0);
        assertThat(Averages.average(load.estimate())).isEqualTo(112);
        measured(upstreams, 0, 20, 0);
        assertThat(Averages.average(load.estimate())).isEqualTo(107);
    }

    @Test
    void aSlowServerIsAskedAgainAfterAWhile() {
        var upstreams = Upstreams.weighing(new Balance.LeastTime(Balance.LeastTime.Until.HEADER, false), 1, 1);
        for (int place = 0; place < 2; place++) {
            upstreams.servers.get(place).chosen(0);
        }
        measured(upstreams, 0, 50, 0);
        measured(upstreams, 1, 300, 0);
        // Half of it for each 11 s since it was looked at: 300, 150, 75, 37; the other is 50.
        assertThat(upstreams.row(3, 10 * SECOND)).isEqualTo("000");
        assertThat(upstreams.row(3, 23 * SECOND)).isEqualTo("000");
        assertThat(upstreams.row(3, 329 * SECOND / 10)).isEqualTo("000");
        assertThat(upstreams.pass(Asked.NOTHING, 331 * SECOND / 10)).isEqualTo(1);
    }

    private static void measured(Upstreams upstreams, int place, long millis, long now) {
        upstreams.servers.get(place).succeeded(millis * 1_000_000, millis * 1_000_000, now);
    }

    @Test
    void aPeakCountsAtOnceAndIsForgottenSlowly() {
        var upstreams = Upstreams.weighing(new Balance.LeastTime(Balance.LeastTime.Until.HEADER, true), 1, 1);
        measured(upstreams, 0, 3, 0);
        measured(upstreams, 1, 5, 0);
        assertThat(upstreams.row(3, 0)).isEqualTo("000");
        measured(upstreams, 0, 60, SECOND);
        assertThat(upstreams.row(3, SECOND)).isEqualTo("111");
        // The other's time is forgotten no slower: 60 ms are 12 times 5 ms until something new is measured.
        assertThat(upstreams.row(3, 100 * SECOND)).isEqualTo("111");
        measured(upstreams, 0, 3, 61 * SECOND);
        measured(upstreams, 1, 5, 61 * SECOND);
        assertThat(upstreams.row(3, 61 * SECOND)).isEqualTo("000");
    }

    /** 60 ms, and 10 s later 10 ms: 60/e + 10·(1 − 1/e). */
    @Test
    void thePeakIsFinaglesAverage() {
        var upstreams = Upstreams.weighing(new Balance.LeastTime(Balance.LeastTime.Until.HEADER, true), 1, 1);
        measured(upstreams, 0, 60, 0);
        measured(upstreams, 0, 10, 10 * SECOND);
        double average =
                Math.exp(Peaks.logarithm(upstreams.servers.getFirst().load().estimate()));
        assertThat(average / 1_000_000).isCloseTo(60 / Math.E + 10 * (1 - 1 / Math.E), within(0.01));
    }

    @Test
    void oneThatHasNeverAnsweredIsTriedOnceUntilItHas() {
        var upstreams = Upstreams.weighing(new Balance.LeastTime(Balance.LeastTime.Until.HEADER, true), 1, 1);
        measured(upstreams, 0, 1, 0);
        assertThat(upstreams.claim(0)).isEqualTo(1);
        assertThat(upstreams.claim(0)).isEqualTo(0);
        assertThat(upstreams.claim(0)).isEqualTo(0);
    }

    @Test
    void everyMethodTakesWhoeverHasAPlaceAndNobodyElse() {
        for (var balance : ALL) {
            Seeds.each(60, random -> {
                var upstreams = new Upstreams(balance, random.nextLong());
                int count = 1 + random.nextInt(12);
                for (int i = 0; i < count; i++) {
                    upstreams.add(
                            random.nextInt(6) == 0 ? Upstreams.down(2) : Upstreams.terms(1 + random.nextInt(3), 1, 0));
                }
                var tried = Tried.nothing();
                int places = 0;
                for (var server : upstreams.servers) {
                    if (!server.terms().down() && random.nextInt(5) == 0) {
                        tried.add(server.load());
                    } else if (!server.terms().down()) {
                        places++;
                    }
                }
                for (int i = 0; i < places; i++) {
                    assertThat(upstreams.claim(any(random), tried, 0))
                            .describedAs("%s, request %d of %d", balance, i, places)
                            .isNotNegative();
                }
                assertThat(upstreams.claim(any(random), tried, 0)).isEqualTo(-1);
                for (var server : upstreams.servers) {
                    boolean free = server.terms().down() || tried.has(server.load());
                    assertThat(server.load().underWay()).isEqualTo(free ? 0 : 1);
                }
            });
        }
    }

    private static Asked any(Random random) {
        return random.nextBoolean()
                ? Upstreams.key("/" + random.nextInt(1_000))
                : Upstreams.from(10, random.nextInt(256), random.nextInt(256), 1);
    }

    @Test
    void theServerOfACookieIsTakenIfItCanBeAndElseAnother() {
        for (var balance : ALL) {
            var upstreams =
                    new Upstreams(balance, 3).add(Upstreams.terms(1, 0, 1)).add(Upstreams.terms(1, 2, 1));
            var balancer = upstreams.balancer();
            assertThat(balancer.claim(Asked.NOTHING, 5, Tried.NONE, 1, 0)).isEqualTo(1);
            assertThat(balancer.claim(Asked.NOTHING, 5, Tried.NONE, 1, 0)).isEqualTo(1);
            assertThat(balancer.claim(Asked.NOTHING, 5, Tried.NONE, 1, 0)).isEqualTo(0);
        }
    }
}
