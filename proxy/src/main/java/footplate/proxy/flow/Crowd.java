package footplate.proxy.flow;

import footplate.core.name.RunId;
import footplate.proxy.transport.Transport;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Everybody that is connected to one loop: clients, those of them that are parked, and what is passed on as it is. Used on that loop only,
 * where nothing else is said.
 */
public final class Crowd {
    /** So many clients are kept ready whatever they do; where there are more, those who ask nothing are parked. */
    private static final int KEPT_READY = 64;

    /** Between two looks for such: soon, or what is let go of has lived long enough to be collected late. */
    private static final int SWEEP_MILLIS = 10;

    /** Clients looked at in a millisecond at most, or busy ones would pay for it. */
    private static final int SWEEPS_PER_MILLI = 20;

    private final EventLoop events;
    private final boolean parks;
    private final Counters counters;
    private final Consumer<Throwable> bugs;
    private final AtomicInteger load = new AtomicInteger();
    private final Set<Passed> passing = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Client> clients = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<ParkedClient> parked = Collections.newSetFromMap(new IdentityHashMap<>());

    /** How many they are, for other threads; this loop alone writes it. */
    private volatile int parkedNow;

    private boolean parting;
    private boolean sweeping;

    /** @param bugs takes mistakes of ours */
    Crowd(EventLoop events, Transport transport, Counters counters, Consumer<Throwable> bugs) {
        this.events = events;
        this.parks = transport.parks();
        this.counters = counters;
        this.bugs = bugs;
    }

    /** A client has connected; it is counted in {@link #load} already. */
    public void opened(Client client) {
        counters.accepted++;
        present(client);
    }

    /** One that was parked is there again. */
    public void present(Client client) {
        clients.add(client);
        if (parting) {
            // It was accepted while the listeners were being closed, or did not hear of it.
            client.part();
        }
        if (clients.size() > KEPT_READY && !sweeping && parks) {
            sweepSoon();
        }
    }

    /** Has those who ask nothing parked, for as long as there are many. */
    private void sweep() {
        for (var client : clients.toArray(new Client[0])) {
            guarded(client::sweep);
        }
        sweeping = false;
        if (clients.size() > KEPT_READY) {
            sweepSoon();
        }
    }

    private void sweepSoon() {
        sweeping = true;
        long pause = Math.max(SWEEP_MILLIS, clients.size() / SWEEPS_PER_MILLI);
        events.schedule(this::sweep, pause, TimeUnit.MILLISECONDS);
    }

    /** A client is there no more, and was not closed: {@link #parked} comes with it. */
    public void away(Client client) {
        clients.remove(client);
    }

    /** A client was put aside. */
    public void parked(ParkedClient client) {
        parked.add(client);
        parkedNow = parked.size();
    }

    /** A parked client will be there again: {@link #present} comes with it. */
    public void woken(ParkedClient client) {
        parked.remove(client);
        parkedNow = parked.size();
    }

    /** What is passed on as it is has begun; it is counted in {@link #load} already. */
    public void opened(Passed passed) {
        counters.accepted += passed.clients();
        passing.add(passed);
    }

    /** It has ended. */
    public void closed(Passed passed) {
        if (passing.remove(passed)) {
            load.addAndGet(-passed.clients());
        }
    }

    public void closed(Client client) {
        if (clients.remove(client)) {
            load.decrementAndGet();
        }
    }

    /** A parked client is closed. */
    public void closed(ParkedClient client) {
        if (parked.remove(client)) {
            parkedNow = parked.size();
            load.decrementAndGet();
        }
    }

    /** Looks at everybody's times. */
    void tick(long nowMillis) {
        guarded(() -> tickParked(nowMillis));
        guarded(() -> tickPassing(nowMillis));
        guarded(() -> tickClients(nowMillis));
    }

    private void tickParked(long nowMillis) {
        for (var each = parked.iterator(); each.hasNext(); ) {
            var client = each.next();
            if (client.isOver(nowMillis)) {
                each.remove();
                parkedNow = parked.size();
                load.decrementAndGet();
                guarded(client::close);
            }
        }
    }

    private void tickPassing(long nowMillis) {
        if (!passing.isEmpty()) {
            for (var passed : passing.toArray(new Passed[0])) {
                try {
                    passed.tick(nowMillis);
                } catch (RuntimeException | Error mistake) {
                    bugs.accept(mistake);
                    guarded(passed::cut);
                }
            }
        }
    }

    private void tickClients(long nowMillis) {
        if (!clients.isEmpty()) {
            for (var client : clients.toArray(new Client[0])) {
                try {
                    client.tick(nowMillis);
                } catch (RuntimeException | Error mistake) {
                    bugs.accept(mistake);
                    guarded(client::cut);
                }
            }
        }
    }

    private void guarded(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException | Error mistake) {
            bugs.accept(mistake);
        }
    }

    /** Lets each client go after its request; at once, and what is passed on too, if {@code now}. */
    void close(boolean now) {
        // They wait for nothing. To wake them all first would take the memory that they were parked for.
        for (var client : parked.toArray(new ParkedClient[0])) {
            closed(client);
            guarded(client::close);
        }
        for (var client : clients.toArray(new Client[0])) {
            if (now) {
                client.cut();
            } else {
                client.retire();
            }
        }
        if (now) {
            for (var passed : passing.toArray(new Passed[0])) {
                passed.cut();
            }
        }
    }

    /** Has each client told with its next answer that it is the last one. */
    public void part() {
        parting = true;
        clients.forEach(Client::part);
    }

    /**
     * Closes the WebSockets of a process that is going away.
     *
     * @return completed when all of them are closed, a second later at the most
     */
    public CompletableFuture<Void> closeWebSockets(RunId run) {
        var closing = new ArrayList<CompletableFuture<Void>>();
        for (var passed : passing.toArray(new Passed[0])) {
            passed.cut(run);
        }
        for (var client : clients.toArray(new Client[0])) {
            var closed = client.closeWebSocket(run);
            if (closed != null) {
                closing.add(closed);
            }
        }
        return CompletableFuture.allOf(closing.toArray(new CompletableFuture<?>[0]));
    }

    /** What is being answered. */
    public List<RequestUnderWay> underWay() {
        long now = System.nanoTime();
        var requests = new ArrayList<RequestUnderWay>();
        for (var client : clients) {
            var request = client.underWay(now);
            if (request != null) {
                requests.add(request);
            }
        }
        return requests;
    }

    /** How many there are, those of what is passed on included. */
    public int size() {
        int passed = 0;
        for (var one : passing) {
            passed += one.clients();
        }
        return clients.size() + parked.size() + passed;
    }

    /** Client connections that the loop has or is about to have; any thread. */
    public AtomicInteger load() {
        return load;
    }

    /** How many of them are parked; any thread. */
    public int parkedNow() {
        return parkedNow;
    }
}
