package footplate.core;

import java.util.Random;
import java.util.function.Consumer;

/** Runs a property over many seeds; a failure names the seed that broke it. */
public final class Seeds {
    private Seeds() {}

    /**
     * Runs {@code property} with {@code count} differently seeded generators, always the same ones.
     *
     * @param count how many seeds; above 0
     * @throws AssertionError naming the seed, at the first seed that fails
     */
    public static void each(int count, Consumer<Random> property) {
        for (long seed = 1; seed <= count; seed++) {
            one(seed, property);
        }
    }

    /** Runs {@code property} with one seed: what to call while looking into a failure that {@link #each} named. */
    public static void one(long seed, Consumer<Random> property) {
        try {
            property.accept(new Random(seed));
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
        }
    }
}
