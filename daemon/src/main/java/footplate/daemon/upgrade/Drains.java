package footplate.daemon.upgrade;

import footplate.core.keep.PlannedRoute;
import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.route.PoolSignals;
import footplate.core.route.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The daemons before this one that still answer what they have begun: they hear which processes serve, and a process is drained
 * only when none of them has anything of it in hand. Safe for any thread; never waits.
 */
public final class Drains implements PoolSignals {
    /** Stands for what this daemon itself has in hand. */
    private static final Object OURSELVES = new Object();

    // All fields below are guarded by this object: event loops, the Keeper and the links' threads come here.
    private PoolSignals receiver;
    private final Set<Link> before = new HashSet<>();
    private final Map<RunId, Set<Object>> awaited = new HashMap<>();
    private List<PlannedRoute> routes = List.of();

    /** @param receiver hears what the data plane tells, and of drained runs when all are done with them */
    public Drains(PoolSignals receiver) {
        this.receiver = receiver;
    }

    /** Another one hears it from now on. */
    synchronized void tell(PoolSignals other) {
        receiver = other;
    }

    /** A daemon that this one follows; it is told all from now on. */
    synchronized void add(Link link) {
        before.add(link);
    }

    /** It has left. */
    void remove(Link link) {
        var done = new ArrayList<RunId>();
        synchronized (this) {
            before.remove(link);
            awaited.forEach((run, of) -> {
                if (of.remove(link) && of.isEmpty()) {
                    done.add(run);
                }
            });
            done.forEach(awaited::remove);
        }
        done.forEach(run -> receiver().drained(run));
    }

    /** Those before this one are to end too: its operator has had it leave. */
    public synchronized void end() {
        before.forEach(link -> link.send(Successor.END));
    }

    /** Whether a daemon before this one is still there. */
    public synchronized boolean any() {
        return !before.isEmpty();
    }

    /** These processes serve from now on. */
    public synchronized void published(List<PlannedRoute> published) {
        routes = published;
        if (!before.isEmpty()) {
            var lines = Routes.lines(published);
            before.forEach(link -> lines.forEach(link::send));
        }
    }

    /** What was published last. */
    synchronized List<PlannedRoute> routes() {
        return routes;
    }

    /**
     * Has a run drained by this daemon and those before it.
     *
     * @param ours this daemon's own part
     */
    public void drain(RunId run, Consumer<RunId> ours) {
        synchronized (this) {
            if (!before.isEmpty()) {
                var all = new HashSet<Object>(before);
                all.add(OURSELVES);
                awaited.put(run, all);
                before.forEach(link -> link.send("drain " + run.value()));
            }
        }
        ours.accept(run);
    }

    /** One of those before this daemon has nothing of the run in hand any more. */
    void drained(Link link, RunId run) {
        done(link, run);
    }

    @Override
    public void drained(RunId run) {
        done(OURSELVES, run);
    }

    private void done(Object by, RunId run) {
        synchronized (this) {
            var of = awaited.get(run);
            if (of == null) {
                if (!by.equals(OURSELVES)) {
                    return;
                }
            } else {
                of.remove(by);
                if (!of.isEmpty()) {
                    return;
                }
                awaited.remove(run);
            }
        }
        receiver().drained(run);
    }

    @Override
    public void busy(AppName app) {
        receiver().busy(app);
    }

    @Override
    public void overdue(Target target) {
        receiver().overdue(target);
    }

    private synchronized PoolSignals receiver() {
        return receiver;
    }
}
