package footplate.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BalanceTest {
    private final List<Problem> problems = new ArrayList<>();

    private @Nullable Balance read(String text) {
        return Balance.read("footplate.yml:3:5", text, problems);
    }

    @Test
    void everyMethodIsReadAsItIsWritten() {
        for (var balance : ChoosingTest.ALL) {
            assertThat(read(balance.text())).isEqualTo(balance);
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void nginxsOwnWritingIsUnderstood() {
        assertThat(read("hash $request_uri consistent")).isEqualTo(new Balance.Hash("$request_uri", true));
        assertThat(read("hash: '$host$uri'")).isEqualTo(new Balance.Hash("$host$uri", false));
        assertThat(read("hash: \"$a $b\" consistent")).isEqualTo(new Balance.Hash("$a $b", true));
        assertThat(read("random two least_conn")).isEqualTo(new Balance.RandomTwo());
        assertThat(read("random two")).isEqualTo(new Balance.RandomTwo());
        assertThat(read("least-conn")).isEqualTo(new Balance.LeastConn());
        assertThat(read("least_time last_byte"))
                .isEqualTo(new Balance.LeastTime(Balance.LeastTime.Until.LAST_BYTE, false));
        assertThat(problems).isEmpty();
    }

    @Test
    void aMistakeIsToldWithItsCure() {
        problem("", "no method is named", "round_robin");
        problem("leastconn", "'leastconn' is no way of balancing", "least_conn");
        problem("least_conn twice", "'twice' follows 'least_conn'", "Write least_conn alone");
        problem("hash", "'hash' has no key", "$request_uri");
        problem("hash: consistent", "'hash' has no key", "consistent");
        problem("hash: \"$uri", "closing quote", "$request_uri");
        problem("hash: \"\"", "the key is empty", "$request_uri");
        problem("hash: request_uri", "has no variable", "$request_uri");
        problem("hash: $uri constant", "'constant' follows the key", "consistent");
        problem("least_time", "does not say which time", "header");
        problem("least_time: body", "does not say which time", "last_byte");
        problem("least_time: header inflight", "'inflight' is not known", "peak");
        problem("least_time: header fast", "'fast' follows", "peak");
        problem("random three", "'random' is not followed by 'three'", "random_two");
    }

    private void problem(String text, String what, String mend) {
        problems.clear();
        assertThat(read(text)).isNull();
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst().where()).isEqualTo("footplate.yml:3:5");
        assertThat(problems.getFirst().what()).contains(what);
        assertThat(problems.getFirst().mend()).contains(mend);
    }

    @Test
    void theTermsOfAServerAreReadOneByOne() {
        var terms = ServerTerms.STANDARD
                .with("w", "weight", "2", problems)
                .with("w", "max_conns", "100", problems)
                .with("w", "max_fails", "3", problems)
                .with("w", "fail_timeout", "20s", problems)
                .with("w", "slow_start", "30s", problems)
                .with("w", "backup", "true", problems)
                .with("w", "down", "false", problems);
        assertThat(problems).isEmpty();
        assertThat(terms)
                .isEqualTo(new ServerTerms(2, 100, 3, Duration.ofSeconds(20), Duration.ofSeconds(30), true, false));
        terms.with("w", "weight", "0", problems)
                .with("w", "weight", "99999999999", problems)
                .with("w", "max_conns", "many", problems)
                .with("w", "fail_timeout", "soon", problems)
                .with("w", "backup", "yes", problems)
                .with("w", "wieght", "1", problems);
        assertThat(problems).hasSize(6).allMatch(problem -> problem.where().equals("w"));
    }

    @Test
    void whatDoesNotGoTogetherIsTold() {
        var slow = ServerTerms.STANDARD.with("w", "slow_start", "30s", problems);
        ServerTerms.check("w", new Balance.IpHash(), List.of(slow), problems);
        ServerTerms.check("w", new Balance.Hash("$uri", true), List.of(slow), problems);
        ServerTerms.check("w", new Balance.LeastBusy(), List.of(ServerTerms.STANDARD.weighing(2)), problems);
        ServerTerms.check("w", new Balance.RoundRobin(), List.of(Upstreams.backup()), problems);
        assertThat(problems).hasSize(4);
        ServerTerms.check("w", new Balance.RoundRobin(), List.of(slow, Upstreams.backup()), problems);
        ServerTerms.check("w", new Balance.LeastBusy(), List.of(ServerTerms.INSTANCE), problems);
        assertThat(problems).hasSize(4);
    }
}
