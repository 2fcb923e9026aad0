package footplate.proxy.http1;

import footplate.core.config.Setting;
import footplate.proxy.flow.Loop;
import io.netty.channel.Channel;

/**
 * How long a connection waits for what comes next; in the loop's time, which moves once a second. So each time may be up to
 * a second longer or shorter than it is set, which no client notices and which costs no timer.
 */
final class Patience {
    private final Loop loop;
    private final Channel channel;
    private long deadline;
    private long sendDeadline;
    private long unsent;

    Patience(Loop loop, Channel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    /** Something has to happen within this time of the server's settings from now. */
    void within(Setting time) {
        within(loop.settings().millis(time));
    }

    /** Something has to happen within {@code millis} from now. */
    void within(long millis) {
        deadline = loop.nowMillis() + millis;
    }

    /** The client takes less than there is for it just now. */
    void stalled() {
        if (sendDeadline == 0) {
            sendDeadline = loop.nowMillis() + loop.settings().millis(Setting.SEND_TIMEOUT);
            unsent = unsent();
        }
    }

    /** The client has taken what there was. */
    void moves() {
        sendDeadline = 0;
    }

    /** Whether it has taken nothing at all for the send timeout (nginx: send_timeout). */
    boolean stalledTooLong(long nowMillis) {
        if (sendDeadline == 0 || nowMillis < sendDeadline) {
            return false;
        }
        long before = unsent;
        moves();
        stalled();
        return unsent >= before;
    }

    /** Bytes that the kernel has not taken yet. */
    private long unsent() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }

    /** Whether the deadline has passed; said once. */
    boolean isOver(long nowMillis) {
        boolean over = deadline != 0 && nowMillis >= deadline;
        if (over) {
            deadline = 0;
        }
        return over;
    }

    /** Nothing is waited for but that the client takes what there is. */
    void forSendingOnly() {
        deadline = 0;
        stalled();
    }
}
