package footplate.core.config.form;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.tree.Place;
import footplate.core.unit.Durations;
import footplate.core.unit.Sizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings that stand together at one place of a file. What was wrong is told and left out: it reads as if it were not written, but
 * {@link #mentions} knows it.
 */
public final class Fields implements Value {
    private final Place place;
    private final Map<String, Value> values;
    private final Map<String, Place> written;
    private final Set<String> hollow;

    Fields(Place place, Map<String, Value> values, Map<String, Place> written) {
        this.place = place;
        this.values = new HashMap<>(values);
        this.written = new HashMap<>(written);
        this.hollow = new HashSet<>(written.keySet());
        this.hollow.removeAll(values.keySet());
    }

    @Override
    public Place place() {
        return place;
    }

    /** Whether it is written, and right. */
    public boolean has(Key key) {
        return values.containsKey(key.name());
    }

    /** Whether it is written, right or wrong. */
    public boolean mentions(Key key) {
        return written.containsKey(key.name());
    }

    /** Whether something in here was wrong, told and left out. */
    public boolean hasGaps() {
        return !hollow.isEmpty();
    }

    /** Where it is written; the beginning of all this where it is not. */
    public Place place(Key key) {
        return written.getOrDefault(key.name(), place);
    }

    /** Where its value stands; where it is written, if it has none. */
    public Place valuePlace(Key key) {
        var value = values.get(key.name());
        return value == null ? place(key) : value.place();
    }

    /** Whether it is written without anything wrong in it. */
    public boolean isWhole(Key key) {
        return has(key) && !(values.get(key.name()) instanceof Items(var _, var whole, var _) && !whole);
    }

    public @Nullable Value value(Key key) {
        return values.get(key.name());
    }

    /** A word as it is written, or its default. */
    public String text(Key key) {
        return values.get(key.name()) instanceof Word word ? word.text() : key.standard();
    }

    public Duration time(Key key) {
        return Duration.ofMillis(Durations.parseMillis(text(key)).orElse(0));
    }

    /** In bytes. */
    public long size(Key key) {
        return Sizes.parseBytes(text(key)).orElse(0);
    }

    public int count(Key key) {
        return Integer.parseInt(text(key));
    }

    /** In percent. */
    public int share(Key key) {
        var text = text(key);
        return Integer.parseInt(text.substring(0, text.length() - 1));
    }

    public boolean on(Key key) {
        return text(key).equals("true");
    }

    /** The words of a list, or the one that stands alone. */
    public List<Word> words(Key key) {
        var words = new ArrayList<Word>();
        for (var value : items(key)) {
            if (value instanceof Word word) {
                words.add(word);
            }
        }
        return words;
    }

    /** The same without their places. */
    public List<String> texts(Key key) {
        return words(key).stream().map(Word::text).toList();
    }

    public List<Value> items(Key key) {
        return switch (values.get(key.name())) {
            case null -> List.of();
            case Items(var items, var _, var _) -> items;
            case Value alone -> List.of(alone);
        };
    }

    /** Settings of its own; null where there are none, or a word stands for them. */
    public @Nullable Fields block(Key key) {
        return values.get(key.name()) instanceof Fields fields ? fields : null;
    }

    public Map<Word, Value> names(Key key) {
        return values.get(key.name()) instanceof Names(var entries, var _) ? entries : Map.of();
    }

    /** The words under names, by name. */
    public Map<String, String> map(Key key) {
        var map = new java.util.LinkedHashMap<String, String>();
        names(key).forEach((name, value) -> {
            if (value instanceof Word word) {
                map.put(name.text(), word.text());
            }
        });
        return map;
    }

    /** Those of {@link Setting} that were chosen here. */
    public Settings settings(List<Setting> all) {
        var chosen = Settings.standard();
        for (var setting : all) {
            if (values.get(Key.canonical(setting.label())) instanceof Word word) {
                chosen = chosen.with(setting, word.text());
            }
        }
        return chosen;
    }
}
