package footplate.core.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import footplate.core.Seeds;
import footplate.core.config.Problem;
import footplate.core.config.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvFileTest {
    private static Map<String, String> fine(String text) {
        var read = EnvFile.read(".env", text, Map.of("HOME", new Secret("/home/ann"), "EMPTY", new Secret("")));
        assertThat(read.problems()).isEmpty();
        var plain = new LinkedHashMap<String, String>();
        read.variables().forEach((name, value) -> plain.put(name, value.reveal()));
        return plain;
    }

    private static List<Problem> problems(String text) {
        return EnvFile.read("/srv/shop/.env", text, Map.of()).problems();
    }

    @Test
    void aVariableALine() {
        assertThat(fine("A=1\nB = two words \n\n# comment\n  export C=3\nD=\nE.f-g=4 # why\nA=5"))
                .containsExactly(
                        entry("A", "5"), entry("B", "two words"), entry("C", "3"), entry("D", ""), entry("E.f-g", "4"));
    }

    @Test
    void quotesKeepWhatIsInThem() {
        assertThat(fine("""
                        A=' # $HOME ${HOME} \\n '
                        B=" # 'x' \\"y\\" \\n\\t\\\\ \\q " # comment
                        C=`it's "both"`
                        D=''
                        E="pa$$word \\${HOME} \\\\${HOME}"
                        """))
                .containsExactly(
                        entry("A", " # $HOME ${HOME} \\n "),
                        entry("B", " # 'x' \"y\" \n\t\\ \\q "),
                        entry("C", "it's \"both\""),
                        entry("D", ""),
                        entry("E", "pa$$word ${HOME} \\/home/ann"));
    }

    @Test
    void aQuotedValueMayGoOverLines() {
        assertThat(fine("KEY=\"-----BEGIN\r\nabc\r\n-----END\"\r\nB='x\ny'\r\nC=1\r"))
                .containsExactly(entry("KEY", "-----BEGIN\nabc\n-----END"), entry("B", "x\ny"), entry("C", "1"));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstName() {
        assertThat(fine("\ufeffA=1")).containsExactly(entry("A", "1"));
    }

    @Test
    void referencesMeanEarlierLinesThenWhatWasThereBefore() {
        assertThat(
                        fine(
                                "HOST=db\nURL=http://${HOST}/${HOME}\nHOME=/other\nW=${HOME}\nX=${NO:-none}\nY=${EMPTY:-e}${EMPTY}"))
                .containsEntry("URL", "http://db//home/ann")
                .containsEntry("W", "/other")
                .containsEntry("X", "none")
                .containsEntry("Y", "e");
    }

    @Test
    void aDollarAloneIsText() {
        assertThat(fine("A=pa$$w0rd$HOME\nB=\\${HOME}"))
                .containsExactly(entry("A", "pa$$w0rd$HOME"), entry("B", "${HOME}"));
    }

    @Test
    void nothingIsRun() {
        assertThat(fine("A=$(touch /tmp/x)`\nB=\"$(id)\""))
                .containsExactly(entry("A", "$(touch /tmp/x)`"), entry("B", "$(id)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A=1\nhunter2\nB=2",
                "A=1\n1A=hunter2",
                "A=1\n=hunter2",
                "A=1\nB C=hunter2",
                "A=1\nB=hunter2#x",
                "A=1\nB='hunter2'x",
                "A=1\nB=\"hunter2\"#x",
                "A=1\nB='hunter2",
                "A=1\nB=\"hunter2\nC=3",
                "A=1\nB=hunter2${NO}",
                "A=1\nB=hunter2\0"
            })
    void aBadLineIsToldByItsNumberAndWithoutItsValue(String text) {
        assertThat(problems(text)).singleElement().satisfies(problem -> {
            assertThat(problem.where()).isEqualTo("/srv/shop/.env:2");
            assertThat(problem.what() + problem.mend()).doesNotContain("hunter2");
        });
    }

    @Test
    void everyBadLineIsTold() {
        assertThat(problems("x\nA=\"1\n2\"\ny\n\nB=3\nz"))
                .extracting(Problem::where)
                .containsExactly("/srv/shop/.env:1", "/srv/shop/.env:4", "/srv/shop/.env:7");
    }

    @Test
    void whateverIsReadNothingIsThrownAndNoLineIsLostSilently() {
        var alphabet = "AB=\"'`\\$#{}:- \n\rx";
        Seeds.each(2_000, random -> {
            var text = new StringBuilder();
            int length = random.nextInt(40);
            for (int i = 0; i < length; i++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            var read = EnvFile.read(".env", text.toString(), Map.of());
            boolean says = text.toString()
                    .lines()
                    .anyMatch(l -> !l.isBlank() && !l.strip().startsWith("#"));
            assertThat(!says || !read.problems().isEmpty() || !read.variables().isEmpty())
                    .isTrue();
        });
    }
}
