package footplate.proxy;

import footplate.core.config.Entry.Binding;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.name.RunId;
import footplate.core.route.LiveTable;
import footplate.core.route.StreamBinding;
import footplate.proxy.access.AccessLogs;
import footplate.proxy.access.LogPlaces;
import footplate.proxy.body.SpoolSpace;
import footplate.proxy.files.FileDoor;
import footplate.proxy.flow.Loop;
import footplate.proxy.flow.ProxySettings;
import footplate.proxy.flow.RequestUnderWay;
import footplate.proxy.flow.RunTimePools;
import footplate.proxy.flow.Stats;
import footplate.proxy.listen.Bound;
import footplate.proxy.listen.Descriptors;
import footplate.proxy.listen.Entrance;
import footplate.proxy.listen.ListenFailure;
import footplate.proxy.listen.ListenTerms;
import footplate.proxy.listen.Listener;
import footplate.proxy.names.Names;
import footplate.proxy.rule.RuleDoor;
import footplate.proxy.stream.StreamCounts;
import footplate.proxy.stream.StreamListener;
import footplate.proxy.transport.ChosenTransport;
import footplate.proxy.warm.WarmUp;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * The data plane: takes clients' requests and has them answered by the processes in a {@link LiveTable}. Safe for any
 * thread but its own event loops, because its methods wait for these. Longer than 500 lines: the one place that knows all rooms of the
 * data plane, and decides nothing.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what runs on the loops tells its own mistakes
public final class Proxy {
    /** How long connections that are cut may take to be gone. */
    private static final Duration CUT = Duration.ofSeconds(1);

    /**
     * How long an address whose apps are not known yet keeps its clients waiting: it is bound first, for it may be taken, and what is
     * behind it is told a moment later.
     */
    private static final Duration NOBODY_YET = Duration.ofSeconds(2);

    private static final int FILE_THREADS = 4;
    private static final int SPOOL_THREADS = 4;

    private final MultiThreadIoEventLoopGroup group;
    private final List<Loop> loops = new ArrayList<>();
    private final LiveTable table;
    private final Entrance entrance;
    private final Names names;
    private final RunTimePools pools;
    private final FileDoor files;
    private final SpoolSpace spools;
    private final AccessLogs accessLogs;
    private final RuleDoor rules;
    private final PooledByteBufAllocator allocator;
    private final ChosenTransport chosen;
    private final ProxySettings settings;
    // Guarded by itself.
    private final Map<Binding, Listener> listeners = new HashMap<>();
    // Guarded by listeners.
    private final Map<StreamBinding, StreamListener> streams = new HashMap<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    /** Listeners that accept nothing yet. */
    private final Map<Binding, Listener> waiting = new ConcurrentHashMap<>();

    private int nextAcceptor;

    private Proxy(ProxySettings settings, LiveTable table, ChosenTransport chosen) {
        this.chosen = chosen;
        this.table = table;
        this.settings = settings;
        // One arena per loop, of chunks of 1 MiB: what a loop allocates it frees itself.
        this.allocator = new PooledByteBufAllocator(true, 0, settings.loops(), 8_192, 7, 256, 64, true);
        // Netty keeps its pools of objects on threads of its own kind only.
        this.group = new MultiThreadIoEventLoopGroup(
                settings.loops(),
                new DefaultThreadFactory("footplate-loop", true),
                chosen.transport().engine(allocator));
        this.spools = new SpoolSpace(
                temporary(settings, settings.settings()),
                settings.settings().bytes(Setting.BUFFER_MEMORY_TOTAL),
                settings.settings().bytes(Setting.TEMP_DISK_TOTAL),
                SPOOL_THREADS);
        this.files = new FileDoor(settings.settings(), FILE_THREADS, settings.bugs());
        this.accessLogs = new AccessLogs(settings.accessLogs(), settings.bugs());
        this.rules = new RuleDoor(settings.bugs());
        var events = new ArrayList<EventLoop>();
        for (int i = 0; i < settings.loops(); i++) {
            events.add((EventLoop) group.next());
        }
        this.names = new Names(events.getFirst(), chosen.transport(), settings.bugs());
        this.pools = new RunTimePools(names);
        for (var one : events) {
            var loop = new Loop(
                    one,
                    chosen.transport(),
                    allocator,
                    settings,
                    table,
                    files,
                    spools,
                    accessLogs,
                    new Loop.Shared(pools, rules));
            loops.add(loop);
            loop.start();
        }
        this.entrance = new Entrance(
                settings.settings(),
                List.copyOf(loops),
                Descriptors.limit(),
                Runtime.getRuntime().maxMemory());
        table.watch(this::tableChanged);
    }

