package footplate.core.route;

import footplate.core.pool.Waiter;
import footplate.core.supervise.StartFailure;

/** A request in an app's queue. Both calls come on whatever thread freed the place: hand over to your own loop. */
public abstract class Waiting extends Waiter {
    /** What the choice of a target goes by. */
    protected Asking asking() {
        return Asking.NOTHING;
    }

    /** A place on {@code target} is yours; give it back with {@link Gate#release}. */
    protected abstract void granted(Target target);

    /** No process will come: the app could not be started. */
    protected abstract void refused(StartFailure failure);

    /** No process will come: the app was stopped or deleted. */
    protected abstract void stopped();
}
