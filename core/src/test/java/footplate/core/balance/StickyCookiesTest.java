package footplate.core.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import footplate.core.config.Problem;
import footplate.core.config.Secret;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StickyCookiesTest {
    private static final List<String> NAMES = List.of("127.0.0.1:8080", "127.0.0.1:8081", "unix:/run/a.sock");
    private static final List<Secret> SECRETS = List.of(new Secret("correct horse"));

    private static StickyCookies cookies(boolean signed, List<Secret> secrets, List<String> names) {
        return new StickyCookies(new Sticky("srv_id", signed), secrets, names);
    }

    @Test
    void eachServerIsFoundByItsValue() {
        for (boolean signed : new boolean[] {true, false}) {
            var cookies = cookies(signed, SECRETS, NAMES);
            for (int place = 0; place < NAMES.size(); place++) {
                assertThat(cookies.value(place)).matches("[A-Za-z0-9._-]{32,60}");
                assertThat(cookies.find(cookies.value(place))).isEqualTo(place);
            }
            assertThat(cookies.find(null)).isEqualTo(-1);
            assertThat(cookies.find("")).isEqualTo(-1);
        }
    }

    /** {@code printf 127.0.0.1:8080 | md5sum}: what nginx's sticky cookie says. */
    @Test
    void hashedIsNginxsValue() {
        assertThat(cookies(false, List.of(), NAMES).value(0)).isEqualTo("5958c386bf5e9109ac10d2a628645aea");
    }

    @Test
    void nobodyChoosesAServerForThemselves() {
        var cookies = cookies(true, SECRETS, NAMES);
        var value = cookies.value(1);
        var other = cookies.value(2);
        assertThat(cookies.find(value.substring(0, 32))).isEqualTo(-1);
        assertThat(cookies.find(value.substring(0, 33))).isEqualTo(-1);
        assertThat(cookies.find(value + "A")).isEqualTo(-1);
        assertThat(cookies.find(value.substring(0, 33) + other.substring(33))).isEqualTo(-1);
        for (int i = 0; i < value.length(); i++) {
            var forged = new StringBuilder(value);
            forged.setCharAt(i, value.charAt(i) == '1' ? '2' : '1');
            assertThat(cookies.find(forged.toString())).isEqualTo(-1);
        }
        assertThat(cookies(true, List.of(new Secret("another")), NAMES).find(value))
                .isEqualTo(-1);
        // A signature for another cookie of ours is none for this.
        assertThat(new StickyCookies(new Sticky("other", true), SECRETS, NAMES).find(value))
                .isEqualTo(-1);
    }

    @Test
    void aServerThatIsGoneIsNobodyAndTheOthersKeepTheirs() {
        for (boolean signed : new boolean[] {true, false}) {
            var before = cookies(signed, SECRETS, NAMES);
            var after = cookies(signed, SECRETS, List.of(NAMES.get(2), NAMES.get(0)));
            assertThat(after.find(before.value(1))).isEqualTo(-1);
            assertThat(after.find(before.value(2))).isZero();
            assertThat(after.find(before.value(0))).isEqualTo(1);
        }
    }

    @Test
    void aSecretThatWasStillCounts() {
        var before = cookies(true, SECRETS, NAMES);
        var after = cookies(true, List.of(new Secret("new"), SECRETS.getFirst()), NAMES);
        assertThat(after.find(before.value(1))).isEqualTo(1);
        assertThat(after.value(1)).isNotEqualTo(before.value(1));
        assertThat(before.find(after.value(1))).isEqualTo(-1);
        assertThatThrownBy(() -> cookies(true, List.of(), NAMES)).hasMessageContaining("secret");
    }

    @Test
    void theSettingIsRead() {
        var problems = new ArrayList<Problem>();
        assertThat(Sticky.read("w", "cookie srv_id", problems)).isEqualTo(new Sticky("srv_id", true));
        assertThat(Sticky.read("w", "cookie a signed", problems)).isEqualTo(new Sticky("a", true));
        assertThat(Sticky.read("w", "cookie a hashed", problems)).isEqualTo(new Sticky("a", false));
        assertThat(problems).isEmpty();
        for (var wrong : List.of("", "cookie", "route $uri", "cookie a=b", "cookie a plain", "cookie a hashed twice")) {
            problems.clear();
            assertThat(Sticky.read("w", wrong, problems)).isNull();
            assertThat(problems).hasSize(1);
        }
    }
}
