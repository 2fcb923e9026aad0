package footplate.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.supervise.Journey.Outcome;
import footplate.core.supervise.Journey.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JourneyTest {
    private static final List<String> ALL = List.of("spawn", "listen", "ready");

    private static Step step(String name, long nanos, Outcome outcome) {
        return new Step(name, Duration.ofNanos(nanos), outcome);
    }

    @Test
    void eachStepTakesTheTimeSinceTheOneBeforeIt() {
        assertThat(Journey.steps(ALL, Map.of("spawn", 105L, "listen", 130L), 100, 150))
                .containsExactly(
                        step("spawn", 5, Outcome.DONE),
                        step("listen", 25, Outcome.DONE),
                        step("ready", 20, Outcome.FAILED));
        assertThat(Journey.steps(ALL, Map.of(), 100, 150))
                .containsExactly(
                        step("spawn", 50, Outcome.FAILED),
                        step("listen", 0, Outcome.NOT_REACHED),
                        step("ready", 0, Outcome.NOT_REACHED));
    }

    /** The end of a process may be told of before a step of it that came earlier. */
    @Test
    void noStepTakesLessThanNoTime() {
        assertThat(Journey.steps(ALL, Map.of("spawn", 105L, "listen", 160L), 100, 150))
                .containsExactly(
                        step("spawn", 5, Outcome.DONE),
                        step("listen", 55, Outcome.DONE),
                        step("ready", 0, Outcome.FAILED));
        assertThat(Journey.steps(ALL, Map.of("spawn", 90L, "listen", 140L, "ready", 120L), 100, 150))
                .containsExactly(
                        step("spawn", 0, Outcome.DONE),
                        step("listen", 40, Outcome.DONE),
                        step("ready", 0, Outcome.DONE));
        assertThat(Journey.steps(ALL, Map.of("spawn", Long.MIN_VALUE + 5), Long.MAX_VALUE, Long.MIN_VALUE + 9))
                .containsExactly(
                        step("spawn", 6, Outcome.DONE),
                        step("listen", 4, Outcome.FAILED),
                        step("ready", 0, Outcome.NOT_REACHED));
    }
}
