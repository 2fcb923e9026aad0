package footplate.core.route;

import footplate.core.name.AppName;
import footplate.core.name.RunId;

/** What the data plane tells the Keeper. Called on event loops: an implementation posts to a mailbox and returns. */
public interface PoolSignals {
    /** Every process of {@code app} is busy, or none is ready, and the pool may grow. */
    void busy(AppName app);

    /** No connection to {@code target} came about. Of our own processes the exit tells more: they need not hear this. */
    default void unreachable(Target target) {}

    /** A request was not answered by {@code target} within its app's {@code max-request-time}. */
    default void overdue(Target target) {}

    /** The last request of a closed run has been answered. */
    void drained(RunId run);

    /** Signals to nobody, for tests and tools. */
    PoolSignals NONE = new PoolSignals() {
        @Override
        public void busy(AppName app) {}

        @Override
        public void drained(RunId run) {}
    };
}
