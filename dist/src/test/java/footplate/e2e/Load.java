package footplate.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Requests without a pause, on connections that are kept and on new ones; each answer counts. */
final class Load implements AutoCloseable {
    private static final long PAUSE_NANOS = 4_000_000;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Set<String> bodies = Collections.synchronizedSet(new LinkedHashSet<>());
    private final AtomicInteger answered = new AtomicInteger();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean ends;

    private Load() {}

    /** Two clients that keep their connection, two that open one for each request. */
    static Load on(int port, String target) {
        var load = new Load();
        for (boolean keeps : new boolean[] {true, true, false, false}) {
            load.clients.add(Thread.ofVirtual().start(() -> load.ask(port, target, keeps)));
        }
        return load;
    }

    int answered() {
        return answered.get();
    }

    /** Waits until so many more were answered. */
    Load andMore(int requests) {
        int before = answered.get();
        Footplate.await(20, () -> answered.get() >= before + requests || !failures.isEmpty());
        return this;
    }

    /** The different bodies of the answers so far. */
    Set<String> bodies() {
        synchronized (bodies) {
            return new LinkedHashSet<>(bodies);
        }
    }

    /** What was not answered with 200. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    private void ask(int port, String target, boolean keeps) {
        while (!ends) {
            try (var line = new Line(port)) {
                boolean goesOn = true;
                while (goesOn && !ends) {
                    var answer = line.ask("GET", target, "");
                    if (answer.status() == 200) {
                        answered.incrementAndGet();
                        bodies.add(answer.body());
                    } else {
                        failures.add(answer.head() + "\n" + answer.body());
                    }
                    goesOn = keeps && !answer.last();
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (IOException broken) {
                failures.add((keeps ? "kept connection: " : "new connection: ") + broken);
            }
        }
    }

    @Override
    public void close() {
        ends = true;
        for (Thread client : clients) {
            try {
                client.join();
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
