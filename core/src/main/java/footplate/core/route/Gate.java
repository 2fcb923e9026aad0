package footplate.core.route;

import footplate.core.name.AppName;
import footplate.core.pool.LeastBusyFirst;
import footplate.core.pool.WaitingLine;
import footplate.core.retry.RetryBudget;
import footplate.core.supervise.StartFailure;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where an app's requests are admitted: a place on a process at once, or one shared first-in-first-out queue. It
 * outlives the routing tables, so that the queue survives every change of the pool.
 *
 * <p>No place is lost between "all are full" and "now I wait", because both sides look again: one who joins the queue
 * pumps it afterwards, and one who frees a place pumps it afterwards. Safe for any thread; never blocks.
 */
public final class Gate {
    /** A signal that the pool is too small is repeated at most this often. */
    private static final long SIGNAL_EVERY_NANOS = 50_000_000L;

    private final AppName app;
    private final PoolSignals signals;
    private final WaitingLine<Waiting> line = new WaitingLine<>();
    private final AtomicLong signalledNanos;
    private final RetryBudget retries;
    private volatile @Nullable AppRoute current;
    private volatile @Nullable Gate heir;

    /** @param nowNanos {@link System#nanoTime} */
    public Gate(AppName app, PoolSignals signals, long nowNanos) {
        this.app = app;
        this.signals = signals;
        this.signalledNanos = new AtomicLong(nowNanos - SIGNAL_EVERY_NANOS);
        this.retries = new RetryBudget(nowNanos);
    }

    /** What became of a request that asked for a place. */
    public enum Admission {
        /** It waits: one of {@link Waiting}'s calls will come. */
        QUEUED,
        /** The queue is full. */
        QUEUE_FULL,
        /** The app is stopped. */
        STOPPED,
        /** The app could not be started. */
        FAILED
    }

    /**
     * A place on the target that is chosen; null if none is free or others wait already. What it gives must come back by {@link
     * #release}, exactly once.
     *
     * @param nowNanos {@link System#nanoTime}
     */
    public @Nullable Target claim(AppRoute route, Asking asking, long nowNanos) {
        if (!line.isEmpty()) {
            return null;
        }
        return claimPlace(route, asking, nowNanos);
    }

    /**
     * The same for a request that has just failed at one process: a place on another one, or null.
     *
     * @param failed where it failed; its place has been given back
     * @param asking which names it, too
     */
    public @Nullable Target claimOther(AppRoute route, Target failed, Asking asking, long nowNanos) {
        if (!line.isEmpty()) {
            return null;
        }
        var newest = current;
        var app = newest == null ? route : newest;
        var balancing = app.balancing();
        if (balancing != null) {
            int place = balancing.claim(asking, nowNanos);
            return place < 0 ? null : app.targets().get(place);
        }
        int index = LeastBusyFirst.claim(app.loads(), failed.load());
        return index < 0 ? null : app.targets().get(index);
    }

    private @Nullable Target claimPlace(AppRoute seen, Asking asking, long nowNanos) {
        var route = seen;
        while (true) {
            var balancing = route.balancing();
            int index = balancing == null ? LeastBusyFirst.claim(route.loads()) : balancing.claim(asking, nowNanos);
            if (index >= 0) {
                var target = route.targets().get(index);
                if (route.canGrow() && route.unlimited() && target.load().isShared()) {
                    // The least busy one had a request in hand already: all are busy.
                    signalBusy(nowNanos);
                }
                return target;
            }
            // The table this request read may be older than a drain: only the current one can say that none is free.
            var newest = current;
            if (newest == null || newest == route.plain()) {
                return null;
            }
            route = newest;
        }
    }

    /**
     * Waits for a place. Call it when {@link #claim} gave none; a place that was freed in between is granted at once.
     */
    public Admission queue(Waiting waiting, long nowNanos) {
        var route = current;
        if (route == null || !(route.availability() instanceof Availability.Serving)) {
            return closed(route);
        }
        if (!line.join(waiting, route.maxQueue())) {
            return Admission.QUEUE_FULL;
        }
        pump(nowNanos);
        return Admission.QUEUED;
    }

    /**
     * Waits for another place, because the process that it had a place on did not take it or died: before those that
     * never had one, and never {@link Admission#QUEUE_FULL}.
     */
    public Admission queueAgain(Waiting waiting, long nowNanos) {
        var route = current;
        if (route == null || !(route.availability() instanceof Availability.Serving)) {
            return closed(route);
        }
        line.rejoin(waiting);
        pump(nowNanos);
        return Admission.QUEUED;
    }

    private static Admission closed(@Nullable AppRoute route) {
        return route != null && route.availability() instanceof Availability.Failed
                ? Admission.FAILED
                : Admission.STOPPED;
    }

    /** Leaves the queue by the waiter's own wish; false if a grant or a refusal is already on its way. */
    public boolean leave(Waiting waiting) {
        return line.leave(waiting);
    }

