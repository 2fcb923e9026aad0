package footplate.core;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Runs a property over many seeds; a failure names the seed that broke it. */
public final class Seeds {
    private Seeds() {}

    /**
     * Runs {@code property} with {@code count} differently seeded generators, always the same ones.
     *
     * @param count how many seeds
     * @throws AssertionError naming the seed, at the first seed that fails
     */
    public static void each(int count, Consumer<Random> property) {
        for (long seed = 1; seed <= count; seed++) {
            one(seed, property);
        }
    }

    /**
     * The same for what may find no end: it runs on a thread of its own, and a seed that hangs fails too.
     *
     * @param longest that one seed may take; a hang is noticed within twice that time
     * @throws AssertionError naming the seed, with the place where it hangs
     */
    public static void each(int count, Duration longest, Consumer<Random> property) {
        var at = new AtomicLong(1);
        var all = new FutureTask<Void>(
                () -> {
                    for (long seed = 1; seed <= count; seed++) {
                        at.set(seed);
                        one(seed, property);
                    }
                },
                null);
        var thread = Thread.ofPlatform().daemon().name("seeds").start(all);
        for (long before = 0; ; before = at.get()) {
            try {
                all.get(longest.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException stillRuns) {
                if (at.get() == before) {
                    var hang = new AssertionError("seed " + before + ": no end within " + longest);
                    hang.setStackTrace(thread.getStackTrace());
                    thread.interrupt();
                    throw hang;
                }
            } catch (ExecutionException failed) {
                throw new AssertionError(failed.getCause().getMessage(), failed.getCause());
            } catch (InterruptedException asked) {
                thread.interrupt();
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted at seed " + at.get(), asked);
            }
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
