package footplate.daemon.keep;

import footplate.core.supervise.Exit;
import footplate.core.supervise.Journey;
import footplate.daemon.output.LinesSince;
import footplate.daemon.runtime.FailedStart;
import footplate.daemon.runtime.StartDiagnosis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the way of a run's start, as far as it came, and why it came no farther. */
final class Journeys {
    static final String PREPARE = "prepare the start";
    static final String SPAWN = "start the process";
    static final String LOAD = "load the runtime";
    static final String LISTEN = "wait until it listens";
    static final String SAY_READY = "wait until it says that it is ready";
    static final String PASS_HEALTH = "pass its health check";
    private static final int LAST_OUTPUT_LINES = 20;

    private Journeys() {}

    /** The end of a run is told in any case: a diagnosis that fails must not keep it from the Keeper. */
    static Journey of(Run run, Exit exit) {
        try {
            return explain(run, exit);
        } catch (RuntimeException | Error mistake) {
            return new Journey(
                    steps(run),
                    List.of(),
                    exit.describe() + "; a mistake of Footplate's own kept it from finding out more: " + mistake,
                    "Read the app's log for the reason.");
        }
    }

    /** The start's steps so far. */
    static List<Journey.Step> steps(Run run) {
        var names = new ArrayList<>(List.of(PREPARE, SPAWN, LOAD, LISTEN));
        if (run.definition.waitReady()) {
            names.add(SAY_READY);
        }
        if (run.health.on()) {
            names.add(PASS_HEALTH);
        }
        return run.steps(names, System.nanoTime());
    }

    private static Journey explain(Run run, Exit exit) {
        if (run.wasToldReady()) {
            return new Journey(List.of(), lastOutput(run), "", "");
        }
        var app = run.definition;
        return StartDiagnosis.explain(new FailedStart(
                app.launch(),
                Path.of(app.root()),
                run.hasTimedOut() ? null : exit,
                app.startTimeout(),
                app.waitReady(),
                run.hasListened(),
                steps(run),
                lastOutput(run),
                run.error(),
                run.otherAddresses(),
                illness(run)));
    }

    private static FailedStart.@Nullable Illness illness(Run run) {
        var last = run.illness();
        return last == null ? null : new FailedStart.Illness(run.health.check().describe(), last);
    }

    private static List<String> lastOutput(Run run) {
        var lines = new ArrayList<String>();
        for (var output : run.outputs()) {
            try {
                lines.addAll(LinesSince.of(output.file(), output.before(), LAST_OUTPUT_LINES));
            } catch (IOException unreadable) {
                lines.add("(" + output.file() + " cannot be read: " + unreadable.getMessage() + ")");
            }
        }
        return lines;
    }
}
