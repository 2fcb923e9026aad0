package footplate.core.config.tree;

import java.util.List;

/** A configuration file's text as a tree, each part with its place; nothing is interpreted yet: {@code 10} and {@code true} are texts. */
public sealed interface Node {
    Place place();

    /**
     * A text.
     *
     * @param quoted whether it stands in quotes, or as a block; an empty one that does not is no value
     * @param tag what stands before it, as {@code !file}; empty if nothing does
     */
    record Scalar(String text, boolean quoted, String tag, Place place) implements Node {
        public boolean isNothing() {
            return text.isEmpty() && !quoted && tag.isEmpty();
        }
    }

    /** {@code [a, b]}, or lines that begin with a dash. */
    record Listing(List<Node> items, Place place) implements Node {
        public Listing {
            items = List.copyOf(items);
        }
    }

    /** {@code {a: b}}, or lines of {@code a: b}; no key is there twice. */
    record Mapping(List<Pair> pairs, Place place) implements Node {
        public Mapping {
            pairs = List.copyOf(pairs);
        }
    }

    /** What could not be read, and was told where that was found. */
    record Told(Place place) implements Node {}

    /** One entry of a {@link Mapping}. */
    record Pair(Scalar key, Node value) {}
}
