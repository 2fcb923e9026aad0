package footplate.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class JsonTest {
    @Test
    void whatIsNotAnObjectIsRefused() {
        for (String text : new String[] {
            "", " ", "[]", "1", "null", "\"{}\"", "true", "{", "}", "{\"a\":1", "{a:1}", "{'a':1}", "{\"a\":1,}"
        }) {
            refused(text);
        }
    }

    @Test
    void whatOnlyLooseReadersTakeIsRefused() {
        refused("{\"a\":NaN}");
        refused("{\"a\":Infinity}");
        refused("{\"a\":01}");
        refused("{\"a\":+1}");
        refused("{\"a\":.5}");
        refused("{\"a\":1;\"b\":2}");
        refused("{\"a\":\"tab\there\"}");
        refused("{\"a\":\"\\x41\"}");
        refused("{\"a\":1} // and more");
        refused("{\"a\":1}{\"a\":1}");
        refused(")]}'\n{}");
    }

    @Test
    void deepNestingIsRefusedAndDoesNoHarm() {
        refused("{\"a\":" + "[".repeat(500_000));
        refused("{\"a\":".repeat(100_000));
        refused("{\"a\":" + "9".repeat(500_000) + "}");
        refused("{\"a\":" + "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH) + "}");
    }

    @Test
    void nestingUpToTheBoundIsRead() throws Malformed {
        int arrays = Json.MAX_DEPTH - 1;

        assertThat(Json.object("", "{\"a\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}")
                        .has("a"))
                .isTrue();
    }

    @Test
    void hugeNumbersAreRefusedByTheFieldThatReadsThem() throws Malformed {
        Fields fields = Json.object(
                "", "{\"long\":" + "9".repeat(300) + ",\"exponent\":1e999999999,\"most\":9223372036854775807}");

        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> fields.number("long", 0, Long.MAX_VALUE));
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> fields.fraction("long"));
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> fields.number("exponent", 0, Long.MAX_VALUE));
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> fields.fraction("exponent"));
        assertThat(fields.number("most", 0, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aNameThatIsThereTwiceIsRefusedByItsPath() {
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> Json.object("", "{\"a\":{\"b\":[{\"c\":1,\"c\":2}]}}"))
                .satisfies(malformed -> assertThat(malformed.where()).isEqualTo("a.b[0].c"));
    }

    @Test
    void aMessageHoldsNoValue() {
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> Json.object("", "{\"a\":\"hunter2\"}").number("a", 0, 1))
                .satisfies(malformed -> assertThat(malformed.getMessage()).doesNotContain("hunter2"));
    }

    @Test
    void halfASurrogateIsNoReasonToFail() throws Malformed {
        assertThat(Json.object("", "{\"a\":\"\\ud800\"}").text("a")).hasSize(1);
    }

    @Test
    void anyBytesAreEitherAnObjectOrMalformed() {
        var random = new Random(7);
        String alphabet = "{}[]\":,\\u0eE+-.1tfnrsal \u0000\u001b\ud800é";
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder("{\"a\":");
            for (int i = random.nextInt(24); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Json.object("", text.toString()).names();
            } catch (Malformed malformed) {
                assertThat(malformed.what()).isNotBlank();
            }
        }
    }

    private static void refused(String text) {
        assertThatExceptionOfType(Malformed.class)
                .describedAs(text.substring(0, Math.min(40, text.length())))
                .isThrownBy(() -> Json.object("", text))
                .satisfies(malformed -> assertThat(malformed.getMessage()).hasSizeLessThan(400));
    }
}
