package footplate.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.CanarySteps.Step;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeploySettingsTest {
    @Test
    void stepsAreSharesAndTimes() {
        assertThat(CanarySteps.parse("0.5%:30s, 25%:5m"))
                .isEqualTo(new CanarySteps(List.of(
                        new Step(5, Duration.ofSeconds(30)),
                        new Step(250, Duration.ofMinutes(5)),
                        new Step(1_000, Duration.ZERO))));
        assertThat(CanarySteps.parse("100%")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5%", "5:2m", "25%:1m,5%:1m", "5%:2m,5%:2m", "101%:1m", "5%:2m,100%:1m", "5%:x", "0%:1m"})
    void whatIsNoListOfRisingStepsIsRefused(String text) {
        assertThat(CanarySteps.parse(text)).isNull();
        assertThat(Settings.problem(Setting.STEPS, text)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"1,4,1,1", "25%,4,1,1", "25%,5,2,1", "0,3,0,0", "100%,3,3,3"})
    void quantitiesAreCountsOrShares(String text, int all, int up, int down) {
        var quantity = Objects.requireNonNull(Quantity.parse(text));
        assertThat(quantity.upOf(all)).isEqualTo(up);
        assertThat(quantity.downOf(all)).isEqualTo(down);
    }

    @ParameterizedTest
    @CsvSource({
        "MAX_SURGE,-1",
        "MAX_SURGE,120%",
        "STICKY,header:",
        "STICKY,ip",
        "CANARY_HEADER,X Y",
        "MAX_ERROR_RATE,5",
        "LATENCY_TOLERANCE,fast",
        "PREVIEW,70000",
        "PREVIEW,new_.example/"
    })
    void whatIsNoValueIsRefusedWithACure(Setting setting, String value) {
        assertThat(Settings.problem(setting, value))
                .isNotNull()
                .satisfies(problem -> assertThat(problem.mend()).startsWith("Write "));
    }
}