    /**
     * Starts the event loops.
     *
     * @throws UnsupportedOperationException on a system without epoll
     */
    public static Proxy start(ProxySettings settings, LiveTable table) {
        return start(settings, table, false);
    }

    /**
     * Starts the event loops.
     *
     * @param takesSockets whether it will be given sockets that listen already
     * @throws UnsupportedOperationException on a system without epoll
     */
    public static Proxy start(ProxySettings settings, LiveTable table, boolean takesSockets) {
        return new Proxy(settings, table, ChosenTransport.of(settings.settings(), takesSockets));
    }

    /**
     * Has requests of nobody's go through it, so that the first ones of clients are not the slow ones; returns at once.
     *
     * @param temporary where a folder for two sockets can be made
     * @param longest it ends after this time, however far it is
     * @return how many were answered, when it is over: none where it cannot be done
     */
    public CompletableFuture<Integer> warmUp(Path temporary, Duration longest) {
        return WarmUp.begin(
                temporary,
                longest,
                WarmUp.terms(settings.settings()),
                warm -> new Loop(
                        loops.getFirst().events(),
                        chosen.transport(),
                        allocator,
                        settings,
                        warm,
                        files,
                        spools,
                        new AccessLogs(LogPlaces.none(), settings.bugs()),
                        new Loop.Shared(pools, rules)));
    }

    /** Which transport it works with, and what the operator is to be told of that. */
    public ChosenTransport transport() {
        return chosen;
    }

    /** Listens on an address. Its requests are for the apps that the routing table has under {@code binding}. */
    public Bound listen(Binding binding) throws ListenFailure {
        return listen(binding, ListenTerms.PLAIN);
    }

    /** The same, with connections taken on {@code terms}. */
    public Bound listen(Binding binding, ListenTerms terms) throws ListenFailure {
        return listen(binding, acceptor -> Listener.open(binding, terms, entrance, acceptor));
    }

    /**
     * The same on a socket that is bound to the address and listens already.
     *
     * @param descriptor the proxy's own from now on
     */
    public Bound listen(Binding binding, int descriptor) throws ListenFailure {
        return listen(binding, descriptor, ListenTerms.PLAIN);
    }

    /** The same, with connections taken on {@code terms}. */
    public Bound listen(Binding binding, int descriptor, ListenTerms terms) throws ListenFailure {
        return listen(binding, acceptor -> Listener.adopt(binding, descriptor, terms, entrance, acceptor));
    }

    /** New connections there are taken on {@code terms} from now on. Does nothing if there is no such listener. */
    public void terms(Binding binding, ListenTerms terms) {
        synchronized (listeners) {
            var listener = listeners.get(binding);
            if (listener != null) {
                listener.terms(terms);
            }
        }
    }

    private Bound listen(Binding binding, Opening opening) throws ListenFailure {
        synchronized (listeners) {
            if (listeners.containsKey(binding)) {
                throw new ListenFailure(binding, ListenFailure.Reason.PORT_IN_USE, "this daemon listens there already");
            }
            var acceptor = loops.get(nextAcceptor++ % loops.size());
            var listener = opening.open(acceptor);
            listeners.put(binding, listener);
            waiting.put(binding, listener);
            acceptKnown();
            acceptor.events().schedule(() -> accept(binding, listener), NOBODY_YET.toMillis(), TimeUnit.MILLISECONDS);
            return listener.bound();
        }
    }

    /** Accepts where the routing table knows what to do with a request. No lock: loops come here too, and are waited for with one. */
    private void acceptKnown() {
        waiting.forEach((binding, listener) -> {
            if (table.current().listener(binding) != null) {
                accept(binding, listener);
            }
        });
    }

    private void accept(Binding binding, Listener listener) {
        if (waiting.remove(binding, listener)) {
            listener.accept();
        }
    }

