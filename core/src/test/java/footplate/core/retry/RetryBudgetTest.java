package footplate.core.retry;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private static final long SECOND = 1_000_000_000L;

    private final RetryBudget budget = new RetryBudget(0);

    private int takeAll(int perHundred) {
        int taken = 0;
        while (budget.take(perHundred)) {
            taken++;
        }
        return taken;
    }

    @Test
    void aFewRetriesNeedNoTraffic() {
        assertThat(takeAll(20)).isEqualTo(RetryBudget.FEW);
        budget.tick(SECOND, 0);
        assertThat(takeAll(20)).isZero();
        budget.tick(12 * SECOND, 0);
        assertThat(takeAll(20)).isEqualTo(RetryBudget.FEW);
    }

    @Test
    void aShareOfTheLastSecondsRequestsMayBeRetried() {
        budget.tick(SECOND, 5_000);
        budget.tick(2 * SECOND, 6_000);
        assertThat(takeAll(20)).isEqualTo(RetryBudget.FEW + 200);
        budget.tick(3 * SECOND, 6_500);
        assertThat(takeAll(20)).isEqualTo(100);
    }

    @Test
    void withNoShareThereAreNone() {
        assertThat(takeAll(0)).isZero();
    }

    @Test
    void processesThatLeaveTakeNothingFromTheBudget() {
        budget.tick(SECOND, 1_000);
        budget.tick(2 * SECOND, 10);
        assertThat(takeAll(20)).isEqualTo(RetryBudget.FEW);
        budget.tick(3 * SECOND, 510);
        assertThat(takeAll(20)).isEqualTo(100);
    }

    @Test
    void aSecondIsCountedOnceHoweverManyTellIt() {
        budget.tick(SECOND, 0);
        budget.tick(2 * SECOND, 100);
        budget.tick(2 * SECOND + 1, 100_000);
        assertThat(takeAll(100)).isEqualTo(RetryBudget.FEW + 100);
    }

    @Test
    void inNoTenSecondsAreThereMoreThanTheShareAndTheFew() {
        Seeds.each(200, random -> {
            var own = new RetryBudget(0);
            var requests = new ArrayDeque<Long>();
            var retries = new ArrayDeque<Integer>();
            long answered = 0;
            int perHundred = 1 + random.nextInt(100);
            own.tick(SECOND, 0);
            for (long second = 2; second < 60; second++) {
                long more = random.nextInt(4) == 0 ? random.nextInt(2_000) : 0;
                answered += more;
                own.tick(second * SECOND, answered);
                int taken = 0;
                for (int asked = random.nextInt(100); asked > 0 && own.take(perHundred); asked--) {
                    taken++;
                }
                requests.addLast(more);
                retries.addLast(taken);
                if (requests.size() > 10) {
                    requests.removeFirst();
                    retries.removeFirst();
                }
                long allowed = RetryBudget.FEW
                        + requests.stream().mapToLong(Long::longValue).sum() * perHundred / 100;
                int all = retries.stream().mapToInt(Integer::intValue).sum();
                // Within a window the requests may all be older than the retries: each retry was allowed in its second.
                if (taken > 0) {
                    assertThat((long) all).isLessThanOrEqualTo(allowed);
                }
            }
        });
    }
}
