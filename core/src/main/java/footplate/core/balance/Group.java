package footplate.core.balance;

import java.util.concurrent.atomic.AtomicInteger;

/** What the servers of one upstream have in common, from one routing table to the next. Safe for any thread. */
public final class Group {
    private final Balance balance;
    private final Circuit circuit;
    private final Meter meter;
    private final AtomicInteger version = new AtomicInteger();
    private volatile int size;

    /** One whose servers have circuit breakers. */
    public Group(Balance balance, Circuit circuit) {
        this.balance = balance;
        this.circuit = circuit;
        this.meter = Meter.of(balance);
    }

    /** One without circuit breakers. */
    public Group(Balance balance) {
        this(balance, Circuit.NONE);
    }

    public Balance balance() {
        return balance;
    }

    Circuit circuit() {
        return circuit;
    }

    Meter meter() {
        return meter;
    }

    /** Whether there is only one server: nothing is gained by leaving it out (nginx: {@code peers->single}). */
    boolean isAlone() {
        return size < 2;
    }

    void has(int servers) {
        size = servers;
    }

    /** A server may have come in or gone out. */
    void news() {
        version.getAndIncrement();
    }

    int version() {
        return version.get();
    }
}
