package footplate.core.discover;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final Found ONE = new Found("10.0.0.1", 80, 1, false);
    private static final Found TWO = new Found("10.0.0.2", 80, 1, false);

    private Watch watch = Watch.begin("api.internal");
    private long now = 1_000;

    private Watch.Step answered(Answer answer) {
        var step = watch.answered(answer, now, 0);
        watch = step.watch();
        return step;
    }

    private static Answer servers(int ttl, Found... found) {
        return new Answer.Servers(List.of(found), Duration.ofSeconds(ttl));
    }

    private static Answer nobody(int ttl) {
        return new Answer.Nobody(false, Duration.ofSeconds(ttl));
    }

    @Test
    void whatIsFoundIsToldOnceAndAskedForAgainWhenItsTimeIsOver() {
        var first = answered(servers(60, TWO, ONE, ONE));
        assertThat(first.servers()).containsExactly(ONE, TWO);
        assertThat(first.next()).hasSeconds(60);
        assertThat(first.message()).isNull();
        // A name server gives them in another order each time.
        assertThat(answered(servers(60, ONE, TWO)).servers()).isNull();
        assertThat(answered(servers(60, ONE)).servers()).containsExactly(ONE);
    }

    @Test
    void questionsAreNeverASecondOrAnHourApart() {
        assertThat(answered(servers(0, ONE)).next()).hasSeconds(1);
        assertThat(answered(servers(100_000, ONE)).next()).hasHours(1);
        assertThat(watch.answered(servers(100, ONE), now, 0.5).next()).hasSeconds(105);
    }

    @Test
    void whatIsKnownStaysWhileNobodyCanTellAndTheOperatorHearsItOnce() {
        answered(servers(5, ONE));
        var silent = answered(new Answer.Silence("127.0.0.1:53: no answer within 2000 ms"));
        assertThat(silent.servers()).isNull();
        assertThat(silent.message())
                .isEqualTo("api.internal: no name server can tell where it is (127.0.0.1:53: no answer within 2000 ms);"
                        + " 1 address stay in use. Check 'resolver', or /etc/resolv.conf where it names none.");
        for (int seconds : new int[] {2, 4, 8, 16, 30, 30, 30}) {
            now += 100_000;
            var again = answered(new Answer.Silence("x"));
            assertThat(again.message()).isNull();
            assertThat(again.servers()).isNull();
            assertThat(again.next()).hasSeconds(seconds);
        }
        now += 100_000;
        var back = answered(servers(5, TWO));
        assertThat(back.servers()).containsExactly(TWO);
        assertThat(back.message()).isEqualTo("api.internal is found again: 1 address.");
    }

    @Test
    void whereANameServerSaysThatThereIsNobodyTheLastOnesStayForHalfAMinute() {
        answered(servers(5, ONE));
        var absent = answered(nobody(3_600));
        assertThat(absent.servers()).isNull();
        assertThat(absent.message()).contains("there is no such name", "1 address", "30 s");
        assertThat(absent.next()).hasSeconds(30);
        now += 29_999;
        assertThat(answered(nobody(1)).servers()).isNull();
        now += 1;
        var gone = answered(nobody(3_600));
        assertThat(gone.servers()).isEmpty();
        assertThat(gone.next()).hasSeconds(60);
        now += 60_000;
        assertThat(answered(nobody(5)).servers()).isNull();
        assertThat(answered(servers(5, ONE)).servers()).containsExactly(ONE);
    }

    @Test
    void anAbsenceThatIsTakenBackBeginsAnew() {
        answered(servers(5, ONE));
        answered(nobody(5));
        now += 20_000;
        answered(servers(5, ONE));
        now += 20_000;
        assertThat(answered(nobody(5)).servers()).isNull();
    }

    @Test
    void silenceWithinAnAbsenceDoesNotProlongIt() {
        answered(servers(5, ONE));
        answered(nobody(5));
        now += 20_000;
        assertThat(answered(new Answer.Silence("x")).servers()).isNull();
        now += 20_000;
        assertThat(answered(nobody(5)).servers()).isEmpty();
    }

    @Test
    void aNameThatWasNeverThereIsNobodyAtOnce() {
        assertThat(answered(nobody(5)).servers()).isEmpty();
    }

    @Test
    void aPartIsUsedOnlyWhereNothingIsKnown() {
        assertThat(answered(new Answer.Silence("x", List.of(ONE))).servers()).containsExactly(ONE);
        assertThat(answered(new Answer.Silence("x", List.of(TWO))).servers()).isNull();
        assertThat(watch.known()).containsExactly(ONE);
    }

    @Test
    void whateverComesTheNextQuestionComesAndMessagesAreFew() {
        Seeds.each(2_000, random -> {
            watch = Watch.begin("a");
            now = 1_000L + random.nextInt(1_000_000);
            long toldAt = Long.MIN_VALUE / 2;
            for (int i = 0; i < 50; i++) {
                now += random.nextInt(40_000);
                var step = watch.answered(
                        switch (random.nextInt(3)) {
                            case 0 -> servers(random.nextInt(100_000), random.nextBoolean() ? ONE : TWO);
                            case 1 -> nobody(random.nextInt(100_000));
                            default -> new Answer.Silence("x");
                        },
                        now,
                        random.nextDouble());
                assertThat(step.next()).isBetween(Watch.SHORTEST, Watch.LONGEST.plus(Duration.ofMinutes(6)));
                if (step.servers() != null) {
                    assertThat(step.servers()).isNotEqualTo(watch.known());
                    assertThat(step.watch().known()).isEqualTo(step.servers());
                }
                if (step.message() != null) {
                    assertThat(now - toldAt).isGreaterThanOrEqualTo(60_000);
                    toldAt = now;
                }
                watch = step.watch();
            }
        });
    }
}
