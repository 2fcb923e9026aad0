package footplate.core.unit;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DurationsTest {
    @Test
    void everyUnitIsRead() {
        assertThat(Durations.parseMillis("500ms")).hasValue(500);
        assertThat(Durations.parseMillis("30s")).hasValue(30_000);
        assertThat(Durations.parseMillis("30")).hasValue(30_000);
        assertThat(Durations.parseMillis("5m")).hasValue(300_000);
        assertThat(Durations.parseMillis("2h")).hasValue(7_200_000);
        assertThat(Durations.parseMillis("1000d")).hasValue(86_400_000_000L);
        assertThat(Durations.parseMillis("0")).hasValue(0);
    }

    @Test
    void whatIsNoDurationIsNotRead() {
        for (var text : List.of(
                "", "s", "-1s", "+1s", "1.5s", "1 s", "1S", "1w", "1001d", "99999999999", "9999999999d", "١s", "1s2")) {
            assertThat(Durations.parseMillis(text)).as(text).isEmpty();
        }
    }

    @Test
    void durationsArePrintedShort() {
        assertThat(Durations.print(Duration.ofMillis(340))).isEqualTo("340ms");
        assertThat(Durations.print(Duration.ofSeconds(1))).isEqualTo("1s");
        assertThat(Durations.print(Duration.ofMillis(1_250))).isEqualTo("1.2s");
        assertThat(Durations.print(Duration.ofMillis(59_999))).isEqualTo("59.9s");
        assertThat(Durations.print(Duration.ofSeconds(303))).isEqualTo("5m 3s");
        assertThat(Durations.print(Duration.ofMinutes(5))).isEqualTo("5m");
        assertThat(Durations.print(Duration.ofMinutes(150))).isEqualTo("2h 30m");
        assertThat(Durations.print(Duration.ofHours(52))).isEqualTo("2d 4h");
        assertThat(Durations.print(Duration.ofDays(2))).isEqualTo("2d");
    }

    @Test
    void aWholeNumberOfAnyUnitIsReadBackAsItWasPrinted() {
        Seeds.each(1_000, random -> {
            long unit = List.of(1L, 1_000L, 60_000L, 3_600_000L, 86_400_000L).get(random.nextInt(5));
            long millis = unit * (1 + random.nextInt(unit == 1 ? 999 : 23));
            assertThat(Durations.parseMillis(Durations.print(Duration.ofMillis(millis))))
                    .hasValue(millis);
        });
    }
}
