package footplate.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.limit.LimitWatch.AppUse;
import footplate.core.limit.LimitWatch.RunUse;
import footplate.core.limit.LimitWatch.Verdict;
import footplate.core.name.AppName;
import footplate.core.name.RunId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LimitWatchTest {
    private static final AppName SHOP = new AppName("shop");
    private static final Instant START = Instant.parse("2026-03-04T05:06:00Z");
    private static final long MB = 1 << 20;

    private final List<Verdict> verdicts = new ArrayList<>();
    private LimitWatch watch = LimitWatch.START;

    private static Limits limits(String... settings) {
        var all = Settings.standard();
        for (int i = 0; i < settings.length; i += 2) {
            all = all.with(Objects.requireNonNull(Setting.of(settings[i])), settings[i + 1]);
        }
        return Limits.of(all);
    }

    private static RunUse run(int number, long megabytes, long answered) {
        return new RunUse(new RunId(number), megabytes * MB, answered);
    }

    private void look(int second, Limits limits, RunUse... runs) {
        var look =
                watch.look(START.plusSeconds(second), ZoneOffset.UTC, List.of(new AppUse(SHOP, limits, List.of(runs))));
        watch = look.watch();
        verdicts.addAll(look.verdicts());
    }

    @Test
    void whoIsOverTheLimitForTheWholeTimeIsReplaced() {
        var limits = limits("max-memory", "300MB");
        for (int second = 0; second < 30; second++) {
            look(second, limits, run(1, 312, 0));
        }
        assertThat(verdicts).isEmpty();
        look(30, limits, run(1, 312, 0));
        assertThat(verdicts)
                .containsExactly(new Verdict.Replace(new RunId(1), "used 312 MB, more than 300 MB, for 30s"));
    }

    @Test
    void aBreakBeginsTheTimeAnew() {
        var limits = limits("max-memory", "300MB", "max-memory-time", "10s");
        for (int second = 0; second < 100; second++) {
            look(second, limits, run(1, second % 9 == 8 ? 300 : 301, 0));
        }
        assertThat(verdicts).isEmpty();
    }

    @Test
    void ofSeveralThatReachALimitTogetherOneGoesAtATime() {
        var limits = limits("max-requests", "1000");
        look(0, limits, run(1, 50, 999), run(2, 60, 1000), run(3, 55, 1002));
        assertThat(verdicts)
                .containsExactly(new Verdict.Replace(
                        new RunId(2), "answered 1,000 requests, at most 1,000 are wanted of one process"));
        look(1, limits, run(1, 50, 1000), run(2, 60, 1001), run(3, 55, 1003), run(4, 10, 0));
        assertThat(verdicts).hasSize(1);
        look(2, limits, run(1, 50, 1001), run(3, 55, 1004), run(4, 10, 0));
        assertThat(verdicts)
                .hasSize(2)
                .last()
                .isInstanceOf(Verdict.Replace.class)
                .matches(verdict -> ((Verdict.Replace) verdict).run().equals(new RunId(3)));
    }

    @Test
    void whatWasNotHeardIsSaidAgainAfterAMinute() {
        var limits = limits("max-requests", "10");
        for (int second = 0; second <= 120; second++) {
            look(second, limits, run(1, 50, 11));
        }
        assertThat(verdicts).hasSize(3);
    }

    @Test
    void aSchedulesHourComesOnce() {
        var limits = limits("cron-restart", "*/5 * * * *");
        for (int second = 0; second < 600; second++) {
            look(second, limits, run(1, 1, 1));
        }
        // 05:10 and 05:15, not at the start.
        assertThat(verdicts)
                .containsExactly(
                        new Verdict.Restart(SHOP, "cron-restart */5 * * * *"),
                        new Verdict.Restart(SHOP, "cron-restart */5 * * * *"));
    }

    @Test
    void anotherScheduleCountsFromNowAndALongSleepIsNoReasonForTwo() {
        look(0, limits("cron-restart", "10 5 * * *"), run(1, 1, 1));
        look(60, limits("cron-restart", "7 5 * * *"), run(1, 1, 1));
        look(300, limits("cron-restart", "7 5 * * *"), run(1, 1, 1));
        assertThat(verdicts).isEmpty();
        look(301, limits("cron-restart", "* * * * *"), run(1, 1, 1));
        look(5_000, limits("cron-restart", "* * * * *"), run(1, 1, 1));
        assertThat(verdicts).hasSize(1);
    }

    @Test
    void withoutLimitsThereIsNothingToWatch() {
        assertThat(Limits.of(Settings.standard()).any()).isFalse();
        look(0, Limits.of(Settings.standard()), run(1, 100_000, 1_000_000_000));
        assertThat(verdicts).isEmpty();
    }
}
