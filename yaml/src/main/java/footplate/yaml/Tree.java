package footplate.yaml;

import footplate.core.config.tree.Mistake;
import footplate.core.config.tree.Node;
import footplate.core.config.tree.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Builds the tree from the parser's events. There are no anchors and aliases in it: a small file cannot become a large tree. */
final class Tree {
    private static final int DEEPEST = 20;

    private final Set<Place> told;

    private final List<Mistake> mistakes = new ArrayList<>();
    private final Set<String> anchors = new HashSet<>();

    /**
     * A tree of nothing yet.
     *
     * @param told where texts begin that were told of already
     */
    Tree(Set<Place> told) {
        this.told = Set.copyOf(told);
    }

    /** A file with more levels than any configuration has. */
    static final class TooDeep extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Place place;

        TooDeep(Place place) {
            super(place.toString(), null, false, false);
            this.place = place;
        }

        Mistake mistake() {
            return new Mistake(
                    place,
                    "This is more than " + DEEPEST + " levels deep.",
                    "No configuration is so deep: see whether a bracket or an indentation is missing.");
        }
    }

    List<Mistake> mistakes() {
        return mistakes;
    }

    /**
     * The tree of a text; null if there is nothing in it.
     *
     * @throws org.snakeyaml.engine.v2.exceptions.YamlEngineException if it is no YAML
     */
    @Nullable
    Node of(String text) {
        var settings = LoadSettings.builder()
                .setAllowDuplicateKeys(true)
                .setCodePointLimit(Integer.MAX_VALUE)
                .build();
        Iterator<Event> events = new Parse(settings).parseString(text).iterator();
        Node root = null;
        while (events.hasNext()) {
            var event = events.next();
            if (event.getEventId() == Event.ID.DocumentStart && root != null) {
                mistakes.add(new Mistake(
                        place(event),
                        "A second document begins here.",
                        "Remove the line '---'; a file holds one configuration."));
                return root;
            }
            if (event instanceof NodeEvent) {
                root = node(event, events, 0);
            }
        }
        return root;
    }

    private static Place place(Event event) {
        return place(event.getStartMark());
    }

    static Place place(Optional<Mark> mark) {
        return mark.map(there -> new Place(there.getLine() + 1, there.getColumn() + 1))
                .orElse(new Place(1, 1));
    }

    private Node node(Event event, Iterator<Event> events, int depth) {
        var place = place(event);
        if (depth > DEEPEST) {
            throw new TooDeep(place);
        }
        boolean known = told.contains(place);
        if (event instanceof AliasEvent alias) {
            var name = alias.getAlias().getValue();
            if (!known) {
                mistakes.add(
                        anchors.contains(name) ? Diagnosis.aliasOfAnchor(place, name) : Diagnosis.alias(place, name));
            }
            return new Node.Told(place);
        }
        Optional<Anchor> anchor = event instanceof NodeEvent one ? one.getAnchor() : Optional.empty();
        if (anchor.isPresent()) {
            anchors.add(anchor.get().getValue());
            mistakes.add(Diagnosis.anchor(place, anchor.get().getValue()));
        }
        var node = switch (event) {
            case ScalarEvent scalar ->
                new Node.Scalar(
                        scalar.getValue(),
                        scalar.getScalarStyle() != org.snakeyaml.engine.v2.common.ScalarStyle.PLAIN,
                        scalar.getTag().orElse(""),
                        place);
            case MappingStartEvent start -> mapping(start, events, place, depth);
            case CollectionStartEvent start -> listing(start, events, place, depth);
            default -> throw new IllegalStateException("a " + event + " is no node");
        };
        return known || anchor.isPresent() ? new Node.Told(place) : node;
    }

    private Node listing(CollectionStartEvent start, Iterator<Event> events, Place place, int depth) {
        tagged(start, place);
        var items = new ArrayList<Node>();
        for (var event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node(event, events, depth + 1));
        }
        return new Node.Listing(items, place);
    }

    private void tagged(CollectionStartEvent start, Place place) {
        start.getTag()
                .ifPresent(tag -> mistakes.add(new Mistake(
                        place,
                        "'" + tag + "' stands before a list or a block.",
                        "Remove it; !file stands before a path.")));
    }

    private Node mapping(MappingStartEvent start, Iterator<Event> events, Place place, int depth) {
        tagged(start, place);
        var pairs = new ArrayList<Node.Pair>();
        Map<String, Place> before = new HashMap<>();
        boolean braces = false;
        for (var event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            var key = node(event, events, depth + 1);
            var value = node(events.next(), events, depth + 1);
            if (!(key instanceof Node.Scalar name) || !name.tag().isEmpty()) {
                if (!braces && !(key instanceof Node.Told)) {
                    mistakes.add(Diagnosis.noName(key, start.isFlow()));
                }
                braces |= start.isFlow();
                continue;
            }
            if (name.text().equals("<<") && value instanceof Node.Told) {
                continue;
            }
            var first = before.putIfAbsent(name.text(), name.place());
            if (first == null) {
                pairs.add(new Node.Pair(name, value));
            } else {
                mistakes.add(Diagnosis.twice(name, first));
            }
        }
        return braces ? new Node.Told(place) : new Node.Mapping(pairs, place);
    }
}
