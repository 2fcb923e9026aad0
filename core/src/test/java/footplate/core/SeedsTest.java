package footplate.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SeedsTest {
    @Test
    void aSeedThatHangsIsNamedWithItsPlace() {
        var seed = new AtomicInteger();
        var never = new CountDownLatch(1);
        assertThatThrownBy(() -> Seeds.each(10, Duration.ofMillis(200), _ -> {
                    if (seed.incrementAndGet() == 3) {
                        hangs(never);
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("seed 3: no end within")
                .satisfies(hang -> assertThat(hang.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("hangs")));
        never.countDown();
    }

    /** As a loop without an end does, it takes no notice of an interrupt. */
    private static void hangs(CountDownLatch never) {
        while (never.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aSeedThatFailsIsNamedAndNoneBehindItRuns() {
        var seed = new AtomicInteger();
        assertThatThrownBy(() -> Seeds.each(10, Duration.ofSeconds(10), _ -> {
                    if (seed.incrementAndGet() == 4) {
                        throw new IllegalStateException("broken");
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("seed 4: broken");
        assertThat(seed).hasValue(4);
    }
}
