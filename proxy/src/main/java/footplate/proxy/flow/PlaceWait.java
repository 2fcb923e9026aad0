package footplate.proxy.flow;

import footplate.core.route.Asking;
import footplate.core.route.Gate;
import footplate.core.route.Target;
import footplate.core.route.Waiting;
import footplate.core.supervise.StartFailure;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** One wait for a place, a request's or a stream's: it carries the answer, given on any thread, to the loop of who waits. */
public final class PlaceWait extends Waiting implements Runnable {
    private final EventLoop loop;
    private final Gate gate;
    private final Asking asking;
    private final Ended ended;
    private @Nullable Target target;
    private @Nullable StartFailure failure;

    /** Who waits. */
    public interface Ended {
        /**
         * The wait is over.
         *
         * @param place null: none will come
         * @param failure why none will come; null if the app was stopped
         * @return false if it does not wait any more, so that the place has to go back
         */
        boolean waitEnded(PlaceWait wait, @Nullable Target place, @Nullable StartFailure failure);
    }

    /**
     * @param asking read on whatever thread frees a place; it does not change meanwhile
     * @param ended told on {@code loop}
     */
    public PlaceWait(EventLoop loop, Gate gate, Asking asking, Ended ended) {
        this.loop = loop;
        this.gate = gate;
        this.asking = asking;
        this.ended = ended;
    }

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
        if (!ended.waitEnded(this, target, failure)) {
            giveBack();
        }
    }

    private void giveBack() {
        if (target != null) {
            gate.unclaim(target, System.nanoTime());
        }
    }
}
