package footplate.proxy.flow;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.http.HeadBytes;
import footplate.core.http.HttpDate;
import footplate.core.http.PathKey;
import footplate.core.http.RequestEdit;
import footplate.core.http.RequestHead;
import footplate.core.match.Captured;
import footplate.core.route.LiveTable;
import footplate.core.route.Target;
import footplate.proxy.access.AccessLogs;
import footplate.proxy.access.LoopLog;
import footplate.proxy.body.SpoolSpace;
import footplate.proxy.files.FileDoor;
import footplate.proxy.page.Page;
import footplate.proxy.rule.RuleDoor;
import footplate.proxy.transport.Transport;
import footplate.proxy.tunnel.Tunnel;
import footplate.proxy.upstream.UpstreamPool;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import java.time.Instant;
import java.util.HashSet;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * One event loop and all that belongs to it alone; used on that loop only, where nothing else is said.
 */
public final class Loop implements Tunnel.Room {
    /** How often clients are looked at, and how far the loop's time moves at once. */
    public static final int TICK_MILLIS = 1_000;

    /** Requests between two ticks that are worth taking together. */
    private static final int MANY_REQUESTS = 1_000;

    private final EventLoop events;
    private final Transport transport;
    private final ByteBufAllocator allocator;
    private final ProxySettings start;
    private Settings settings;
    private final LiveTable table;
    private final UpstreamPool upstream;
    private final FileDoor files;
    private final SpoolSpace spools;
    private final RunTimePools pools;
    private final LoopLog accessLog;
    private final RuleDoor rules;
    private final RuleRoom ruleRoom;
    private final Memory memory;
    private final Counters counters = new Counters();
    private final Crowd crowd;
    private byte[] scratch;
    private RequestHead head;
    private RequestEdit.Choices choices;
    private final PathKey pathKey = new PathKey();
    private final Captured captured = new Captured();
    private final HeadBytes out = new HeadBytes(8_192);

    private long toldMillis;
    private long requestsThen;
    private long largeThen;
    private boolean batched;
    private long nowMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    private byte[] date = HttpDate.print(Instant.now()).getBytes(US_ASCII);

    /**
     * What all loops use.
     *
     * @param pools servers whose addresses are known when a request is there
     * @param rules what the rules of routes read and remember
     */
    public record Shared(RunTimePools pools, RuleDoor rules) {}

    public Loop(
            EventLoop events,
            Transport transport,
            PooledByteBufAllocator allocator,
            ProxySettings start,
            LiveTable table,
            FileDoor files,
            SpoolSpace spools,
            AccessLogs accessLogs,
            Shared shared) {
        this.events = events;
        this.rules = shared.rules();
        this.transport = transport;
        this.allocator = allocator;
        this.start = start;
        this.settings = start.settings();
        this.table = table;
        this.files = files;
        this.spools = spools;
        this.pools = shared.pools();
        this.accessLog = new LoopLog(accessLogs);
        this.crowd = new Crowd(events, transport, counters, this::bug);
        this.memory = new Memory(allocator, settings.bytes(Setting.CONNECTION_MEMORY));
        this.scratch = new byte[(int) settings.bytes(Setting.MAX_HEADER_SIZE)];
        this.head = new RequestHead((int) settings.bytes(Setting.MAX_URI_SIZE));
        this.choices = choices(settings);
        this.ruleRoom = new RuleRoom(this);
        this.upstream = new UpstreamPool(
                events,
                transport,
                allocator,
                (int) settings.bytes(Setting.MAX_HEADER_SIZE),
                pools::has,
                this::isListed,
                this::bug);
    }

    private static RequestEdit.Choices choices(Settings settings) {
        return new RequestEdit.Choices(
                settings.on(Setting.UNDERSCORES_IN_HEADERS), settings.on(Setting.VIA), settings.on(Setting.FORWARDED));
    }

    /** Serves by other settings from now on. */
    public void apply(Settings other) {
        settings = other;
        int limit = (int) other.bytes(Setting.MAX_HEADER_SIZE);
        if (scratch.length != limit) {
            scratch = new byte[limit];
        }
        head = new RequestHead((int) other.bytes(Setting.MAX_URI_SIZE));
        ruleRoom.limit();
        choices = choices(other);
        memory.limit(other.bytes(Setting.CONNECTION_MEMORY));
        upstream.limitHeads(limit);
    }

    /** Begins to tick. Any thread. */
    public void start() {
        events.execute(this::tableChanged);
        var _ = events.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Errors are told and gone on from, as mistakes are: thrown on, one would end every later tick and with them all timeouts. The
     * one that cannot be gone on from, a heap without room, ends the JVM before it comes here (ADR 12); what Netty throws when direct
     * memory is short has the same type, and passes.
     */
    private void tick() {
        long nowNanos = System.nanoTime();
        nowMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos);
        try {
            tickShared(nowNanos);
        } catch (RuntimeException | Error mistake) {
            bug(mistake);
        }
        crowd.tick(nowMillis);
    }

