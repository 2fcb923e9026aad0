package footplate.proxy.flow;

import footplate.core.route.Asking;
import footplate.core.route.Gate;
import footplate.core.route.Target;
import footplate.core.route.Waiting;
import footplate.core.supervise.StartFailure;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** One wait in an app's queue: it carries the answer, given on any thread, to the loop of the request. */
final class Ticket extends Waiting implements Runnable {
    private final EventLoop loop;
    private final Gate gate;
    private final Exchange exchange;
    private final Asking asking;
    private @Nullable Target target;
    private @Nullable StartFailure failure;

    Ticket(EventLoop loop, Gate gate, Exchange exchange, Asking asking) {
        this.loop = loop;
        this.gate = gate;
        this.exchange = exchange;
        this.asking = asking;
    }

    /** Read on whatever thread frees a place; it does not change while the exchange waits. */
    @Override
    protected Asking asking() {
        return asking;
    }

    // The fields are written before execute() and read after it: that is the hand-over.

    @Override
    protected void granted(Target place) {
        target = place;
        hop();
    }

    @Override
    protected void refused(StartFailure why) {
        failure = why;
        hop();
    }

    @Override
    protected void stopped() {
        hop();
    }

    private void hop() {
        try {
            loop.execute(this);
        } catch (RejectedExecutionException loopIsGone) {
            giveBack();
        }
    }

    @Override
    public void run() {
        try {
            if (!exchange.waitEnded(this)) {
                giveBack();
            }
        } catch (RuntimeException | Error mistake) {
            exchange.crashed(mistake);
        }
    }

    private void giveBack() {
        if (target != null) {
            gate.unclaim(target, System.nanoTime());
        }
    }

    /** The place that was granted; null if none was. */
    @Nullable
    Target target() {
        return target;
    }

    /** Why no place will come; null if the app was stopped. */
    @Nullable
    StartFailure failure() {
        return failure;
    }
}
