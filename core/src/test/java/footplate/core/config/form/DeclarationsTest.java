package footplate.core.config.form;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.core.config.file.FileKeys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every declared key must keep to, whoever adds one. */
final class DeclarationsTest {
    @Test
    void everyDefaultIsAValueOfItsKey() {
        int checked = 0;
        for (var key : keys()) {
            var form = single(key.form());
            for (var standard : standards(key)) {
                assertThat(Scalars.problem(form, standard))
                        .describedAs(key.name() + ": " + standard)
                        .isNull();
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(80);
    }

    @Test
    void everyExampleIsAValueToo() {
        for (var key : keys()) {
            if (single(key.form()) instanceof Form.Text(var syntax)) {
                assertThat(syntax.problem(syntax.example()))
                        .describedAs(key.name() + ": " + syntax.example())
                        .isNull();
            }
        }
    }

    @Test
    void everyKeySaysWhatItMeansInOneLine() {
        assertThat(keys())
                .hasSizeGreaterThan(150)
                .allSatisfy(key -> assertThat(key.meaning())
                        .isNotBlank()
                        .doesNotContain("\n")
                        .doesNotEndWith("."));
    }

    @Test
    void aKeyHidesASettingOnlyWhereItIsThatSetting() {
        Set<String> labels = new HashSet<>();
        for (var setting : Setting.values()) {
            labels.add(Key.canonical(setting.label()));
        }
        var app = Objects.requireNonNull(FileKeys.SECTION.named("apps"));
        List<String> hidden = new ArrayList<>();
        for (var section : List.of(FileKeys.SECTION, blocks(app.form()).getFirst())) {
            section.own().stream().map(Key::name).filter(labels::contains).forEach(hidden::add);
        }

        assertThat(hidden).containsExactly("health");
    }

    private static List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        collect(FileKeys.SECTION, keys);
        return keys;
    }

    private static void collect(Section section, List<Key> keys) {
        for (var name : section.names()) {
            var key = Objects.requireNonNull(section.named(name));
            keys.add(key);
            blocks(key.form()).forEach(inner -> collect(inner, keys));
        }
    }

    private static List<Section> blocks(Form form) {
        return switch (form) {
            case Form.Block(var section) -> List.of(section);
            case Form.Many(var each, var _) -> blocks(each);
            case Form.Named(var _, var _, var each) -> blocks(each);
            case Form.Either(var _, var full) -> blocks(full);
            default -> List.of();
        };
    }

    /** The form of one text. */
    private static Form single(Form form) {
        return switch (form) {
            case Form.Many(var each, var _) -> single(each);
            case Form.Either(var brief, var _) -> single(brief);
            default -> form;
        };
    }

    private static List<String> standards(Key key) {
        var standard = key.standard();
        if (standard.isEmpty()) {
            return List.of();
        }
        return standard.startsWith("[")
                ? List.of(standard.substring(1, standard.length() - 1).split(", "))
                : List.of(standard);
    }
}
