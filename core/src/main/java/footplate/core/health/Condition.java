package footplate.core.health;

import java.time.Duration;

/**
 * How well one run does, by its health checks so far.
 *
 * @param serves it has passed its checks and was told to be ready
 * @param asked checks so far while it was starting
 * @param passed checks passed in a row
 * @param failed checks failed in a row, as far as they count
 */
public record Condition(boolean serves, int asked, int passed, int failed) {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE_OF_A_START = Duration.ofSeconds(1);

    /** Of a run that is being started. */
    public static final Condition STARTING = new Condition(false, 0, 0, 0);

    /** Of a run that an earlier daemon saw ready. */
    public static final Condition SERVING = new Condition(true, 0, 0, 0);

    /** What follows from one check. */
    public enum Verdict {
        /** Nothing new. */
        AS_BEFORE,
        /** It is ready now. Comes once. */
        READY,
        /** Its start has failed. */
        START_FAILED,
        /** It serves and is ill; comes again after every further {@code threshold} failures in a row. */
        ILL
    }

    /**
     * One check further.
     *
     * @param pause until the next check
     */
    public record Step(Condition next, Verdict verdict, Duration pause) {}

    /**
     * One check has ended.
     *
     * @param age of the run when it ended
     */
    public Step after(Observation observation, Duration age, Health health) {
        return switch (observation) {
            case Observation.Passed _ -> passed(health);
            case Observation.Failed _ -> failed(age, health);
        };
    }

    private Step passed(Health health) {
        if (serves) {
            return new Step(SERVING, Verdict.AS_BEFORE, health.interval());
        }
        if (passed + 1 >= health.rise()) {
            return new Step(SERVING, Verdict.READY, health.interval());
        }
        return new Step(new Condition(false, asked + 1, passed + 1, 0), Verdict.AS_BEFORE, pauseOfAStart(health));
    }

    private Step failed(Duration age, Health health) {
        if (!serves) {
            var period = health.startPeriod();
            boolean counts = period.isPositive() && age.compareTo(period) >= 0;
            var next = new Condition(false, asked + 1, 0, counts ? failed + 1 : failed);
            return new Step(
                    next,
                    next.failed >= health.threshold() ? Verdict.START_FAILED : Verdict.AS_BEFORE,
                    pauseOfAStart(health));
        }
        boolean ill = failed + 1 >= health.threshold();
        return new Step(
                new Condition(true, 0, 0, ill ? 0 : failed + 1),
                ill ? Verdict.ILL : Verdict.AS_BEFORE,
                health.interval());
    }

    /** Twice as long each time: whoever is up in 300 ms is not to wait a whole interval to be ready. */
    private Duration pauseOfAStart(Health health) {
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(asked, 10));
        var longest = health.interval().compareTo(LONGEST_PAUSE_OF_A_START) < 0
                ? health.interval()
                : LONGEST_PAUSE_OF_A_START;
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
