package footplate.core.config.form;

import footplate.core.config.Secret;
import footplate.core.config.tree.Place;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stands in a file as a key's value, checked against the key's {@link Form}. */
public sealed interface Value permits Fields, Value.Word, Value.Hidden, Value.Items, Value.Names {
    Place place();

    /** A text; variables of the environment are in it. */
    record Word(String text, Place place) implements Value {}

    /** A text that nobody sees. */
    sealed interface Hidden extends Value {}

    record Given(Secret secret, Place place) implements Hidden {}

    /** The content of a file, to be read when it is needed. */
    record FromFile(String path, Place place) implements Hidden {}

    /**
     * A list.
     *
     * @param whole whether no item was wrong and left out
     */
    record Items(List<Value> items, boolean whole, Place place) implements Value {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** In the order of the file. */
    record Names(Map<Word, Value> entries, Place place) implements Value {
        public Names {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }
    }
}