    /** Passes on what comes in at an address, to where the routing table says. */
    public Bound listen(StreamBinding binding) throws ListenFailure {
        return stream(binding, acceptor -> StreamListener.open(binding, entrance, acceptor));
    }

    /**
     * The same on a socket that is bound to the address, and if it is TCP's listens already.
     *
     * @param descriptor the proxy's own from now on
     */
    public Bound listen(StreamBinding binding, int descriptor) throws ListenFailure {
        return stream(binding, acceptor -> StreamListener.adopt(binding, descriptor, entrance, acceptor));
    }

    private Bound stream(StreamBinding binding, StreamOpening opening) throws ListenFailure {
        synchronized (listeners) {
            if (streams.containsKey(binding)) {
                throw new ListenFailure(
                        binding.binding(),
                        ListenFailure.Reason.PORT_IN_USE,
                        "this daemon passes on what comes in there already");
            }
            var listener = opening.open(loops.get(nextAcceptor++ % loops.size()));
            streams.put(binding, listener);
            return listener.bound();
        }
    }

    private interface StreamOpening {
        StreamListener open(Loop acceptor) throws ListenFailure;
    }

    /** Takes no more there; connections stay, and datagrams' clients are forgotten. Does nothing if there is no such listener. */
    public void unlisten(StreamBinding binding) {
        StreamListener gone;
        synchronized (listeners) {
            gone = streams.remove(binding);
        }
        if (gone != null) {
            gone.close();
        }
    }

    /** Where it passes on what comes in, with what was done there. */
    public Map<StreamBinding, StreamCounts.Stand> streams() {
        synchronized (listeners) {
            var stands = new HashMap<StreamBinding, StreamCounts.Stand>();
            streams.forEach((binding, listener) -> stands.put(binding, listener.counts()));
            return stands;
        }
    }

    /** The descriptors of the sockets of streams; each is open until its address is given up. */
    public Map<StreamBinding, Integer> streamDescriptors() {
        synchronized (listeners) {
            var descriptors = new HashMap<StreamBinding, Integer>();
            streams.forEach((binding, listener) -> descriptors.put(binding, listener.descriptor()));
            return descriptors;
        }
    }

    /** Where bodies go: where its operator says, else where it was started to. */
    private static Path temporary(ProxySettings start, Settings now) {
        var chosen = now.text(Setting.TEMP_PATH);
        return chosen.isEmpty() ? start.temporary() : Path.of(chosen);
    }

    private interface Opening {
        Listener open(Loop acceptor) throws ListenFailure;
    }

    /** The descriptors of the sockets it listens on; each is open until its address is given up. */
    public Map<Binding, Integer> descriptors() {
        synchronized (listeners) {
            var descriptors = new HashMap<Binding, Integer>();
            listeners.forEach((binding, listener) -> descriptors.put(binding, listener.descriptor()));
            return descriptors;
        }
    }

    /**
     * Accepts no more, and tells each client with its next answer that it is the last one. A client that asks nothing is not
     * hurried: its next request may be on its way.
     */
    public void part() {
        unlistenAll();
        for (var loop : loops) {
            try {
                loop.events().execute(() -> loop.crowd().part());
            } catch (RejectedExecutionException closed) {
                return;
            }
        }
    }

    private void unlistenAll() {
        for (var bound : listening()) {
            unlisten(bound.asked());
        }
        for (var stream : streamDescriptors().keySet()) {
            unlisten(stream);
        }
    }

    /** Connections of clients, tunnels and streams included. */
    public int clients() {
        return loops.stream().mapToInt(loop -> loop.crowd().load().get()).sum();
    }

    /** Accepts no more connections there; the ones there are stay. Does nothing if there is no such listener. */
    public void unlisten(Binding binding) {
        Listener gone;
        synchronized (listeners) {
            gone = listeners.remove(binding);
            waiting.remove(binding);
        }
        if (gone != null) {
            gone.close();
        }
    }

    /** The addresses it listens on. */
    public List<Bound> listening() {
        synchronized (listeners) {
            return listeners.values().stream().map(Listener::bound).toList();
        }
    }

    /** Every request that is being answered, the oldest first. */
    public List<RequestUnderWay> underWay() {
        return onEach(loop -> loop.crowd().underWay()).stream()
                .flatMap(List::stream)
                .sorted((one, other) -> other.age().compareTo(one.age()))
                .toList();
    }

