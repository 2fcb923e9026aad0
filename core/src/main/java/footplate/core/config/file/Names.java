package footplate.core.config.file;

import footplate.core.config.form.Check;
import footplate.core.config.tree.Node;
import footplate.core.config.tree.Place;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names of a file's apps and upstreams, also of those with something wrong in them: who names one makes no mistake.
 *
 * @param apps with the places of their names
 */
record Names(Map<String, Place> apps, Map<String, Place> groups) {
    static Names in(Node root, Check check) {
        var names = new Names(below(root, FileKeys.APPS.name()), below(root, FileKeys.UPSTREAMS.name()));
        names.groups.forEach((name, place) -> {
            var app = names.apps.get(name);
            if (app != null) {
                check.tell(
                        place,
                        "'%s' is the name of an app too, in line %d.".formatted(name, app.line()),
                        "Give one of the two another name, so that routes can tell them apart.");
            }
        });
        return names;
    }

    private static Map<String, Place> below(Node root, String key) {
        var names = new LinkedHashMap<String, Place>();
        if (root instanceof Node.Mapping(var pairs, var _)) {
            for (var pair : pairs) {
                if (pair.key().text().equals(key) && pair.value() instanceof Node.Mapping(var inner, var _)) {
                    inner.forEach(one -> names.put(one.key().text(), one.key().place()));
                }
            }
        }
        return names;
    }
}
