package footplate.core.balance;

import footplate.core.pool.Load;
import footplate.core.pool.Load.Out;

/**
 * What balancing knows of one server, or of one process of an app: the same to every method. It lives as long as its
 * {@link Load}, from one routing table to the next. Safe for any thread; never blocks.
 */
public final class Server {
    /** A weight that grows is counted in hundredths, and changes so often. */
    static final int WHOLE = 100;

    private static final long LEAST_STEP_NANOS = 10_000_000;

    private final Group group;
    private final String name;
    private final Load load;
    private final ServerTerms terms;
    private final Failures failures;
    private final Breaker breaker;
    private final Outliers.Watch watch = new Outliers.Watch();
    private final long failTimeoutNanos;
    private final long slowStartNanos;
    private volatile boolean growing;
    private volatile long growsFromNanos;

    /**
     * @param group that of all servers of this upstream
     * @param name what hashes and cookies know it by: {@code 10.0.0.5:8080}, {@code unix:/run/a.sock}, or an instance's name
     * @param joins whether it comes to others that serve already, so that {@code slow_start} counts
     * @param nowNanos {@link System#nanoTime}
     */
    public Server(Group group, String name, Load load, ServerTerms terms, boolean joins, long nowNanos) {
        this.group = group;
        this.name = name;
        this.load = load;
        this.terms = terms;
        this.failTimeoutNanos = terms.failTimeout().toNanos();
        this.slowStartNanos = terms.slowStart().toNanos();
        this.failures = new Failures(terms.maxFails(), failTimeoutNanos);
        this.breaker = new Breaker(group.circuit());
        this.growsFromNanos = nowNanos;
        this.growing = joins && slowStartNanos > 0;
        // Another method may have measured something else there.
        load.replaceEstimate(load.estimate(), 0);
    }

    public String name() {
        return name;
    }

    public Load load() {
        return load;
    }

    public ServerTerms terms() {
        return terms;
    }

    Group group() {
        return group;
    }

    Outliers.Watch watch() {
        return watch;
    }

    /** Whether it gets requests, as far as its own health goes. */
    public boolean isIn() {
        return !terms.down() && !load.isOut();
    }

    /**
     * A request failed there, in a way that {@link footplate.core.retry.NextUpstream#isFailure} counts.
     *
     * @param nowNanos {@link System#nanoTime}
     */
    public void failed(long nowNanos) {
        group.meter().failed(load, nowNanos);
        if (group.isAlone()) {
            return;
        }
        boolean over = failures.failed(nowNanos);
        boolean open = breaker.failed(nowNanos);
        if (over) {
            load.out(Out.FAILURES);
        }
        if (open) {
            load.out(Out.CIRCUIT);
        }
        if (over || open) {
            group.news();
        }
    }

    /**
     * A request was answered there.
     *
     * @param headerNanos from its being sent to the answer's head
     * @param lastByteNanos from its being sent to the answer's end
     * @param nowNanos {@link System#nanoTime}
     */
    public void succeeded(long headerNanos, long lastByteNanos, long nowNanos) {
        group.meter().answered(load, headerNanos, lastByteNanos, nowNanos);
        if (failures.isClean() && breaker.isClean()) {
            return;
        }
        boolean wasOver = failures.isOver();
        boolean wasOpen = breaker.isOpen();
        failures.succeeded();
        breaker.succeeded();
        if (wasOver && !failures.isOver()) {
            cameIn(Out.FAILURES, nowNanos);
        }
        if (wasOpen && !breaker.isOpen()) {
            cameIn(Out.CIRCUIT, nowNanos);
        }
    }

    /** Its active check has changed its mind. */
    void checked(boolean well, long nowNanos) {
        if (well) {
            cameIn(Out.CHECK, nowNanos);
            // Envoy: successful_active_health_check_uneject_host.
            if (watch.forgive(nowNanos)) {
                cameIn(Out.OUTLIER, nowNanos);
            }
        } else if (load.out(Out.CHECK)) {
            group.news();
        }
    }

    void ejected() {
        if (load.out(Out.OUTLIER)) {
            group.news();
        }
    }

    void cameIn(Out why, long nowNanos) {
        if (!load.in(why)) {
            return;
        }
        if (slowStartNanos > 0 && !load.isInQuestion()) {
            growsFromNanos = nowNanos;
            growing = true;
        }
        group.news();
    }

    /** A request is sent there. */
    void chosen(long nowNanos) {
        group.meter().chosen(load, failTimeoutNanos, nowNanos);
        if (failures.isClean() && breaker.isClean()) {
            return;
        }
        boolean trial = failures.chosen(nowNanos);
        trial |= breaker.chosen(nowNanos);
        if (trial) {
            group.news();
        }
    }

    /**
     * Has it offer the trials that are due, and its marks be what is known.
     *
     * @return nanoseconds until there is something to do here again; {@link Long#MAX_VALUE} if that is news only
     */
    long look(long nowNanos) {
        if (group.isAlone()) {
            failures.forget();
            breaker.forget();
        }
        long wait = Long.MAX_VALUE;
        if (failures.isOver()) {
            wait = Math.min(wait, questioned(Out.FAILURES, failures.untilTrial(nowNanos) + 1));
        } else {
            cameIn(Out.FAILURES, nowNanos);
        }
        if (breaker.isOpen()) {
            wait = Math.min(wait, questioned(Out.CIRCUIT, breaker.untilTrial(nowNanos)));
        } else {
            cameIn(Out.CIRCUIT, nowNanos);
        }
        if (growing) {
            wait = Math.min(wait, Math.max(LEAST_STEP_NANOS, slowStartNanos / WHOLE));
        }
        return wait;
    }

    private long questioned(Out why, long untilTrial) {
        if (untilTrial <= 0) {
            load.offerTrial(why);
            return Long.MAX_VALUE;
        }
        // Two threads may have told of a failure and a success in the other order than they counted them.
        if (!load.isInQuestion()) {
            load.out(why);
        }
        return untilTrial;
    }

    /** Its weight at this moment, in hundredths: 1 at least. */
    int weight(long nowNanos) {
        int whole = terms.weight() * WHOLE;
        if (!growing) {
            return whole;
        }
        long since = nowNanos - growsFromNanos;
        if (since >= slowStartNanos) {
            growing = false;
            return whole;
        }
        return Math.max(1, (int) ((double) whole * Math.max(0, since) / slowStartNanos));
    }
}
