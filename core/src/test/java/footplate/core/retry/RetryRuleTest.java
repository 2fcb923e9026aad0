package footplate.core.retry;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.retry.RetryRule.Decision;
import footplate.core.retry.RetryRule.Failure;
import org.junit.jupiter.api.Test;

class RetryRuleTest {
    @Test
    void aRefusedConnectionIsTriedElsewhereWhateverTheMethod() {
        assertThat(RetryRule.after(Failure.NOT_CONNECTED, false, true, false, true, 1, 4))
                .isEqualTo(Decision.ANOTHER_PROCESS);
    }

    @Test
    void theIdleRaceIsRunAgainAtTheSameProcess() {
        assertThat(RetryRule.after(Failure.REUSED_CONNECTION_CLOSED, false, false, true, true, 1, 4))
                .isEqualTo(Decision.SAME_PROCESS_NEW_CONNECTION);
        assertThat(RetryRule.after(Failure.REUSED_CONNECTION_CLOSED, false, true, false, true, 1, 4))
                .isEqualTo(Decision.SAME_PROCESS_NEW_CONNECTION);
    }

    @Test
    void whatMayHaveBeenActedUponAndMustNotBeRepeatedNeverIs() {
        Seeds.each(500, random -> {
            var failure = random.nextBoolean() ? Failure.REUSED_CONNECTION_CLOSED : Failure.NEW_CONNECTION_CLOSED;
            assertThat(RetryRule.after(
                            failure,
                            random.nextBoolean(),
                            false,
                            false,
                            random.nextBoolean(),
                            1 + random.nextInt(5),
                            4))
                    .isEqualTo(Decision.GIVE_UP);
        });
    }

    @Test
    void nothingIsRepeatedAfterAByteOfTheAnswerOrWithoutTheBytesOrForEver() {
        for (var failure : Failure.values()) {
            assertThat(RetryRule.after(failure, true, true, true, true, 1, 4)).isEqualTo(Decision.GIVE_UP);
            assertThat(RetryRule.after(failure, false, true, true, false, 1, 4)).isEqualTo(Decision.GIVE_UP);
            assertThat(RetryRule.after(failure, false, true, true, true, 4, 4)).isEqualTo(Decision.GIVE_UP);
        }
    }
}