    /** Gives a place back, and lets the next in the queue have it. */
    public void release(Target target, long nowNanos) {
        if (target.load().release(nowNanos)) {
            signals.drained(target.run());
        }
        pumpAll(nowNanos);
    }

    /**
     * Tells that no connection to a process came about: nobody gets a place on it until {@link #tryAgain}. Most likely it
     * has just died, and the next table will not have it.
     *
     * @return whether this is news: then it is the caller's to call {@link #tryAgain} after a while
     */
    public boolean unreachable(Target target) {
        signals.unreachable(target);
        return target.load().refuse();
    }

    /** Tells that no connection to a server came about; what follows from it is its balancing's to say. */
    public void told(Target target) {
        signals.unreachable(target);
    }

    /** Tells that a process has had a request for longer than any may take. */
    public void overdue(Target target) {
        signals.overdue(target);
    }

    /** Lets places on a process be claimed again that could not be reached. */
    public void tryAgain(Target target, long nowNanos) {
        target.load().forgive();
        pumpAll(nowNanos);
    }

    /** Makes {@code route} the current one: its free places go to whoever waits. The Keeper's thread only. */
    void publish(AppRoute route, long nowNanos) {
        current = route;
        // What the last signal led to is in this table: whoever waits still may signal anew, and at once.
        signalledNanos.set(nowNanos - SIGNAL_EVERY_NANOS);
        switch (route.availability()) {
            case Availability.Serving() -> pump(nowNanos);
            case Availability.Failed(StartFailure failure) -> refuseAll(failure);
            case Availability.Stopped(), Availability.FilesOnly() -> stopAll();
        }
    }

    /**
     * The app, or the side of it, is gone: whoever still waits is told. The Keeper's thread only.
     *
     * @param successor where its processes serve from now on: places that come back here are for those who wait there; null
     *     if nowhere
     */
    void withdraw(@Nullable Gate successor) {
        heir = successor;
        current = null;
        stopAll();
    }

    private void pumpAll(long nowNanos) {
        if (!line.isEmpty()) {
            pump(nowNanos);
        }
        var next = heir;
        if (next != null && !next.line.isEmpty()) {
            next.pump(nowNanos);
        }
    }

    /** Tells everyone in the queue that the start they wait for has failed. The Keeper's thread only. */
    public void refuseAll(StartFailure failure) {
        for (var next = line.next(); next != null; next = line.next()) {
            next.refused(failure);
        }
    }

    private void stopAll() {
        for (var next = line.next(); next != null; next = line.next()) {
            next.stopped();
        }
    }

    private void pump(long nowNanos) {
        while (!line.isEmpty()) {
            var route = current;
            if (route == null || !(route.availability() instanceof Availability.Serving)) {
                // publish or withdraw has emptied the queue, or is about to: but one who joined after that must hear it
                // too.
                closeBehind(route);
                return;
            }
            var first = line.first();
            if (first == null) {
                // It has been counted, and is about to join: then it pumps itself.
                return;
            }
            var target = claimPlace(route, first.asking(), nowNanos);
            if (target == null) {
                if (route.canGrow()) {
                    signalBusy(nowNanos);
                }
                return;
            }
            if (line.leave(first)) {
                first.granted(target);
            } else {
                // It left, or was given another place, while this one was claimed for it.
                unclaim(target);
            }
        }
    }

    private void closeBehind(@Nullable AppRoute route) {
        if (route != null && route.availability() instanceof Availability.Failed(StartFailure failure)) {
            refuseAll(failure);
        } else {
            stopAll();
        }
    }

    /** Gives a place back that was granted, but never used: nothing was processed there. */
    public void unclaim(Target target, long nowNanos) {
        unclaim(target);
        pumpAll(nowNanos);
    }

    private void unclaim(Target target) {
        if (target.load().unclaim()) {
            signals.drained(target.run());
        }
    }

    private void signalBusy(long nowNanos) {
        long last = signalledNanos.get();
        if (nowNanos - last >= SIGNAL_EVERY_NANOS && signalledNanos.compareAndSet(last, nowNanos)) {
            signals.busy(app);
        }
    }

    /** How many of its requests may be sent again. */
    public RetryBudget retries() {
        return retries;
    }

    /**
     * Called about once a second by every event loop.
     *
     * @param nowNanos {@link System#nanoTime}
     */
    public void tick(long nowNanos) {
        var route = current;
        if (route != null) {
            tick(route, nowNanos);
        }
    }

    /** The same for one that stands in no table. */
    public void tick(AppRoute route, long nowNanos) {
        long answered = 0;
        for (var load : route.loads()) {
            answered += load.processed();
        }
        retries.tick(nowNanos, answered);
        var balancing = route.balancing();
        if (balancing != null) {
            balancing.tick(nowNanos);
            // A server may be back, or is to be tried again: nobody else tells those who wait.
            pumpAll(nowNanos);
        }
    }

    /** How many requests wait. */
    public int queued() {
        return line.length();
    }

    public AppName app() {
        return app;
    }
}
