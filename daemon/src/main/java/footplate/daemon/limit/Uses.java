package footplate.daemon.limit;

import footplate.core.keep.AppState;
import footplate.core.keep.State;
import footplate.core.limit.LimitWatch;
import footplate.core.limit.Limits;
import footplate.core.name.RunId;
import footplate.core.supervise.Phase;
import footplate.core.supervise.ProcessId;
import footplate.daemon.os.TreeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What the processes of apps with limits use now. */
public final class Uses {
    private Uses() {}

    /**
     * Looks at them; /proc is read only where some app's memory has a limit.
     *
     * @param answered how many requests a run has answered
     */
    public static List<LimitWatch.AppUse> of(State state, ToLongFunction<RunId> answered) {
        var limited = state.apps().values().stream()
                .filter(AppState::wanted)
                .filter(app -> limits(state, app).any())
                .toList();
        var memory = TreeMemory.of(limited.stream()
                .filter(app -> limits(state, app).memory() > 0)
                .flatMap(app -> up(app).stream())
                .map(Phase.Up::process)
                .toList());
        return limited.stream()
                .map(app ->
                        new LimitWatch.AppUse(app.definition().name(), limits(state, app), runs(app, memory, answered)))
                .toList();
    }

    private static Limits limits(State state, AppState app) {
        return Limits.of(state.settings().with(app.definition().settings()));
    }

    private static List<Phase.Up> up(AppState app) {
        var up = new ArrayList<Phase.Up>();
        for (var instance : app.instances()) {
            if (instance.wanted() && instance.phase() instanceof Phase.Up phase) {
                up.add(phase);
            }
        }
        return up;
    }

    private static List<LimitWatch.RunUse> runs(
            AppState app, Map<ProcessId, Long> memory, ToLongFunction<RunId> answered) {
        return up(app).stream()
                .map(up -> new LimitWatch.RunUse(
                        up.run(), memory.getOrDefault(up.process(), 0L), answered.applyAsLong(up.run())))
                .toList();
    }
}
