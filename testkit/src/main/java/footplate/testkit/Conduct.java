package footplate.testkit;

import java.time.Duration;

/**
 * How the simulated processes of one definition behave. Shares are from 0, never, to 1, always.
 *
 * @param start longest time from a process's birth until it is ready; the shortest is half of it
 * @param failsToStart share of starts that end by themselves
 * @param neverReady share of starts that hang
 * @param ignoresAsk share of processes that stay when they are asked to leave
 * @param leave longest time from the ask until the process is gone
 * @param service longest time it has a request in hand
 * @param errors share of its answers that are errors
 * @param lives how long a ready process lives at most, half of it at least; zero if it lives until it is stopped
 */
public record Conduct(
        Duration start,
        double failsToStart,
        double neverReady,
        double ignoresAsk,
        Duration leave,
        Duration service,
        double errors,
        Duration lives) {
    /** Ready within 300 ms, leaves within 50 ms, answers within 80 ms. */
    public static final Conduct GOOD = new Conduct(
            Duration.ofMillis(300), 0, 0, 0, Duration.ofMillis(50), Duration.ofMillis(80), 0, Duration.ZERO);

    /** Every start ends by itself. */
    public static final Conduct BROKEN = GOOD.failingToStart(1);

    /** No start gets ready. */
    public static final Conduct HANGING = GOOD.neverReady(1);

    public Conduct startingWithin(Duration time) {
        return new Conduct(time, failsToStart, neverReady, ignoresAsk, leave, service, errors, lives);
    }

    public Conduct failingToStart(double share) {
        return new Conduct(start, share, neverReady, ignoresAsk, leave, service, errors, lives);
    }

    public Conduct neverReady(double share) {
        return new Conduct(start, failsToStart, share, ignoresAsk, leave, service, errors, lives);
    }

    public Conduct ignoringAsks(double share) {
        return new Conduct(start, failsToStart, neverReady, share, leave, service, errors, lives);
    }

    public Conduct leavingWithin(Duration time) {
        return new Conduct(start, failsToStart, neverReady, ignoresAsk, time, service, errors, lives);
    }

    public Conduct answeringWithin(Duration time) {
        return new Conduct(start, failsToStart, neverReady, ignoresAsk, leave, time, errors, lives);
    }

    public Conduct answeringErrors(double share) {
        return new Conduct(start, failsToStart, neverReady, ignoresAsk, leave, service, share, lives);
    }

    public Conduct livingFor(Duration time) {
        return new Conduct(start, failsToStart, neverReady, ignoresAsk, leave, service, errors, time);
    }
}
