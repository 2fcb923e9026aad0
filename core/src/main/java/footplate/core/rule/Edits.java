package footplate.core.rule;

import footplate.core.config.routes.Rules;
import footplate.core.http.HeaderEdit;
import footplate.core.match.Phrase;
import footplate.core.match.Variables;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A route's changes to header fields, for one direction; those that are the same for every request are made once. Immutable. */
final class Edits {
    private static final String HOST = "Host";

    private final List<String> dropped = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final @Nullable Phrase host;
    private final @Nullable HeaderEdit fixed;

    private record Line(String name, Phrase value) {}

    /** @param also further names of lines that go */
    Edits(Rules.Edits rule, Collection<String> also) {
        dropped.addAll(rule.remove());
        dropped.addAll(also);
        Phrase named = null;
        for (var set : rule.set().entrySet()) {
            if (set.getKey().equalsIgnoreCase(HOST)) {
                named = Phrase.of(set.getValue(), Phrase.Use.FIELD);
            } else {
                dropped.add(set.getKey());
                lines.add(new Line(set.getKey(), Phrase.of(set.getValue(), Phrase.Use.FIELD)));
            }
        }
        rule.add().forEach((name, value) -> lines.add(new Line(name, Phrase.of(value, Phrase.Use.FIELD))));
        host = named;
        boolean same =
                lines.stream().allMatch(line -> line.value().isConstant()) && (named == null || named.isConstant());
        fixed = dropped.isEmpty() && lines.isEmpty() && named == null ? HeaderEdit.NONE : same ? made(_ -> "") : null;
    }

    /** The change for a request; {@link HeaderEdit#NONE} if there is none for any. */
    HeaderEdit of(Variables variables) {
        return fixed == null ? made(variables) : fixed;
    }

    private HeaderEdit made(Variables variables) {
        var added = new StringBuilder();
        for (var line : lines) {
            added.append(HeaderEdit.line(line.name(), line.value().render(variables)));
        }
        var value =
                host == null ? null : HeaderEdit.clean(host.render(variables)).strip();
        // An empty Host is none (RFC 9112 §3.2): then it stays as it is.
        return HeaderEdit.of(dropped, added.toString(), value == null || value.isEmpty() ? null : value);
    }
}
