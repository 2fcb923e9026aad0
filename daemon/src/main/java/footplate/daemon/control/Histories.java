package footplate.daemon.control;

import footplate.api.v1.Differences;
import footplate.api.v1.Differences.Difference;
import footplate.api.v1.ReleaseInfo;
import footplate.api.v1.Releases;
import footplate.core.deploy.Ended;
import footplate.core.deploy.Release;
import footplate.core.deploy.ReleaseDiff;
import footplate.core.keep.AppState;
import footplate.core.name.AppName;
import footplate.daemon.config.Refused;
import footplate.daemon.deploy.Past;
import footplate.daemon.deploy.ReleaseStore;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the API tells of releases. */
record Histories(ReleaseStore store) {
    Releases history(AppState app) {
        return new Releases(store.history(app.definition().name()).stream()
                .map(past -> info(past, state(past.number(), app)))
                .toList());
    }

    private static String state(int number, AppState app) {
        var rollout = app.rollout();
        var before = rollout == null ? null : rollout.before();
        var warm = app.warm();
        boolean waits = rollout != null && !rollout.switched() && before != null;
        if (number == app.definition().release()) {
            return waits ? ReleaseInfo.ROLLS_OUT : ReleaseInfo.SERVES;
        }
        if (before != null && number == before.release()) {
            return waits ? ReleaseInfo.SERVES : ReleaseInfo.WARM;
        }
        return warm != null && number == warm.definition().release() ? ReleaseInfo.WARM : ReleaseInfo.ENDED;
    }

    private static ReleaseInfo info(Past past, String state) {
        var ended = past.ended();
        return new ReleaseInfo(
                past.number(),
                past.code(),
                past.origin().describe(),
                past.who(),
                past.when().toEpochMilli(),
                state,
                past.kept(),
                ended == null ? null : (ended.kind() == Ended.Kind.FAILED ? "failed: " : "") + ended.why(),
                ended == null ? null : ended.when().toEpochMilli());
    }

    Differences diff(AppName app, int from, int to) throws Refused {
        var changes = ReleaseDiff.between(kept(app, from), kept(app, to));
        return new Differences(changes.stream()
                .map(change -> new Difference(change.what(), change.variable(), change.before(), change.after()))
                .toList());
    }

    /**
     * The release to go back to.
     *
     * @param current the one that runs
     * @param asked its number; null for the last before the current one that served
     */
    Release target(AppName app, int current, @Nullable Integer asked) throws Refused {
        if (asked != null) {
            if (asked == current) {
                throw new Refused(
                        "release " + asked,
                        "is what runs",
                        "'footplate reload " + app + "' gives it new processes; 'footplate history " + app
                                + "' shows the others.");
            }
            return kept(app, asked);
        }
        var before = store.before(app, current);
        if (before.isPresent()) {
            return kept(app, before.getAsInt());
        }
        throw new Refused(
                "app '" + app + "'",
                "no earlier release of it is kept that has served",
                "'footplate history " + app + "' shows its releases; name one.");
    }

    private Release kept(AppName app, int number) throws Refused {
        var release = store.release(app, number);
        if (release.isEmpty()) {
            var kept = store.history(app).stream()
                    .filter(Past::kept)
                    .map(past -> Integer.toString(past.number()))
                    .collect(Collectors.joining(", "));
            throw Refused.notFound(
                    "release " + number,
                    "is not kept",
                    kept.isEmpty() ? "No release of '" + app + "' is kept." : "These are: " + kept + ".");
        }
        return release.get();
    }
}
