package footplate.core.match;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The routes of named hosts: by the whole name, by how it ends, by how it begins; found in one pass over the name. */
final class HostTable {
    /** Those of {@code *.x} or {@code x.*}, and the next shorter one that fits all names that this one fits. */
    record Wildcard(PathTable paths, @Nullable Wildcard shorter) {}

    private final OctetTable<PathTable> exact;
    private final @Nullable OctetTable<Wildcard> endings;
    private final @Nullable OctetTable<Wildcard> beginnings;

    /**
     * A table.
     *
     * @param endings by {@code .x}, for {@code *.x}
     * @param beginnings by {@code x.}, for {@code x.*}
     */
    HostTable(Map<String, PathTable> exact, Map<String, PathTable> endings, Map<String, PathTable> beginnings) {
        this.exact = new OctetTable<>(exact, true);
        this.endings = endings.isEmpty() ? null : new OctetTable<>(chained(endings, true), true);
        this.beginnings = beginnings.isEmpty() ? null : new OctetTable<>(chained(beginnings, false), false);
    }

    private static Map<String, Wildcard> chained(Map<String, PathTable> names, boolean endings) {
        var shortFirst = new TreeMap<String, PathTable>(
                Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
        shortFirst.putAll(names);
        var chained = new HashMap<String, Wildcard>();
        shortFirst.forEach((name, paths) -> {
            Wildcard shorter = null;
            var rest = endings ? name.substring(1) : name.substring(0, name.length() - 1);
            while (shorter == null) {
                int dot = endings ? rest.indexOf('.') : rest.lastIndexOf('.');
                if (dot < 0) {
                    break;
                }
                shorter = chained.get(endings ? rest.substring(dot) : rest.substring(0, dot + 1));
                rest = endings ? rest.substring(dot + 1) : rest.substring(0, dot);
            }
            chained.put(name, new Wildcard(paths, shorter));
        });
        return chained;
    }

    /**
     * Looks a name up; what is found is in {@code found}.
     *
     * @param name in lower case
     * @param length of the name, above 0
     */
    void find(byte[] name, int length, Found found) {
        long hash = OctetTable.SEED;
        Wildcard ending = null;
        for (int i = length - 1; i >= 0; i--) {
            hash = OctetTable.step(hash, name[i]);
            if (name[i] == '.' && i > 0 && endings != null) {
                var longer = endings.get(hash, name, i, length);
                ending = longer == null ? ending : longer;
            }
        }
        found.exact = exact.get(hash, name, 0, length);
        found.ending = ending;
        found.beginning = beginnings == null ? null : beginning(beginnings, name, length);
    }

    private static @Nullable Wildcard beginning(OctetTable<Wildcard> beginnings, byte[] name, int length) {
        long hash = OctetTable.SEED;
        Wildcard beginning = null;
        for (int i = 0; i < length - 1; i++) {
            hash = OctetTable.step(hash, name[i]);
            if (name[i] == '.') {
                var longer = beginnings.get(hash, name, 0, i + 1);
                beginning = longer == null ? beginning : longer;
            }
        }
        return beginning;
    }

    /** What a name is. */
    static final class Found {
        @Nullable
        PathTable exact;

        @Nullable
        Wildcard ending;

        @Nullable
        Wildcard beginning;
    }
}
