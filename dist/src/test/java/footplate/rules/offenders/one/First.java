package footplate.rules.offenders.one;

import footplate.rules.offenders.two.Second;
import java.nio.file.Path;

/** Looks at the clock, knows files, and goes round in a circle. */
public record First(Path path, long at) {
    public static First now(Second second) {
        return new First(second.path(), System.nanoTime());
    }
}
