package footplate.core.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private static final Answer FOUND =
            new Answer.Servers(List.of(new Found("10.0.0.1", 80, 1, false)), Duration.ofSeconds(10));
    private static final Answer NOBODY = new Answer.Nobody(false, Duration.ofSeconds(10));
    private static final Answer SILENCE = new Answer.Silence("x");

    @Test
    void whatIsFoundIsUsedAndThenAskedForMeanwhileAndThenFirst() {
        var known = Remembered.after(null, FOUND, 0);
        assertThat(known.use(9_999)).isEqualTo(Remembered.Use.AT_ONCE);
        assertThat(known.use(10_000)).isEqualTo(Remembered.Use.AT_ONCE_AND_ASK);
        assertThat(known.use(39_999)).isEqualTo(Remembered.Use.AT_ONCE_AND_ASK);
        assertThat(known.use(40_000)).isEqualTo(Remembered.Use.ASK);
    }

    @Test
    void whatIsNotThereIsBelievedForAWhileAndNotLonger() {
        var known = Remembered.after(Remembered.after(null, FOUND, 0), NOBODY, 50_000);
        assertThat(known.answer()).isEqualTo(NOBODY);
        assertThat(known.use(59_999)).isEqualTo(Remembered.Use.AT_ONCE);
        assertThat(known.use(60_000)).isEqualTo(Remembered.Use.ASK);
        var long_ = Remembered.after(null, new Answer.Nobody(false, Duration.ofDays(1)), 0);
        assertThat(long_.use(60_000)).isEqualTo(Remembered.Use.ASK);
    }

    @Test
    void whereNobodyCanTellWhatWasFoundIsUsedForADay() {
        var known = Remembered.after(null, FOUND, 0);
        var stale = Remembered.after(known, SILENCE, 100_000);
        assertThat(stale.answer()).isEqualTo(FOUND);
        assertThat(stale.use(104_999)).isEqualTo(Remembered.Use.AT_ONCE);
        assertThat(stale.use(105_000)).isEqualTo(Remembered.Use.ASK);
        long day = 10_000 + Duration.ofDays(1).toMillis();
        assertThat(Remembered.after(stale, SILENCE, day - 1).answer()).isEqualTo(FOUND);
        assertThat(Remembered.after(stale, SILENCE, day).answer()).isEqualTo(SILENCE);
    }

    @Test
    void silenceAboutANewNameIsRememberedForASecond() {
        var known = Remembered.after(null, SILENCE, 0);
        assertThat(known.use(999)).isEqualTo(Remembered.Use.AT_ONCE);
        assertThat(known.use(1_000)).isEqualTo(Remembered.Use.ASK);
    }
}
