package footplate.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import footplate.core.Seeds;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Backoff USUAL = RestartRule.USUAL.backoff();

    @Test
    void theFirstCrashWaitsForNothing() {
        assertThat(USUAL.after(1)).isZero();
    }

    @Test
    void eachFurtherCrashDoublesTheWaitUpToTheCeiling() {
        assertThat(USUAL.after(2)).hasMillis(100);
        assertThat(USUAL.after(3)).hasMillis(200);
        assertThat(USUAL.after(9)).hasMillis(12_800);
        assertThat(USUAL.after(10)).hasSeconds(15);
    }

    @Test
    void anyNumberOfCrashesHasAWaitBetweenTheOneBeforeAndTheCeiling() {
        Seeds.each(1_000, random -> {
            var first = Duration.ofMillis(1 + random.nextInt(100_000));
            var backoff = new Backoff(first, first.plusMillis(random.nextInt(10_000_000)));
            int crashes = 2 + random.nextInt(random.nextBoolean() ? 60 : Integer.MAX_VALUE - 2);
            assertThat(backoff.after(crashes))
                    .isBetween(backoff.first(), backoff.ceiling())
                    .isGreaterThanOrEqualTo(backoff.after(crashes - 1));
        });
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
                .hasMessageContaining("above 0");
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContaining("ceiling");
        assertThatThrownBy(() -> USUAL.after(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RestartRule(USUAL, Duration.ZERO, 0)).hasMessageContaining("after 0 crashes");
        assertThatThrownBy(() -> new RestartRule(USUAL, Duration.ofSeconds(-1), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ProcessId(1, 0)).hasMessageContaining("PID 1");
    }
}
