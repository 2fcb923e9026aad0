package footplate.core.config.tree;

import footplate.core.config.Problem;
import java.util.Comparator;

/**
 * One mistake in a file, told so that it can be mended.
 *
 * @param place where it begins
 * @param what what is wrong; ends with a full stop
 * @param mend what to write or do instead; a whole sentence
 */
public record Mistake(Place place, String what, String mend) implements Comparable<Mistake> {
    /** The same as a problem of the file of this name. */
    public Problem in(String file) {
        return new Problem(file + ":" + place, what, mend);
    }

    @Override
    public int compareTo(Mistake other) {
        return Comparator.comparing(Mistake::place)
                .thenComparing(Mistake::what)
                .thenComparing(Mistake::mend)
                .compare(this, other);
    }
}
