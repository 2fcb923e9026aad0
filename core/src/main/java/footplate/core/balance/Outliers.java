package footplate.core.balance;

import footplate.core.pool.Load.Out;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Leaves out servers that do worse than the others, as Envoy's outlier detection does ({@code outlier_detection_impl.cc}): at once
 * after so many 5xx in a row, and once in an interval those whose success rate is far below the mean. How often a server was out
 * counts for how long it is out, and is forgotten by one for each interval in which it was not. Safe for any thread.
 */
public final class Outliers {
    private final OutlierTerms terms;
    private final Server[] servers;
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile long sweptNanos;

    /** What is counted of one server. Written under {@code taken}, but for the counters. */
    static final class Watch {
        private final AtomicInteger inRow = new AtomicInteger();
        private final AtomicInteger requests = new AtomicInteger();
        private final AtomicInteger successes = new AtomicInteger();
        private volatile boolean ejected;
        private volatile long ejectedNanos;
        private volatile long returnedNanos;
        private int times;

        /**
         * Its active check has passed: it need not wait any longer.
         *
         * @return whether it was out
         */
        boolean forgive(long nowNanos) {
            if (!ejected) {
                return false;
            }
            returned(nowNanos);
            return true;
        }

        private void returned(long nowNanos) {
            ejected = false;
            inRow.set(0);
            returnedNanos = nowNanos;
        }

        private double rate(int of) {
            return 100.0 * successes.get() / of;
        }
    }

    /**
     * @param servers of one upstream
     * @param nowNanos {@link System#nanoTime}
     */
    public Outliers(OutlierTerms terms, List<Server> servers, long nowNanos) {
        this.terms = terms;
        this.servers = servers.toArray(Server[]::new);
        this.sweptNanos = nowNanos;
    }

    /**
     * A request has ended.
     *
     * @param status of its answer; 502, 503 or 504 if there was none
     * @param nowNanos {@link System#nanoTime}
     */
    public void ended(Server server, int status, long nowNanos) {
        var watch = server.watch();
        watch.requests.getAndIncrement();
        if (status < 500) {
            watch.successes.getAndIncrement();
            if (watch.inRow.get() != 0) {
                watch.inRow.set(0);
            }
            return;
        }
        int inRow = watch.inRow.incrementAndGet();
        if (terms.consecutive5xx() > 0
                && inRow >= terms.consecutive5xx()
                && !watch.ejected
                && taken.compareAndSet(false, true)) {
            eject(server, nowNanos);
            watch.inRow.set(0);
            taken.set(false);
        }
    }

    /**
     * Time has passed: called about once a second by every event loop, heard once in an interval.
     *
     * @param nowNanos {@link System#nanoTime}
     */
    public void tick(long nowNanos) {
        if (nowNanos - sweptNanos < terms.interval().toNanos() || !taken.compareAndSet(false, true)) {
            return;
        }
        if (nowNanos - sweptNanos >= terms.interval().toNanos()) {
            sweptNanos = nowNanos;
            sweep(nowNanos);
        }
        taken.set(false);
    }

    private void sweep(long nowNanos) {
        for (var server : servers) {
            var watch = server.watch();
            long out = Math.min(
                    terms.baseEjectionTime().toNanos() * Math.max(1, watch.times),
                    terms.maxEjectionTime().toNanos());
            if (watch.ejected && nowNanos - watch.ejectedNanos >= out) {
                watch.returned(nowNanos);
                server.cameIn(Out.OUTLIER, nowNanos);
            }
        }
        compare(nowNanos);
        for (var server : servers) {
            var watch = server.watch();
            watch.requests.set(0);
            watch.successes.set(0);
            if (!watch.ejected
                    && watch.times > 0
                    && nowNanos - watch.returnedNanos >= terms.interval().toNanos()) {
                watch.times--;
            }
        }
    }

    private void compare(long nowNanos) {
        if (terms.successRateStdevFactor() == 0) {
            return;
        }
        int count = 0;
        var rates = new double[servers.length];
        var compared = new Server[servers.length];
        double sum = 0;
        for (var server : servers) {
            int requests = server.watch().requests.get();
            if (!server.watch().ejected && requests > 0 && requests >= terms.successRateRequestVolume()) {
                compared[count] = server;
                rates[count] = server.watch().rate(requests);
                sum += rates[count++];
            }
        }
        if (count == 0 || count < terms.successRateMinimumHosts()) {
            return;
        }
        double mean = sum / count;
        double variance = 0;
        for (int i = 0; i < count; i++) {
            variance += (rates[i] - mean) * (rates[i] - mean);
        }
        double threshold = mean - terms.successRateStdevFactor() * Math.sqrt(variance / count);
        for (int i = 0; i < count; i++) {
            if (rates[i] < threshold) {
                eject(compared[i], nowNanos);
            }
        }
    }

    private void eject(Server server, long nowNanos) {
        int out = 0;
        for (var other : servers) {
            out += other.watch().ejected ? 1 : 0;
        }
        var watch = server.watch();
        boolean allowed = 100L * (out + 1) <= (long) terms.maxEjectionPercent() * servers.length
                || (out == 0 && terms.maxEjectionPercent() > 0);
        if (watch.ejected || servers.length < 2 || !allowed) {
            return;
        }
        watch.ejectedNanos = nowNanos;
        watch.ejected = true;
        // No further than the longest time needs it: the way back is by one an interval.
        if (watch.times * terms.baseEjectionTime().toNanos()
                < terms.maxEjectionTime().toNanos() + terms.baseEjectionTime().toNanos()) {
            watch.times++;
        }
        server.ejected();
    }
}
