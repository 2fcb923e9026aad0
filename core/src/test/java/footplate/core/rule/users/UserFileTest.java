package footplate.core.rule.users;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserFileTest {
    private static final String FILE = "# people\n\nanna:{SHA}GpHWL3ymc5liWkNopqtdSjuqYHM=:a comment\r\n"
            + "bert:$apr1$12345678$A8zrX.CLhuutTWymwJp2a.\nanna:$1$salt$UsdFqFVB.FsuinRDK5eE..\n";

    static Credentials login(String user, String password) {
        return Objects.requireNonNull(Credentials.of(header(user + ":" + password)));
    }

    private static String header(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(ISO_8859_1));
    }

    @Test
    void whoseNameAndPasswordStandInItIsAdmitted() {
        var users = UserFile.of(FILE.getBytes(ISO_8859_1));

        assertThat(users.mistake()).isNull();
        assertThat(users.size()).isEqualTo(2);
        assertThat(users.admits(login("anna", "pw"))).isTrue();
        assertThat(users.admits(login("bert", "pw"))).isTrue();
        assertThat(users.admits(login("anna", ""))).isFalse();
        assertThat(users.admits(login("Anna", "pw"))).isFalse();
        assertThat(users.admits(login("carl", "pw"))).isFalse();
        assertThat(users.admits(login("# people", "pw"))).isFalse();
    }

    @Test
    void whatIsWrongIsToldByItsLineAndNotByItsText() {
        var users = UserFile.of(
                "anna:secret\nnobody\n:{SHA}GpHWL3ymc5liWkNopqtdSjuqYHM=\nbert\nc:d\n".getBytes(ISO_8859_1));

        assertThat(users.mistake())
                .startsWith("line 1, line 2, line 3 and 2 more: no password")
                .doesNotContain("secret");
        assertThat(users.admits(login("anna", "secret"))).isFalse();
        assertThat(users.size()).isZero();
    }

    @Test
    void aPasswordMayHaveColonsAndANameMayNot() {
        var users = UserFile.of("a:{SHA}Nee7kMIvaErY5NRd7UixSmSWRDc=\n".getBytes(ISO_8859_1));

        assertThat(users.admits(login("a", "b:c"))).isFalse();
        assertThat(login("a", "b:c").user()).isEqualTo("a");
        assertThat(new String(login("a", "b:c").password(), ISO_8859_1)).isEqualTo("b:c");
        assertThat(login("a", "b:c")).hasToString("a:***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Basic",
                "Basic ",
                "Bearer YTpi",
                "Basic !!",
                "Basic YQ==",
                "Basic OmI=",
                "Basic YQA6Yg==",
                "Basic YTpi,"
            })
    void whatIsNoNameWithAPasswordIsNone(String value) {
        assertThat(Credentials.of(value)).isNull();
    }

    @Test
    void whatIsTooLongForAnybodyIsNone() {
        assertThat(Credentials.of(header("a:" + "b".repeat(256)))).isNotNull();
        assertThat(Credentials.of(header("a:" + "b".repeat(257)))).isNull();
        assertThat(Credentials.of(header("a".repeat(257) + ":b"))).isNull();
        assertThat(Credentials.of("bAsIc  YTpi")).isNotNull();
    }

    @Test
    void whatWasRightIsRememberedForAWhileAndForThatReadingOfThatFile() {
        var logins = new RememberedLogins(new byte[32]);
        long now = Long.MAX_VALUE - 5;
        logins.remember(7, login("anna", "pw"), now);

        assertThat(logins.knows(7, login("anna", "pw"), now + RememberedLogins.NANOS - 1))
                .isTrue();
        assertThat(logins.knows(7, login("anna", "pw"), now + RememberedLogins.NANOS))
                .isFalse();
        assertThat(logins.knows(8, login("anna", "pw"), now)).isFalse();
        assertThat(logins.knows(7, login("anna", "pW"), now)).isFalse();
        assertThat(logins.knows(7, login("ann", "a:pw"), now)).isFalse();
    }
}
