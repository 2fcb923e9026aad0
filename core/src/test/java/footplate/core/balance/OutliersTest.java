package footplate.core.balance;

import static footplate.core.balance.Upstreams.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.pool.Load.Out;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class OutliersTest {
    private static Upstreams servers(int count) {
        var upstreams = new Upstreams(new Balance.RoundRobin(), 1);
        for (int i = 0; i < count; i++) {
            upstreams.add(Upstreams.terms(1, 0, 0));
        }
        return upstreams;
    }

    private static boolean isOut(Upstreams upstreams, int place) {
        return upstreams.servers.get(place).load().isOut(Out.OUTLIER);
    }

    private static void errors(Outliers outliers, Upstreams upstreams, int place, int count, long now) {
        for (int i = 0; i < count; i++) {
            outliers.ended(upstreams.servers.get(place), 503, now);
        }
    }

    @Test
    void fiveErrorsInARowLeaveItOutAndEachTimeForLonger() {
        var upstreams = servers(10);
        var outliers = new Outliers(OutlierTerms.STANDARD, upstreams.servers, 0);
        errors(outliers, upstreams, 3, 4, 0);
        outliers.ended(upstreams.servers.get(3), 404, 0);
        errors(outliers, upstreams, 3, 4, 0);
        assertThat(isOut(upstreams, 3)).isFalse();
        errors(outliers, upstreams, 3, 1, 0);
        assertThat(isOut(upstreams, 3)).isTrue();
        assertThat(upstreams.row(30, 0)).doesNotContain("3");
        outliers.tick(29 * SECOND);
        assertThat(isOut(upstreams, 3)).isTrue();
        outliers.tick(39 * SECOND);
        assertThat(isOut(upstreams, 3)).isFalse();
        assertThat(upstreams.row(10, 39 * SECOND)).contains("3");
        errors(outliers, upstreams, 3, 5, 40 * SECOND);
        outliers.tick(99 * SECOND);
        assertThat(isOut(upstreams, 3)).isTrue();
        outliers.tick(109 * SECOND);
        assertThat(isOut(upstreams, 3)).isFalse();
        // Two intervals without: the next time is as the first.
        outliers.tick(120 * SECOND);
        outliers.tick(131 * SECOND);
        errors(outliers, upstreams, 3, 5, 132 * SECOND);
        outliers.tick(161 * SECOND);
        assertThat(isOut(upstreams, 3)).isTrue();
        outliers.tick(172 * SECOND);
        assertThat(isOut(upstreams, 3)).isFalse();
    }

    @Test
    void noMoreThanAShareIsLeftOutButOneMayBeAndTheOnlyOneNever() {
        for (int count : new int[] {1, 2, 5, 10, 20, 40}) {
            var upstreams = servers(count);
            var outliers = new Outliers(OutlierTerms.STANDARD, upstreams.servers, 0);
            for (int place = 0; place < count; place++) {
                errors(outliers, upstreams, place, 5, 0);
            }
            int out = 0;
            for (int place = 0; place < count; place++) {
                out += isOut(upstreams, place) ? 1 : 0;
            }
            assertThat(out).isEqualTo(count == 1 ? 0 : Math.max(1, count / 10));
        }
    }

    @Test
    void noTimeOutIsLongerThanTheLongest() {
        var terms = new OutlierTerms(
                1, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(60), 50, 5, 100, 1.9);
        var upstreams = servers(4);
        var outliers = new Outliers(terms, upstreams.servers, 0);
        long now = 0;
        for (int time = 0; time < 6; time++) {
            errors(outliers, upstreams, 0, 1, now);
            outliers.tick(now + (time == 0 ? 29 : 59) * SECOND);
            assertThat(isOut(upstreams, 0)).isTrue();
            now += 61 * SECOND;
            outliers.tick(now);
            assertThat(isOut(upstreams, 0)).isFalse();
        }
    }

    /** Envoy's own example: rates 50, 100, 100, 100, 100 have mean 90, deviation 20, and with the factor 1.9 the threshold 52. */
    @Test
    void whoSucceedsFarLessThanTheOthersIsLeftOut() {
        var upstreams = servers(5);
        var outliers = new Outliers(OutlierTerms.STANDARD, upstreams.servers, 0);
        rates(outliers, upstreams);
        outliers.tick(10 * SECOND);
        assertThat(isOut(upstreams, 0)).isTrue();
        for (int place = 1; place < 5; place++) {
            assertThat(isOut(upstreams, place)).isFalse();
        }
        // Four are left: fewer than it takes to compare.
        rates(outliers, upstreams);
        outliers.tick(20 * SECOND);
        assertThat(isOut(upstreams, 1)).isFalse();
    }

    /** 100 requests to each of five servers; the first answers every second one with an error. */
    private static void rates(Outliers outliers, Upstreams upstreams) {
        for (int i = 0; i < 100; i++) {
            for (int place = 0; place < 5; place++) {
                outliers.ended(upstreams.servers.get(place), place == 0 && i % 2 == 0 ? 500 : 200, 0);
            }
        }
    }

    @Test
    void serversThatAreAlikeStayIn() {
        Seeds.each(100, random -> {
            var upstreams = servers(10);
            var outliers = new Outliers(
                    new OutlierTerms(
                            0, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(300), 10, 5, 100, 4),
                    upstreams.servers,
                    0);
            for (int i = 0; i < 3_000; i++) {
                outliers.ended(upstreams.servers.get(i % 10), random.nextInt(10) == 0 ? 500 : 200, 0);
            }
            outliers.tick(10 * SECOND);
            for (int place = 0; place < 10; place++) {
                assertThat(isOut(upstreams, place)).isFalse();
            }
        });
    }

    @Test
    void anActiveCheckThatPassesBringsItBackAtOnce() {
        var upstreams = servers(10);
        var outliers = new Outliers(OutlierTerms.STANDARD, upstreams.servers, 0);
        var check = new Check(upstreams.servers.get(2), 1, 1, true, 0);
        errors(outliers, upstreams, 2, 5, 0);
        check.ended(true, SECOND);
        assertThat(upstreams.servers.get(2).load().isOut()).isFalse();
    }
}
