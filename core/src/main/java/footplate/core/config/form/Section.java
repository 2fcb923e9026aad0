package footplate.core.config.form;

import footplate.core.config.Setting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings that stand together.
 *
 * @param title what messages call it, as {@code 'servers'} or {@code this file}
 * @param meaning what it is for, in one line
 * @param own the keys declared for it
 * @param settings those of {@link Setting} that may stand here too, each under its own name; an own key of that name goes before it
 */
public record Section(String title, String meaning, List<Key> own, List<Setting> settings) {
    public Section {
        own = List.copyOf(own);
        var names = new HashSet<String>();
        for (var key : own) {
            if (!names.add(key.name())) {
                throw new IllegalArgumentException("key '%s' is declared twice in %s".formatted(key.name(), title));
            }
        }
        settings = settings.stream()
                .filter(setting -> !names.contains(Key.canonical(setting.label())))
                .toList();
    }

    public static Section of(String title, String meaning, Key... keys) {
        return new Section(title, meaning, List.of(keys), List.of());
    }

    /** A setting as a key of a file. */
    public static Key key(Setting setting) {
        return new Key(
                Key.canonical(setting.label()), new Form.OfSetting(setting), setting.standard(), setting.meaning());
    }

    /** The key of that name, with dashes or underscores; null if there is none. */
    public @Nullable Key named(String written) {
        var name = Key.canonical(written);
        for (var key : own) {
            if (key.name().equals(name)) {
                return key;
            }
        }
        for (var setting : settings) {
            if (Key.canonical(setting.label()).equals(name)) {
                return key(setting);
            }
        }
        return null;
    }

    /** The names of all keys, own ones first. */
    public List<String> names() {
        var names = new ArrayList<String>();
        own.forEach(key -> names.add(key.name()));
        settings.forEach(setting -> names.add(Key.canonical(setting.label())));
        return names;
    }
}