    /**
     * Closes the WebSockets of a process that is going away, each behind its last whole frame (1001). Any thread; returns
     * at once.
     *
     * @return completed, on a loop's thread, when all of them are closed, a second later at the most
     */
    public CompletableFuture<Void> closeWebSockets(RunId run) {
        var closing = new ArrayList<CompletableFuture<Void>>();
        for (var loop : loops) {
            var onLoop = new CompletableFuture<Void>();
            try {
                loop.events().execute(() -> {
                    try {
                        loop.crowd().closeWebSockets(run).whenComplete((_, _) -> onLoop.complete(null));
                    } catch (RuntimeException | Error mistake) {
                        onLoop.complete(null);
                        loop.bug(mistake);
                    }
                });
                closing.add(onLoop);
            } catch (RejectedExecutionException closed) {
                break;
            }
        }
        return CompletableFuture.allOf(closing.toArray(new CompletableFuture<?>[0]));
    }

    /**
     * Serves by other settings from now on: each loop takes them between two events. What was begun by the old ones, a
     * connection's wait, say, ends by them; those that count at the start alone ({@link Setting#atStart}) are not looked
     * at. Any thread; returns at once.
     */
    public void apply(Settings settings) {
        spools.move(temporary(this.settings, settings));
        spools.limit(settings.bytes(Setting.BUFFER_MEMORY_TOTAL), settings.bytes(Setting.TEMP_DISK_TOTAL));
        files.apply(settings);
        entrance.apply(settings);
        for (var loop : loops) {
            try {
                loop.events().execute(() -> loop.apply(settings));
            } catch (RejectedExecutionException closed) {
                return;
            }
        }
    }

    /** What it has done so far. */
    public Stats stats() {
        return onEach(Loop::stats).stream().reduce(Stats.zero(), Stats::plus).withLogLinesDropped(accessLogs.dropped());
    }

    /** Servers that are found by name at run time; closed with the proxy. */
    public Names names() {
        return names;
    }

    /** What bodies that wait for a slow side take of memory and disk. */
    public SpoolSpace spools() {
        return spools;
    }

    /** Direct memory in use for buffers, pooled ones that are free included, in bytes. */
    public long directMemory() {
        return allocator.metric().usedDirectMemory();
    }

    private <T> List<T> onEach(Function<Loop, T> question) {
        try {
            var answers = loops.stream()
                    .map(loop -> loop.events().submit(() -> question.apply(loop)))
                    .toList();
            var all = new ArrayList<T>();
            for (var answer : answers) {
                all.add(answer.get());
            }
            return all;
        } catch (RejectedExecutionException closed) {
            return List.of();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return List.of();
        } catch (ExecutionException mistake) {
            throw new IllegalStateException("an event loop could not be asked", mistake);
        }
    }

    private void tableChanged() {
        if (closing.get()) {
            return;
        }
        var errorPages = new HashSet<String>();
        for (var route : table.current().routes()) {
            var folder = route.http().text(Setting.ERROR_PAGES);
            if (!folder.isEmpty()) {
                errorPages.add(folder);
            }
        }
        files.errorPagesIn(errorPages);
        acceptKnown();
        for (var loop : loops) {
            try {
                loop.events().execute(loop::tableChanged);
            } catch (RejectedExecutionException closedMeanwhile) {
                return;
            }
        }
    }

    /**
     * Stops: accepts no more, lets requests under way end, then ends. Later calls do nothing.
     *
     * @param grace longest wait for requests under way; what is not done then is cut off
     */
    public void close(Duration grace) {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        unlistenAll();
        names.close();
        onEach(loop -> {
            loop.closeClients(false);
            return true;
        });
        awaitNoClients(grace);
        onEach(loop -> {
            loop.closeClients(true);
            return true;
        });
        // On io_uring a close is done when the kernel has given up what it does for the connection.
        awaitNoClients(CUT);
        // What its threads have to tell is told while the loops are still there.
        spools.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        files.close();
        rules.close();
        accessLogs.close();
    }

    private void awaitNoClients(Duration longest) {
        long deadline = System.nanoTime() + longest.toNanos();
        while (onEach(loop -> loop.crowd().size()).stream()
                                .mapToInt(Integer::intValue)
                                .sum()
                        > 0
                && deadline - System.nanoTime() > 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
