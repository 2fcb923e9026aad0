package footplate.core.config.file;

import footplate.core.config.Upstream;
import footplate.core.config.form.Check;
import footplate.core.config.form.Fields;
import footplate.core.config.form.Key;
import footplate.core.config.form.Value;
import footplate.core.config.routes.Target;
import footplate.core.config.routes.Template;
import footplate.core.name.Likeness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the names and addresses of 'to' mean. */
final class Targets {
    private final Check check;
    private final Names names;

    Targets(Check check, Names names) {
        this.check = check;
        this.names = names;
    }

    /**
     * Of a route.
     *
     * @param resolver the name server for addresses that are known at run time only
     */
    @Nullable
    Target of(Value.Word word, String resolver) {
        var text = word.text();
        if (text.contains("${")) {
            return new Target.ToAddress(Template.of(text), resolver);
        }
        if (text.indexOf(':') >= 0 || text.indexOf('/') >= 0) {
            var server = Upstream.read(text, new ArrayList<>());
            return server == null ? null : new Target.ToServer(server);
        }
        if (names.apps().containsKey(text)) {
            return new Target.ToApp(text);
        }
        if (names.groups().containsKey(text)) {
            return new Target.ToGroup(text);
        }
        unknown(word);
        return null;
    }

    private void unknown(Value.Word word) {
        var all = new ArrayList<String>(names.apps().keySet());
        all.addAll(names.groups().keySet());
        var nearest = Likeness.nearest(word.text(), all);
        var there = all.isEmpty() ? "There is none in this file" : "Here are: " + String.join(", ", all);
        check.tell(
                word.place(),
                "There is no app and no upstream '" + word.text() + "'.",
                (nearest == null ? "" : "Write '" + nearest + "'. ") + there
                        + "; a server is written with its port, as 10.0.0.5:8080.");
    }

    /** Of a stream: no app, and nothing of a request. */
    @Nullable
    Target ofStream(Fields stream, Key key) {
        return stream.value(key) instanceof Value.Word word ? ofStream(word) : null;
    }

    private @Nullable Target ofStream(Value.Word word) {
        if (word.text().contains("${")) {
            check.tell(
                    word.place(), "A stream knows no requests, and so no '${…}'.", "Write an upstream, or host:port.");
            return null;
        }
        var target = of(word, "");
        if (target instanceof Target.ToApp(var name)) {
            check.tell(
                    word.place(),
                    "'" + name + "' is an app, and streams lead to servers.",
                    "Write an upstream or host:port; apps are reached by 'hosts' and 'routes'.");
            return null;
        }
        return target;
    }

    Map<String, Target> bySni(Fields stream) {
        var targets = new LinkedHashMap<String, Target>();
        stream.names(FileKeys.SNI).forEach((name, value) -> {
            var target = value instanceof Value.Word word ? ofStream(word) : null;
            if (target != null) {
                targets.put(name.text().toLowerCase(Locale.ROOT), target);
            }
        });
        return targets;
    }
}
