package footplate.proxy.http1;

import footplate.proxy.flow.Loop;
import java.time.Duration;

/** How long a connection waits for what comes next; in the loop's time, which moves once a second. */
final class Patience {
    private final Loop loop;
    private long deadline;
    private long sendDeadline;

    Patience(Loop loop) {
        this.loop = loop;
    }

    /** Something has to happen within {@code time} from now. */
    void within(Duration time) {
        deadline = loop.nowMillis() + time.toMillis();
    }

    /** The client takes nothing just now. */
    void stalled() {
        if (sendDeadline == 0) {
            sendDeadline = loop.nowMillis() + loop.settings().sendTimeout().toMillis();
        }
    }

    /** The client takes something again. */
    void moves() {
        sendDeadline = 0;
    }

    boolean stalledTooLong(long nowMillis) {
        return sendDeadline != 0 && nowMillis >= sendDeadline;
    }

    /** Whether the deadline has passed; said once. */
    boolean isOver(long nowMillis) {
        boolean over = deadline != 0 && nowMillis >= deadline;
        if (over) {
            deadline = 0;
        }
        return over;
    }
}
