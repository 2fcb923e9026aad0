package footplate.core.measure;

import java.util.List;

/**
 * What is known of the two sides of a change.
 *
 * @param old how the requests of the old side ended; after the switch, those just before it
 * @param fresh how those of the new side ended
 * @param seconds the new side's again, second by second, the last ones
 */
public record Counts(Sample old, Sample fresh, List<Sample> seconds) {
    public Counts {
        seconds = List.copyOf(seconds);
    }
}