    private void tickShared(long nowNanos) {
        date = HttpDate.print(Instant.now()).getBytes(US_ASCII);
        memory.tick(nowNanos);
        takeTurns();
        upstream.tick(nowNanos);
        for (var route : table.current().routes()) {
            route.gate().tick(nowNanos);
        }
        pools.tick(nowNanos);
        files.tick(nowNanos);
    }

    /**
     * With many requests a second there is always one to come soon: to take the processor from an app that is about to answer the next
     * one costs both more than it brings, so they are taken together when the app's turn is over (ADR 37).
     * Not where much is passed on: what has come is in the processor's cache now, and would not be then.
     */
    private void takeTurns() {
        long requests = counters.requests - requestsThen;
        requestsThen = counters.requests;
        long large = counters.large - largeThen;
        largeThen = counters.large;
        boolean many = requests >= (batched ? MANY_REQUESTS / 2 : MANY_REQUESTS) && large < requests / 2;
        if (many != batched && start.turns().batch(many)) {
            batched = many;
        }
    }

    private boolean isListed(Target target) {
        for (var route : table.current().routes()) {
            if (route.targets().contains(target)) {
                return true;
            }
        }
        return false;
    }

    /** Forgets processes that have left the table. */
    public void tableChanged() {
        var present = new HashSet<Target>();
        for (var route : table.current().routes()) {
            present.addAll(route.targets());
        }
        present.addAll(ruleRoom.targets());
        upstream.keepOnly(present);
    }

    /** Lets each client go after its request; at once if {@code now}. */
    public void closeClients(boolean now) {
        crowd.close(now);
        if (now) {
            upstream.close();
        }
    }

    public Stats stats() {
        return counters.stats(crowd.size(), crowd.parkedNow(), upstream.idleConnections());
    }

    /** A mistake of ours: counted and told. */
    public void bug(Throwable mistake) {
        counters.bugs++;
        start.bugs().accept(mistake);
    }

    /** A mistake of an app: told at most once a second, or its log would fill with it. */
    void tell(AppMistake mistake) {
        if (nowMillis != toldMillis) {
            toldMillis = nowMillis;
            start.bugs().accept(mistake);
        }
    }

    /** Who is connected. */
    public Crowd crowd() {
        return crowd;
    }

    public EventLoop events() {
        return events;
    }

    /** What its sockets are made with. */
    public Transport transport() {
        return transport;
    }

    public ByteBufAllocator allocator() {
        return allocator;
    }

    public Settings settings() {
        return settings;
    }

    /** Where what comes in goes. */
    public LiveTable table() {
        return table;
    }

    UpstreamPool upstream() {
        return upstream;
    }

    /** Where files are read, which no loop may do. */
    public Executor disk() {
        return files.disk();
    }

    /** Servers whose addresses are known when a request is there. */
    RunTimePools pools() {
        return pools;
    }

    /** Where its requests are logged. */
    LoopLog accessLog() {
        return accessLog;
    }

    FileDoor files() {
        return files;
    }

    /** What is shown in place of {@code page}, given where the operator's own pages are. */
    public Page dressed(Page page, Settings of) {
        return files.errorPages().of(of.text(Setting.ERROR_PAGES), page);
    }

    /** What bodies that wait may take of memory and disk, all loops together. */
    public SpoolSpace spools() {
        return spools;
    }

    /** What the search for a route brings besides it: true until the next one on this loop. */
    Captured captured() {
        return captured;
    }

    /** What routes' rules need beside this loop. */
    RuleDoor rules() {
        return rules;
    }

    /** What routes' rules need on this loop. */
    RuleRoom ruleRoom() {
        return ruleRoom;
    }

    /** To ask {@link #files} with. */
    PathKey pathKey() {
        return pathKey;
    }

    /** Whether memory for connections is scarce, so that little is to be kept for a client that takes nothing. */
    public boolean memoryTight() {
        memory.came(0, System.nanoTime());
        return memory.tight();
    }

    @Override
    public boolean memoryTight(int bytes) {
        memory.came(bytes, System.nanoTime());
        return memory.tight();
    }

    /** Whether it was scarce when somebody last asked: a second ago at the most. */
    public boolean memoryWasTight() {
        return memory.tight();
    }

    /**
     * Whether so little memory is left that no further request is to be begun, and nothing to be kept that comes in. Costs nothing as
     * long as there was enough when somebody last asked, and whoever keeps something asks.
     */
    @Override
    public boolean memoryFull() {
        if (memory.full()) {
            memory.came(0, System.nanoTime());
        }
        return memory.full();
    }

    public Counters counters() {
        return counters;
    }

    /** Where heads are parsed; whoever uses it is done with it before it returns to the loop. */
    public byte[] scratch() {
        return scratch;
    }

    /** The reader of heads in {@link #scratch}. */
    public RequestHead head() {
        return head;
    }

    /** What the operator chose about heads. */
    public RequestEdit.Choices choices() {
        return choices;
    }

    /** Where heads are written; whoever uses it is done with it before it returns to the loop. */
    public HeadBytes out() {
        return out;
    }

    /** {@link System#nanoTime} in milliseconds, as of the last tick: up to a second old. */
    public long nowMillis() {
        return nowMillis;
    }

    /** The value for a Date field, up to a second old. */
    public byte[] date() {
        return date;
    }
}
