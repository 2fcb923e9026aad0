package footplate.daemon.keep;

import footplate.core.config.AppDefinition;
import footplate.core.config.StopSettings.StopSignal;
import footplate.core.health.Health;
import footplate.core.keep.Effect;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.supervise.Journey;
import footplate.daemon.health.Checks;
import footplate.daemon.os.Child;
import footplate.daemon.os.Marker;
import footplate.daemon.os.Rights;
import footplate.daemon.os.Signal;
import footplate.daemon.runtime.Place;
import footplate.daemon.runtime.PortProbe;
import footplate.daemon.runtime.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the shell knows of one run: its process, and how far its start has come. Guarded by itself. */
final class Run {
    /** A hostile app may report without end. */
    private static final int MOST_KEPT = 8;

    /** A log file, and how long it was when the run began. */
    record Output(Path file, long before) {}

    final RunId id;
    final InstanceId instance;
    final AppDefinition definition;
    final int index;
    final Health health;
    final Marker marker;
    final long startedNanos;
    private final Map<String, Long> reached = new HashMap<>();
    private final List<String> otherAddresses = new ArrayList<>();
    private Report.@Nullable Failed error;
    private List<Output> outputs = List.of();
    private @Nullable Place place;
    private @Nullable Child child;
    private @Nullable PortProbe probe;
    private @Nullable Signal asked;
    private Rights rights = Rights.OURS;
    private Capped capped = Capped.NOT;
    private boolean known;
    private boolean listens;
    private boolean saidReady;
    private boolean healthy;
    private boolean toldReady;
    private boolean startTimedOut;
    private boolean startFoundIll;
    private @Nullable Checks checks;
    private @Nullable String lastFailedCheck;
    private boolean over;

    Run(Effect.Start start, Health health, Marker marker, long nowNanos) {
        this.id = start.run();
        this.instance = start.instance();
        this.definition = start.definition();
        this.index = start.index();
        this.health = health;
        this.healthy = !health.on();
        this.marker = marker;
        this.startedNanos = nowNanos;
    }

    /** Whose rights it is started with. */
    synchronized void with(Rights given) {
        rights = given;
    }

    synchronized Rights rights() {
        return rights;
    }

    /** What keeps it to its caps. */
    synchronized void with(Capped caps) {
        capped = caps;
    }

    synchronized Capped capped() {
        return capped;
    }

    synchronized void at(Place place, List<Output> outputs) {
        this.place = place;
        this.outputs = List.copyOf(outputs);
    }

    /** Counts for the first time only: a hostile app says the same without end. */
    synchronized void reached(String step, long nowNanos) {
        reached.putIfAbsent(step, nowNanos);
    }

    /**
     * The process exists.
     *
     * @return the signal by which it was asked to leave before it existed; null if it was not
     */
    synchronized @Nullable Signal runsAs(Child process) {
        child = process;
        return asked;
    }

    /**
     * It is asked to leave.
     *
     * @return its process; null if there is none yet: then it hears the signal as soon as it exists
     */
    synchronized @Nullable Child askedBy(Signal signal) {
        asked = signal;
        return child;
    }

    /** The signal that asks a process of the app to leave. */
    static Signal signalOf(AppDefinition app) {
        return app.stop().signal() == StopSignal.INT ? Signal.INT : Signal.TERM;
    }

    synchronized boolean isAsked() {
        return asked != null;
    }

    synchronized void probedBy(PortProbe portProbe) {
        if (over) {
            portProbe.close();
        } else {
            probe = portProbe;
        }
    }

    /** The Keeper has heard of the process: from now on it may hear that it is ready. */
    synchronized boolean becameKnown() {
        known = true;
        return readyNow();
    }

    /** It takes connections. */
    synchronized boolean listens() {
        listens = true;
        return readyNow();
    }

    /** It said that it is ready. */
    synchronized boolean saidReady() {
        saidReady = true;
        return readyNow();
    }

    /** It has passed its health check. */
    synchronized boolean isHealthy() {
        healthy = true;
        return readyNow();
    }

    /** True once: when it is ready, the Keeper knows it, and has not been told. */
    private boolean readyNow() {
        if (!mayBeAsked() || !healthy || toldReady) {
            return false;
        }
        toldReady = true;
        return true;
    }

    /** Whether it has come so far that its health can be asked for. */
    private boolean mayBeAsked() {
        return known && listens && (saidReady || !definition.waitReady()) && !over;
    }

    /** Whether its health is to be asked for, and is not yet. */
    synchronized boolean wantsChecks() {
        return health.on() && checks == null && mayBeAsked();
    }

    synchronized void checkedBy(Checks begun) {
        if (over || checks != null) {
            begun.close();
        } else {
            checks = begun;
        }
    }

    synchronized void checkFailed(String why) {
        lastFailedCheck = why;
    }

    /** Its start is over, as it did not pass its health check. */
    synchronized void foundIll() {
        startFoundIll = true;
    }

    /** Why its start ends without success though it listens: how it failed its last health check; null if that is not why. */
    synchronized @Nullable String illness() {
        return startFoundIll || startTimedOut ? lastFailedCheck : null;
    }

    /** Asks for its health no more. */
    synchronized void endChecks() {
        if (checks != null) {
            checks.close();
        }
    }

    /** An earlier daemon has seen it ready. */
    synchronized void wasReady() {
        known = true;
        listens = true;
        saidReady = true;
        healthy = true;
        toldReady = true;
    }

    synchronized void failedWith(Report.Failed failure) {
        error = failure;
    }

    synchronized void alsoListens(String address) {
        if (otherAddresses.size() < MOST_KEPT) {
            otherAddresses.add(address);
        }
    }

    synchronized void timedOut() {
        startTimedOut = true;
    }

    /** The run is over: true for the first who says so. */
    synchronized boolean end() {
        if (over) {
            return false;
        }
        over = true;
        if (probe != null) {
            probe.close();
        }
        endChecks();
        return true;
    }

    synchronized @Nullable Child child() {
        return child;
    }

    synchronized @Nullable Place place() {
        return place;
    }

    synchronized boolean wasToldReady() {
        return toldReady;
    }

    synchronized boolean hasListened() {
        return listens;
    }

    synchronized boolean hasTimedOut() {
        return startTimedOut;
    }

    synchronized Report.@Nullable Failed error() {
        return error;
    }

    synchronized List<String> otherAddresses() {
        return List.copyOf(otherAddresses);
    }

    synchronized List<Output> outputs() {
        return outputs;
    }

    /**
     * The start's steps, as far as it came: {@link Journey#steps}.
     *
     * @param all the names of all steps, in order
     */
    synchronized List<Journey.Step> steps(List<String> all, long nowNanos) {
        return Journey.steps(all, reached, startedNanos, nowNanos);
    }
}
