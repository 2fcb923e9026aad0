package footplate.proxy.http1;

import footplate.core.config.Setting;
import footplate.proxy.flow.Exchange;
import footplate.proxy.flow.Loop;
import io.netty.channel.Channel;

/**
 * How long a connection waits for what comes next; in the loop's time, which moves once a second. So each time is up to two
 * seconds longer than it is set, and never shorter; no client notices, and it costs no timer.
 */
final class Patience {
    private final Loop loop;
    private final Channel channel;
    private long deadline;
    private long sendDeadline;
    private long wholeDeadline;
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
    private void within(long millis) {
        deadline = loop.nowMillis() + Loop.TICK_MILLIS + millis;
    }

    /** Something has to happen until then, in the loop's time. */
    void until(long millis) {
        deadline = millis;
    }

    /** Until when something has to happen, in the loop's time. */
    long deadline() {
        return deadline;
    }

    /** What comes next is the client's or the process's turn. */
    void forNext(IncomingBody body, Exchange exchange, boolean inDoubt, boolean sendsFile) {
        if (sendsFile) {
            within(Setting.SEND_TIMEOUT);
        } else if (inDoubt || body.complete() || body.awaitsContinue()) {
            forApp(exchange, inDoubt);
        } else {
            within(Setting.CLIENT_BODY_TIMEOUT);
        }
    }

    /** The process's turn, for as long as the client is believed to be there. */
    void forApp(Exchange exchange, boolean inDoubt) {
        within(inDoubt ? loop.settings().millis(Setting.HALF_CLOSED_TIME) : exchange.readTimeoutMillis());
    }

    /** The request, its answer included, has to be done with within {@code millis} from now; 0: it may take any time. */
    void whole(long millis) {
        wholeDeadline = millis == 0 ? 0 : loop.nowMillis() + Loop.TICK_MILLIS + millis;
    }

    /** Whether the whole request has taken too long; said once. */
    boolean wholeIsOver(long nowMillis) {
        boolean over = wholeDeadline != 0 && nowMillis >= wholeDeadline;
        if (over) {
            wholeDeadline = 0;
        }
        return over;
    }

    /** If the client takes less than there is for it just now, it is given the send timeout to go on. */
    void watchSending() {
        if (!channel.isWritable()) {
            stalled();
        }
    }

    private void stalled() {
        if (sendDeadline == 0) {
            sendDeadline = loop.nowMillis() + Loop.TICK_MILLIS + loop.settings().millis(Setting.SEND_TIMEOUT);
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
