package footplate.core.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.deploy.Judge.Finding;
import footplate.core.measure.Counts;
import footplate.core.measure.Outcomes;
import footplate.core.measure.Sample;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final Limits USUAL = Limits.of(Settings.standard());

    private static Sample sample(Random random, int requests, double errors, double medianMillis) {
        var outcomes = new Outcomes();
        for (int i = 0; i < requests; i++) {
            double millis = medianMillis * Math.exp(0.5 * random.nextGaussian());
            outcomes.record((long) (millis * 1_000_000), random.nextDouble() < errors);
        }
        return outcomes.sample();
    }

    /** As if the new release's requests had come in four seconds, each like the others. */
    private static Judge.Verdict judged(Sample old, Sample fresh, Limits limits) {
        return Judge.of(new Counts(old, fresh, List.of(fresh, fresh, fresh, fresh)), limits);
    }

    @Test
    void aBurstOfSlowRequestsIsNoSlowRelease() {
        var random = new Random(1);
        var quick = sample(random, 100, 0, 5);
        var cold = sample(random, 60, 0, 200);
        var fresh = new Outcomes();
        for (int i = 0; i < 400; i++) {
            fresh.record(i < 60 ? 200_000_000 : 5_000_000, false);
        }
        var counts = new Counts(
                sample(random, 2_000, 0, 5), fresh.sample(), List.of(cold, cold, quick, quick, quick, quick));
        assertThat(Judge.of(counts, USUAL).finding()).isEqualTo(Finding.GOOD);
        var slow = new Counts(counts.old(), counts.fresh(), List.of(cold, cold, cold, cold, quick));
        assertThat(Judge.of(slow, USUAL).why()).startsWith("its 95th percentile is ");
    }

    @Test
    void theTestsAgreeWithTheBooks() {
        // The lady tasting tea: 4 of 4 and 0 of 4.
        assertThat(Statistics.fisherGreater(4, 4, 0, 4)).isCloseTo(1.0 / 70, within(1e-9));
        assertThat(Statistics.fisherGreater(3, 4, 1, 4)).isCloseTo(17.0 / 70, within(1e-9));
        assertThat(Statistics.binomialAtLeast(9, 10, 0.5)).isCloseTo(11.0 / 1_024, within(1e-9));
        assertThat(Statistics.binomialAtLeast(3, 10, 0.1)).isCloseTo(0.070_190_826_4, within(1e-9));
        assertThat(Statistics.binomialAtLeast(60_000, 100_000, 0.5)).isLessThan(1e-300);
    }

    @Test
    void tooFewRequestsSayNothing() {
        assertThat(judged(Sample.NONE, sample(new Random(1), 99, 1, 10), USUAL).finding())
                .isEqualTo(Finding.TOO_FEW);
    }

    @Test
    void aReleaseLikeTheRunningOneIsHardlyEverBlamed() {
        int blamed = 0;
        for (int seed = 0; seed < 1_000; seed++) {
            var random = new Random(seed);
            var old = sample(random, 2_000, 0.02, 20);
            var fresh = sample(random, 100 + random.nextInt(400), 0.02, 20);
            blamed += judged(old, fresh, USUAL).finding() == Finding.BAD ? 1 : 0;
        }
        assertThat(blamed).isLessThanOrEqualTo(5);
    }

    @Test
    void aReleaseWithErrorsOrMuchSlowerIsFoundInTheFirstHundredsOfRequests() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var old = sample(random, 2_000, 0.01, 20);
            assertThat(judged(old, sample(random, 200, 0.3, 20), USUAL).finding())
                    .isEqualTo(Finding.BAD);
            assertThat(judged(old, sample(random, 200, 0.01, 200), USUAL).why()).startsWith("its median latency is ");
        }
    }

    @Test
    void whatTheRunningReleaseDoesTooIsNoReasonToTakeTheNewOneBack() {
        var random = new Random(1);
        var broken = sample(random, 1_000, 0.5, 20);
        assertThat(judged(broken, sample(random, 1_000, 0.5, 20), USUAL).finding())
                .isEqualTo(Finding.GOOD);
    }

    @Test
    void differencesOfAFewMillisecondsDoNotCount() {
        var random = new Random(1);
        assertThat(judged(sample(random, 5_000, 0, 1), sample(random, 5_000, 0, 4), USUAL)
                        .finding())
                .isEqualTo(Finding.GOOD);
    }

    @Test
    void absoluteLimitsHoldWithoutARunningRelease() {
        var random = new Random(1);
        assertThat(judged(Sample.NONE, sample(random, 300, 0.2, 20), USUAL).why())
                .endsWith("the limit is 10.0%");
        var limits = Limits.of(Settings.standard().with(Setting.MAX_LATENCY, "50ms"));
        assertThat(judged(Sample.NONE, sample(random, 300, 0, 60), limits).why())
                .contains("95th percentile", "the limit is 50ms");
    }

    @Test
    void itIsLookedAtAgainWhenAQuarterMoreRequestsAreThere() {
        var fresh = sample(new Random(1), 200, 0, 1);
        assertThat(Judge.due(fresh, 0, USUAL)).isTrue();
        assertThat(Judge.due(fresh, 160, USUAL)).isTrue();
        assertThat(Judge.due(fresh, 161, USUAL)).isFalse();
    }
}
