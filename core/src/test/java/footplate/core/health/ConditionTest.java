package footplate.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.health.Condition.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionTest {
    private static final Duration YOUNG = Duration.ofSeconds(1);
    private static final Duration OLD = Duration.ofMinutes(10);

    private final Settings settings = Settings.standard().with(Setting.HEALTH, "tcp");
    private Condition condition = Condition.STARTING;
    private Condition.Step last = new Condition.Step(condition, Verdict.AS_BEFORE, Duration.ZERO);

    @Test
    void aStartIsReadyAfterItsFirstPassedCheckAndOnlyOnce() {
        assertThat(verdicts("fp+p", settings))
                .containsExactly(Verdict.AS_BEFORE, Verdict.READY, Verdict.AS_BEFORE, Verdict.AS_BEFORE);
    }

    @Test
    void aRiseOfThreeWantsThreeInARow() {
        assertThat(verdicts("ppfppp", settings.with(Setting.HEALTH_RISE, "3")))
                .containsExactly(
                        Verdict.AS_BEFORE,
                        Verdict.AS_BEFORE,
                        Verdict.AS_BEFORE,
                        Verdict.AS_BEFORE,
                        Verdict.AS_BEFORE,
                        Verdict.READY);
    }

    @Test
    void withoutAStartPeriodAStartIsAskedForEver() {
        assertThat(verdicts("f".repeat(500), settings)).containsOnly(Verdict.AS_BEFORE);
    }

    @Test
    void failuresBehindTheStartPeriodEndTheStart() {
        var patient = settings.with(Setting.HEALTH_START_PERIOD, "30s");

        assertThat(verdicts("ffffff", patient)).containsOnly(Verdict.AS_BEFORE);
        assertThat(verdicts("FF", patient)).containsOnly(Verdict.AS_BEFORE);
        assertThat(verdicts("F", patient)).containsExactly(Verdict.START_FAILED);
    }

    @Test
    void oneThatServesIsIllAfterThreeFailuresInARowAndAgainAfterThreeMore() {
        condition = Condition.SERVING;

        assertThat(verdicts("ffpfffff", settings))
                .containsExactly(
                        Verdict.AS_BEFORE,
                        Verdict.AS_BEFORE,
                        Verdict.AS_BEFORE,
                        Verdict.AS_BEFORE,
                        Verdict.AS_BEFORE,
                        Verdict.ILL,
                        Verdict.AS_BEFORE,
                        Verdict.AS_BEFORE);
        assertThat(verdicts("f", settings)).containsExactly(Verdict.ILL);
    }

    @Test
    void theStartPeriodIsOverForOneThatServes() {
        condition = Condition.SERVING;

        assertThat(verdicts("fff", settings.with(Setting.HEALTH_START_PERIOD, "30s")))
                .endsWith(Verdict.ILL);
    }

    @Test
    void aStartIsAskedSoonAgainAndThenLessOftenButNeverLessThanEachSecond() {
        var pauses = new ArrayList<Long>();
        for (int i = 0; i < 8; i++) {
            verdicts("f", settings);
            pauses.add(last.pause().toMillis());
        }
        assertThat(pauses).containsExactly(50L, 100L, 200L, 400L, 800L, 1_000L, 1_000L, 1_000L);

        verdicts("p", settings);
        assertThat(last.pause()).isEqualTo(Duration.ofSeconds(10));

        condition = Condition.STARTING;
        verdicts("ffffff", settings.with(Setting.HEALTH_INTERVAL, "300ms"));
        assertThat(last.pause()).isEqualTo(Duration.ofMillis(300));
    }

    /** f: failed while it was young; F: failed when it was old; p, +: passed. */
    private List<Verdict> verdicts(String checks, Settings settings) {
        var verdicts = new ArrayList<Verdict>();
        for (int i = 0; i < checks.length(); i++) {
            char check = checks.charAt(i);
            var observation =
                    check == 'f' || check == 'F' ? new Observation.Failed("status 503") : new Observation.Passed();
            last = condition.after(observation, check == 'F' ? OLD : YOUNG, Health.of(settings));
            condition = last.next();
            verdicts.add(last.verdict());
        }
        return verdicts;
    }
}
