package footplate.core.rule.users;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords are held against what other programs made of them. */
class PasswordHashTest {
    static List<String> made() throws IOException {
        try (var file = Objects.requireNonNull(PasswordHashTest.class.getResourceAsStream("passwords.txt"))) {
            return new String(file.readAllBytes(), ISO_8859_1)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("made")
    void whatAnotherProgramMadeIsUnderstood(String line) {
        var parts = line.split("\\|", 2);
        var password = HexFormat.of().parseHex(parts[0]);
        var hash = Objects.requireNonNull(PasswordHash.of(parts[1]));

        assertThat(hash.matches(password)).isTrue();
        var other = (new String(password, ISO_8859_1) + "x").getBytes(ISO_8859_1);
        // bcrypt looks at 72 bytes.
        assertThat(hash.matches(other)).isEqualTo(parts[1].startsWith("$2") && password.length >= 72);
        assertThat(hash.matches("wrong".getBytes(ISO_8859_1))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pw",
                "{PLAIN}pw",
                "rqXexS6ZhobKA",
                "$2x$05$......................P9qBTkuR3zJkVUUtk3iBYKNWc4sjXs6",
                "$2b$03$......................P9qBTkuR3zJkVUUtk3iBYKNWc4sjXs6",
                "$2b$31$......................P9qBTkuR3zJkVUUtk3iBYKNWc4sjXs6",
                "$2b$05$......................P9qBTkuR3zJkVUUtk3iBYKNWc4sjXs",
                "$6$rounds=999999999$salt$" + HASH,
                "$5$salt$" + HASH,
                "$7$salt$" + HASH,
                "{SHA}GpHWL3ymc5liWkNopqtdSjuqYA==",
                "{SHA}not base64",
                "{SSHA}GpHWL3ymc5liWkNopqtdSjuqYA=="
            })
    void whatIsOfNoKnownKindOrTakesTooLongIsNone(String stored) {
        assertThat(PasswordHash.of(stored)).isNull();
    }

    private static final String HASH =
            "ZapXBEvsif2RCqJ.ihtA4r5UBg45TOZbRb2UsSgFK5Oc8F5Ei3/A4ThxeYsAYizF2E8g5BVdBFJJ8z1arA7pN1";

    @Test
    void noHashIsPrinted() {
        assertThat(PasswordHash.of("{SHA}GpHWL3ymc5liWkNopqtdSjuqYHM=")).hasToString("SHA ***");
    }
}
