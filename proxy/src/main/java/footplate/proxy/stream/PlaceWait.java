package footplate.proxy.stream;

import footplate.core.route.Asking;
import footplate.core.route.Gate;
import footplate.core.route.Target;
import footplate.core.route.Waiting;
import footplate.core.supervise.StartFailure;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** One connection's wait for a place: it carries the answer, given on any thread, to the connection's loop. */
final class PlaceWait extends Waiting implements Runnable {
    private final EventLoop loop;
    private final Gate gate;
    private final Asking asking;
    private final Ended ended;
    private @Nullable Target target;

    /** Who waits. */
    interface Ended {
        /**
         * The wait is over.
         *
         * @param place null: none will come
         * @return false if it does not wait any more
         */
        boolean waitEnded(PlaceWait wait, @Nullable Target place);
    }

    PlaceWait(EventLoop loop, Gate gate, Asking asking, Ended ended) {
        this.loop = loop;
        this.gate = gate;
        this.asking = asking;
        this.ended = ended;
    }

    @Override
    protected Asking asking() {
        return asking;
    }

    // The field is written before execute() and read after it: that is the hand-over.

    @Override
    protected void granted(Target place) {
        target = place;
        hop();
    }

    @Override
    protected void refused(StartFailure why) {
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
        if (!ended.waitEnded(this, target)) {
            giveBack();
        }
    }

    private void giveBack() {
        if (target != null) {
            gate.unclaim(target, System.nanoTime());
        }
    }
}
