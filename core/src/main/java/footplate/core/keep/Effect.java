package footplate.core.keep;

import footplate.core.config.AppDefinition;
import footplate.core.config.Settings;
import footplate.core.happen.Happening;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.supervise.StartFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the Keeper wants done. The shells carry it out, in order, and answer with {@link Event}s. A routing table comes
 * before the drains and asks that follow from it, and the state is saved before a process is started for it.
 */
public sealed interface Effect {
    /** Start a process; answered by Spawned and Ready, and in the end by Exited, also when it never came. */
    record Start(AppDefinition definition, InstanceId instance, int index, RunId run) implements Effect {}

    /**
     * Ask a process to leave.
     *
     * @param startTimedOut it was not ready in time: its Journey says so
     */
    record Ask(RunId run, AppDefinition definition, boolean startTimedOut) implements Effect {}

    /** Kill a process and all that it started. Of a run that never came or is gone already, Exited is told (again). */
    record Kill(RunId run) implements Effect {}

    /** Let no new request reach a run; answered by Drained once it has none in hand. */
    record Drain(RunId run) implements Effect {}

    /** Have the data plane serve by other settings. Comes before a table. */
    record Apply(Settings settings) implements Effect {}

    /**
     * Put a routing table in force.
     *
     * @param configured the configuration file's part of it; null if there is none
     * @param settings the server's
     */
    record Publish(List<PlannedRoute> routes, @Nullable Configured configured, Settings settings) implements Effect {
        public Publish {
            routes = List.copyOf(routes);
        }
    }

    /** Answer everyone in an app's queue with this failure. */
    record RefuseWaiting(AppName app, StartFailure failure) implements Effect {}

    /** Write the state down. */
    record Save(State state) implements Effect {}

    /** Tell what happened. */
    record Tell(Happening happening) implements Effect {}

    /** Ask an operator's own check about a new release; answered by Checked. */
    record Check(AppDefinition definition, int generation, int step, String check) implements Effect {}

    /** Every process is gone: the daemon can leave. */
    record Left() implements Effect {}
}
