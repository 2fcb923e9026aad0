package footplate.testkit;

import footplate.core.route.Gate;
import footplate.core.route.Target;
import footplate.core.route.Waiting;
import footplate.core.supervise.StartFailure;
import org.jspecify.annotations.Nullable;

/** One request of a world. */
final class Request extends Waiting {
    private final Traffic traffic;
    final long number;

    @Nullable
    Gate gate;

    @Nullable
    Target target;

    @Nullable
    Outcome outcome;

    Request(Traffic traffic, long number) {
        this.traffic = traffic;
        this.number = number;
    }

    /** How a request ended. */
    enum Outcome {
        ANSWERED,
        /** Its process ended before the answer. */
        CRASHED,
        QUEUE_FULL,
        WAITED_TOO_LONG,
        START_FAILED,
        STOPPED,
        NO_SUCH_APP,
        CLIENT_LEFT,
        DAEMON_DIED
    }

    @Override
    protected void granted(Target place) {
        traffic.granted(this, place);
    }

    @Override
    protected void refused(StartFailure failure) {
        traffic.ended(this, Outcome.START_FAILED);
    }

    @Override
    protected void stopped() {
        traffic.stopped(this);
    }

    @Override
    public String toString() {
        return "request " + number;
    }
}
