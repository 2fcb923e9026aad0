package footplate.daemon.keep;

import footplate.core.config.Settings;
import footplate.core.happen.Happening;
import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.keep.State;
import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.supervise.StartFailure;
import java.util.List;

/**
 * What carries out the Keeper's effects. Called on the Keeper's thread, in order: every call returns at once, and what
 * takes time goes on elsewhere and ends as an {@link Event}.
 */
public interface Shells {
    void start(Effect.Start start);

    void ask(Effect.Ask ask);

    void kill(RunId run);

    void drain(RunId run);

    void apply(Settings settings);

    void publish(Effect.Publish table);

    void refuseWaiting(AppName app, StartFailure failure);

    void save(State state);

    void tell(Happening happening);

    /** Asks an operator's own check about a new release; its answer comes as {@link Event.Checked}. */
    void check(Effect.Check check);

    /** Every process is gone and the daemon may leave. */
    void left();

    /** The process of {@code run} is gone: what is kept for it can be dropped. */
    void forget(RunId run);

    /** What the data plane has in hand now. */
    List<Event.AppUse> observe();
}
