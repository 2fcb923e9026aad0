package footplate.proxy.http1;

import footplate.core.config.Setting;
import footplate.proxy.flow.Loop;

/** How long a connection waits for what comes next; in the loop's time, which moves once a second. */
final class Patience {
    private final Loop loop;
    private long deadline;
    private long sendDeadline;

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

    /** The client takes nothing just now. */
    void stalled() {
        if (sendDeadline == 0) {
            sendDeadline = loop.nowMillis() + loop.settings().millis(Setting.SEND_TIMEOUT);
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
