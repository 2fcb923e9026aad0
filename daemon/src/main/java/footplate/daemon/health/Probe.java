package footplate.daemon.health;

import footplate.core.health.Observation;
import java.time.Duration;

/** Asks one instance whether it is well. */
public interface Probe {
    /**
     * Asks once; blocks until there is an answer or the time is over, and leaves nothing behind.
     *
     * @throws InterruptedException if nobody wants to know any more
     */
    Observation look(Duration timeout) throws InterruptedException;
}
