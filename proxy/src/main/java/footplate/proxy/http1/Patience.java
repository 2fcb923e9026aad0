package footplate.proxy.http1;

import footplate.core.config.Setting;
import footplate.proxy.flow.Loop;

/** How long a connection waits for what comes next; in the loop's time, which moves once a second. */
final class Patience {
    private final Loop loop;
    private long deadline;
    private long sendDeadline;
    private long wholeDeadline;

    Patience(Loop loop) {
        this.loop = loop;
    }

    /** Something has to happen within this time of the loop's settings from now. */
    void within(Setting time) {
        within(loop.settings().millis(time));
    }

    /** Something has to happen within {@code millis} from now. */
    void within(long millis) {
        deadline = loop.nowMillis() + millis;
    }

    /** The request, its answer included, has to be done with within {@code millis} from now; 0: it may take any time. */
    void whole(long millis) {
        wholeDeadline = millis == 0 ? 0 : loop.nowMillis() + millis;
    }

    /** Whether the whole request has taken too long; said once. */
    boolean wholeIsOver(long nowMillis) {
        boolean over = wholeDeadline != 0 && nowMillis >= wholeDeadline;
        if (over) {
            wholeDeadline = 0;
        }
        return over;
    }

    /**
     * The client takes less than waits for it.
     *
     * @return whether that is new
     */
    boolean stalled() {
        if (sendDeadline != 0) {
            return false;
        }
        stillStalled();
        return true;
    }

    /** The client has taken something, though not all that had to go. */
    void stillStalled() {
        sendDeadline = loop.nowMillis() + loop.settings().millis(Setting.SEND_TIMEOUT);
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
