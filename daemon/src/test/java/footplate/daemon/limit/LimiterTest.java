package footplate.daemon.limit;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.limit.LimitWatch;
import footplate.core.limit.LimitWatch.AppUse;
import footplate.core.limit.LimitWatch.Verdict;
import footplate.core.limit.Limits;
import footplate.core.name.AppName;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimiterTest {
    private static final AppName SHOP = new AppName("shop");

    private Instant now = Instant.parse("2026-03-28T12:00:00Z");

    @Test
    void aScheduleIsKeptByTheClockOfThisPlace() {
        var verdicts = new ArrayList<Verdict>();
        var limits = Limits.of(Settings.standard().with(Setting.CRON_RESTART, "30 2 * * *"));
        try (var limiter = new Limiter(
                () -> List.of(new AppUse(SHOP, limits, List.of())),
                () -> now,
                ZoneId.of("Europe/Berlin"),
                verdicts::add)) {
            var came = new ArrayList<Instant>();
            for (int minute = 0; minute < 3 * 24 * 60; minute++) {
                limiter.look();
                if (verdicts.size() > came.size()) {
                    came.add(now);
                }
                now = now.plus(Duration.ofMinutes(1));
            }
            // The first night has no half past two: the clocks are put forward from two to three.
            assertThat(came)
                    .containsExactly(
                            Instant.parse("2026-03-29T01:00:00Z"),
                            Instant.parse("2026-03-30T00:30:00Z"),
                            Instant.parse("2026-03-31T00:30:00Z"));
            assertThat(verdicts).containsOnly(new LimitWatch.Verdict.Restart(SHOP, "cron-restart 30 2 * * *"));
        }
    }
}
