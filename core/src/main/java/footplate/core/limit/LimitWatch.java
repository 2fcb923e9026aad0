package footplate.core.limit;

import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.schedule.Cron;
import footplate.core.unit.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which processes have used more than they may, and which apps' hour has come: each look gives the next watch, and what
 * is to be done. Of one app one process goes at a time, so that those which have reached a limit together do not leave
 * together. Immutable.
 *
 * @param over since when a run has used too much memory, without a break
 * @param leaving when it was said of a run that it is to be replaced
 * @param due when an app's processes are replaced next, and by which schedule
 */
public record LimitWatch(Map<RunId, Instant> over, Map<RunId, Instant> leaving, Map<AppName, Due> due) {
    /** Said again after this, if the run is still there: a change of the app may have been under way. */
    static final Duration SAID_AGAIN = Duration.ofMinutes(1);

    /** Nothing was looked at yet. */
    public static final LimitWatch START = new LimitWatch(Map.of(), Map.of(), Map.of());

    public LimitWatch {
        over = Map.copyOf(over);
        leaving = Map.copyOf(leaving);
        due = Map.copyOf(due);
    }

    /** The next time of a schedule. */
    public record Due(Cron schedule, Instant at) {}

    /**
     * An app with a limit.
     *
     * @param runs those that take requests
     */
    public record AppUse(AppName app, Limits limits, List<RunUse> runs) {
        public AppUse {
            runs = List.copyOf(runs);
        }
    }

    /**
     * What a run uses.
     *
     * @param memory bytes of it and all it has started
     * @param answered requests so far
     */
    public record RunUse(RunId run, long memory, long answered) {}

    /** What is to be done. */
    public sealed interface Verdict {
        /** A new process in place of one, the new one first. */
        record Replace(RunId run, String why) implements Verdict {}

        /** New processes for a whole app, one after the other. */
        record Restart(AppName app, String why) implements Verdict {}
    }

    /** The next watch, and what is to be done. */
    public record Look(LimitWatch watch, List<Verdict> verdicts) {
        public Look {
            verdicts = List.copyOf(verdicts);
        }
    }

    /**
     * Looks.
     *
     * @param zone whose clocks the schedules mean
     * @param apps all that have limits
     */
    public Look look(Instant now, ZoneId zone, List<AppUse> apps) {
        var nextOver = new HashMap<RunId, Instant>();
        var nextLeaving = new HashMap<RunId, Instant>();
        var nextDue = new HashMap<AppName, Due>();
        var verdicts = new ArrayList<Verdict>();
        for (var app : apps) {
            var schedule = app.limits().restarts();
            if (schedule != null) {
                nextDue.put(app.app(), tick(app.app(), schedule, now, zone, verdicts));
            }
            for (var run : app.runs()) {
                var since = leaving.get(run.run());
                if (since != null && Duration.between(since, now).compareTo(SAID_AGAIN) < 0) {
                    nextLeaving.put(run.run(), since);
                }
                if (app.limits().memory() > 0 && run.memory() > app.limits().memory()) {
                    nextOver.put(run.run(), over.getOrDefault(run.run(), now));
                }
            }
            if (app.runs().stream().noneMatch(run -> nextLeaving.containsKey(run.run()))) {
                worst(app, nextOver, now).ifPresent(verdict -> {
                    nextLeaving.put(verdict.run(), now);
                    verdicts.add(verdict);
                });
            }
        }
        return new Look(new LimitWatch(nextOver, nextLeaving, nextDue), verdicts);
    }

    private Due tick(AppName app, Cron schedule, Instant now, ZoneId zone, List<Verdict> verdicts) {
        var known = due.get(app);
        if (known == null || !known.schedule().equals(schedule)) {
            return new Due(schedule, schedule.next(now, zone));
        }
        if (known.at().isAfter(now)) {
            return known;
        }
        verdicts.add(new Verdict.Restart(app, "cron-restart " + schedule));
        return new Due(schedule, schedule.next(now, zone));
    }

    /** The one that goes first: of those over a limit the one that uses the most memory. */
    private static Optional<Verdict.Replace> worst(AppUse app, Map<RunId, Instant> over, Instant now) {
        return app.runs().stream()
                .filter(run -> !why(run, app.limits(), over, now).isEmpty())
                .max(Comparator.comparingLong(RunUse::memory).thenComparing(RunUse::run))
                .map(run -> new Verdict.Replace(run.run(), why(run, app.limits(), over, now)));
    }

    private static String why(RunUse run, Limits limits, Map<RunId, Instant> over, Instant now) {
        var since = over.get(run.run());
        if (since != null && Duration.between(since, now).compareTo(limits.memoryTime()) >= 0) {
            return "used %s, more than %s, for %s"
                    .formatted(
                            megabytes(run.memory()), megabytes(limits.memory()), Durations.print(limits.memoryTime()));
        }
        if (limits.requests() > 0 && run.answered() >= limits.requests()) {
            return "answered %,d requests, at most %,d are wanted of one process"
                    .formatted(run.answered(), limits.requests());
        }
        return "";
    }

    private static String megabytes(long bytes) {
        return Math.round(bytes / 1048576.0) + " MB";
    }
}
