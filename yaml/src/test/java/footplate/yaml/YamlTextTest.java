package footplate.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.tree.Node;
import footplate.core.config.tree.Place;
import footplate.core.config.tree.Reading;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class YamlTextTest {
    @Test
    void everyPartKnowsItsPlace() {
        var root = (Node.Mapping) root("a: 1\nb:\n  - x\n  - {c: 'ü', d: !file p}\n");
        var list = (Node.Listing) root.pairs().get(1).value();
        var inner = (Node.Mapping) list.items().get(1);
        assertThat(root.pairs().getFirst().value()).isEqualTo(new Node.Scalar("1", false, "", new Place(1, 4)));
        assertThat(inner.pairs().getFirst().value()).isEqualTo(new Node.Scalar("ü", true, "", new Place(4, 9)));
        assertThat(inner.pairs().get(1).value()).isEqualTo(new Node.Scalar("p", false, "!file", new Place(4, 17)));
    }

    @Test
    void nothingIsInterpreted() {
        var root = (Node.Mapping) root("a: [on, no, 010, 1e3, 2..4, null, 12:30]\n");
        assertThat(((Node.Listing) root.pairs().getFirst().value()).items())
                .extracting(item -> ((Node.Scalar) item).text())
                .containsExactly("on", "no", "010", "1e3", "2..4", "null", "12:30");
    }

    @Test
    void aBombOfAliasesIsNoTree() {
        var text = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 60; i++) {
            text.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }

        assertThat(YamlText.read(text.toString()).mistakes()).hasSizeGreaterThan(60);
    }

    @Test
    void aTowerOfBracketsIsNoTree() {
        assertThat(told("[".repeat(500_000))).contains("levels deep");
        assertThat(told("{a: ".repeat(100_000))).contains("levels deep");
        assertThat(told("- ".repeat(100_000))).contains("levels deep");
    }

    @Test
    void whatIsNoTextIsTold() {
        assertThat(YamlText.read(new byte[YamlText.MOST_BYTES + 1])
                        .mistakes()
                        .getFirst()
                        .what())
                .contains("1 MB");
        assertThat(YamlText.read("a: b\0".getBytes(StandardCharsets.UTF_8))
                        .mistakes()
                        .getFirst()
                        .place())
                .isEqualTo(new Place(1, 5));
        assertThat(YamlText.read("a: b\nc: \u00e9".getBytes(StandardCharsets.ISO_8859_1))
                        .mistakes()
                        .getFirst()
                        .place())
                .isEqualTo(new Place(2, 4));
        assertThat(YamlText.read("a: b".getBytes(StandardCharsets.UTF_16))
                        .mistakes()
                        .getFirst()
                        .what())
                .contains("UTF-16");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheText() {
        assertThat(YamlText.read("\uFEFFa: b").root())
                .isInstanceOfSatisfying(
                        Node.Mapping.class,
                        root -> assertThat(root.pairs().getFirst().key().text()).isEqualTo("a"));
    }

    @Test
    void aFileWithoutSettingsIsNothing() {
        assertThat(YamlText.read("# later\n")).isEqualTo(new Reading(null, java.util.List.of()));
    }

    private static Node root(String text) {
        return Objects.requireNonNull(YamlText.read(text).root());
    }

    private static String told(String text) {
        return YamlText.read(text).mistakes().getFirst().what();
    }
}
