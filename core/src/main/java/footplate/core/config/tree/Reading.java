package footplate.core.config.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a file's text.
 *
 * @param root the tree; null if the text is none, or is empty
 * @param mistakes what was found on the way; what they are about is {@link Node.Told} in the tree
 */
public record Reading(@Nullable Node root, List<Mistake> mistakes) {
    public Reading {
        mistakes = List.copyOf(mistakes);
    }
}
