package footplate.core.retry;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Problem;
import footplate.core.retry.NextUpstream.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NextUpstreamTest {
    private static final long SECOND = 1_000_000_000L;
    private final List<Problem> problems = new ArrayList<>();

    private NextUpstream read(String text, String tries, String timeout) {
        return Objects.requireNonNull(NextUpstream.read("w", text, tries, timeout, problems));
    }

    private static boolean allows(NextUpstream next, Condition condition, boolean idempotent, boolean sent) {
        return next.allows(condition, idempotent, sent, true, 1, 3, 0);
    }

    @Test
    void withoutAWordItIsErrorAndTimeout() {
        for (var condition : Condition.values()) {
            boolean expected = condition == Condition.ERROR || condition == Condition.TIMEOUT;
            assertThat(allows(NextUpstream.STANDARD, condition, true, true)).isEqualTo(expected);
        }
        assertThat(read("error timeout", "", "")).isEqualTo(NextUpstream.STANDARD);
    }

    @Test
    void whatIsNotIdempotentIsSentAgainOnlyIfNothingWasSentOrItsOperatorSaysSo() {
        var next = read("error http_502", "", "");
        var bold = read("error http_502 non_idempotent", "", "");
        assertThat(allows(next, Condition.ERROR, false, false)).isTrue();
        assertThat(allows(next, Condition.ERROR, false, true)).isFalse();
        assertThat(allows(bold, Condition.ERROR, false, true)).isTrue();
        assertThat(allows(next, Condition.HTTP_502, true, true)).isTrue();
        assertThat(allows(next, Condition.HTTP_503, true, true)).isFalse();
    }

    @Test
    void triesServersTimeAndABodyThatIsGoneBoundIt() {
        var next = read("error", "2", "5s");
        assertThat(next.allows(Condition.ERROR, true, true, true, 1, 9, 5 * SECOND - 1))
                .isTrue();
        assertThat(next.allows(Condition.ERROR, true, true, true, 1, 9, 5 * SECOND))
                .isFalse();
        assertThat(next.allows(Condition.ERROR, true, true, true, 2, 9, 0)).isFalse();
        assertThat(next.allows(Condition.ERROR, true, true, true, 1, 1, 0)).isFalse();
        assertThat(next.allows(Condition.ERROR, true, true, false, 1, 9, 0)).isFalse();
        assertThat(next.allows(Condition.ERROR, true, false, false, 1, 9, 0)).isTrue();
        assertThat(NextUpstream.STANDARD.allows(Condition.ERROR, true, true, true, 8, 9, 99 * SECOND))
                .isTrue();
        assertThat(NextUpstream.STANDARD.allows(Condition.ERROR, true, true, true, 9, 9, 0))
                .isFalse();
    }

    @Test
    void whatCountsAsAFailureIsNginxsChoice() {
        var off = read("off", "", "");
        assertThat(allows(off, Condition.ERROR, true, false)).isFalse();
        assertThat(off.isFailure(Condition.ERROR)).isTrue();
        assertThat(off.isFailure(Condition.TIMEOUT)).isTrue();
        assertThat(off.isFailure(Condition.INVALID_HEADER)).isTrue();
        assertThat(off.isFailure(Condition.HTTP_502)).isFalse();
        var some = read("http_502, http_404 http_429", "", "");
        assertThat(some.isFailure(Condition.HTTP_502)).isTrue();
        assertThat(some.isFailure(Condition.HTTP_429)).isTrue();
        assertThat(some.isFailure(Condition.HTTP_404)).isFalse();
        assertThat(Condition.of(404)).isEqualTo(Condition.HTTP_404);
        assertThat(Condition.of(501)).isNull();
    }

    @Test
    void mistakesAreToldAllAtOnce() {
        assertThat(NextUpstream.read("w", "eror http_418 off", "few", "soon", problems))
                .isNull();
        assertThat(problems).hasSize(4);
        problems.clear();
        assertThat(NextUpstream.read("w", "off error", "", "", problems)).isNull();
        assertThat(problems).hasSize(1);
        problems.clear();
        assertThat(NextUpstream.read("w", "", "", "", problems)).isNull();
        assertThat(problems).hasSize(1);
        assertThat(new NextUpstream(Set.of(), false, 0, Duration.ZERO).conditions())
                .isEmpty();
    }
}
