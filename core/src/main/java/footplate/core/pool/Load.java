package footplate.core.pool;

import footplate.core.measure.Outcomes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * How many requests one process has in hand, and whether it takes more.
 *
 * <p>Choosing a process and claiming a place on it is one compare-and-set on one word that also holds the closed mark:
 * after {@link #close} has returned no claim can succeed until {@link #reopen}, so a drain that sees zero has missed
 * nobody. A process that has refused a connection is marked in the same word: claims pass it over at no cost of their
 * own. Safe for any thread; never blocks.
 */
public final class Load {
    private static final int CLOSED = 1 << 31;
    private static final int REFUSES = 1 << 30;
    private static final int OUTS = 1 << 29 | 1 << 28 | 1 << 25 | 1 << 24;
    /** A trial's bit is two below the mark that comes back when it is taken. */
    private static final int TRIALS = 1 << 27 | 1 << 26;

    private static final int COUNT = (1 << 24) - 1;

    /** For claims that pass over a server that is {@link Out}, but for its trial. */
    public static final int WELL = ~TRIALS;

    /** For claims that take any server that is open, has not refused a connection just now, and is below its limit. */
    public static final int ANY = ~(TRIALS | OUTS);

    private static final VarHandle WORD;
    private static final VarHandle ESTIMATE;
    private static final VarHandle PROCESSED;
    private static final VarHandle TUNNELS;
    private static final VarHandle LAST_USED;

    static {
        try {
            var lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(Load.class, "word", int.class);
            ESTIMATE = lookup.findVarHandle(Load.class, "estimate", long.class);
            TUNNELS = lookup.findVarHandle(Load.class, "tunnels", int.class);
            PROCESSED = lookup.findVarHandle(Load.class, "processed", long.class);
            LAST_USED = lookup.findVarHandle(Load.class, "lastUsedNanos", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final int limit;
    private final boolean singleUse;
    private volatile int word;
    private volatile int tunnels;
    private volatile long estimate;
    private volatile long processed;
    private volatile @Nullable Outcomes outcomes;

    @SuppressWarnings("UnusedVariable") // read through LAST_USED
    private volatile long lastUsedNanos;

    /** Why a server gets no requests though it is open: each reason comes and goes for itself. */
    public enum Out {
        /** Too many failures; has trials. */
        FAILURES(1 << 29),
        /** Its circuit breaker is open; has trials. */
        CIRCUIT(1 << 28),
        /** Its active check says so. */
        CHECK(1 << 25),
        /** It is unlike the others. */
        OUTLIER(1 << 24);

        private final int mark;
        private final int trial;

        Out(int mark) {
            this.mark = mark;
            this.trial = (mark >>> 2) & TRIALS;
        }
    }

    /**
     * @param concurrency requests at once; 0 is unlimited
     * @param singleUse the first claim closes it ({@code tmp/always_restart.txt})
     * @param nowNanos {@link System#nanoTime} of its birth
     */
    public Load(int concurrency, boolean singleUse, long nowNanos) {
        if (concurrency < 0) {
            throw new IllegalArgumentException("concurrency " + concurrency);
        }
        this.limit = singleUse ? 1 : concurrency == 0 ? COUNT : Math.min(concurrency, COUNT);
        this.singleUse = singleUse;
        this.lastUsedNanos = nowNanos;
    }

    /**
     * Claims a place if the load is still {@code seen}, below the limit and open.
     *
     * @param seen what {@link #room} said when this process was chosen
     */
    boolean tryClaim(int seen) {
        return claimIf(seen + tunnels, WELL);
    }

    /**
     * Requests in hand that are work, if it takes another one, else -1 (closed, refusing, out, or at its limit). A WebSocket holds a
     * place, but is no work by itself: a process would get all requests for having fewer of them.
     */
    int room() {
        int taken = taken(WELL);
        return taken < 0 ? -1 : Math.max(0, taken - tunnels);
    }

    /**
     * Requests in hand, WebSockets too, if it takes another one, else -1.
     *
     * @param regard {@link #WELL} or {@link #ANY}
     */
    public int taken(int regard) {
        int seen = word & regard;
        // Every mark is above every limit, and the closed one is the sign.
        return Integer.compareUnsigned(seen, limit) < 0 ? seen : -1;
    }

    /**
     * Requests in hand, WebSockets too; more than any limit if it is closed, has refused, or is out.
     *
     * @param regard {@link #WELL} or {@link #ANY}
     */
    public long seen(int regard) {
        return Integer.toUnsignedLong(word & regard);
    }

    /** Whether it takes a request if this is what was {@link #seen}. */
    public boolean hasRoom(int seen) {
        return Integer.compareUnsigned(seen, limit) < 0;
    }

    /**
     * Claims a place if as many requests are in hand as when it was chosen.
     *
     * @param taken what {@link #taken} said
     * @param regard the same as there
     */
    public boolean claimIf(int taken, int regard) {
        int now = word;
        return (now & regard) == taken && taken < limit && WORD.compareAndSet(this, now, oneMore(now));
    }

    /**
     * Claims a place if there is one, however many requests are in hand.
     *
     * @param regard {@link #WELL} or {@link #ANY}
     */
    public boolean claim(int regard) {
        while (true) {
            int now = word;
            if (Integer.compareUnsigned(now & regard, limit) >= 0) {
                return false;
            }
            if (WORD.compareAndSet(this, now, oneMore(now))) {
                return true;
            }
        }
    }

    /** The word with one more place taken: a trial is used up by that, and nobody else gets one. */
    private int oneMore(int now) {
        int next = ((now & ~TRIALS) | ((now & TRIALS) << 2)) + 1;
        return singleUse ? next | CLOSED : next;
    }

    /**
     * Takes it out, for one reason; a trial that nobody has taken is off.
     *
     * @return whether this is news
     */
    public boolean out(Out why) {
        while (true) {
            int now = word;
            int next = (now | why.mark) & ~why.trial;
            if (WORD.compareAndSet(this, now, next)) {
                return now != next;
            }
        }
    }

    /**
     * The reason is gone.
     *
     * @return whether this is news
     */
    public boolean in(Out why) {
        int gone = why.mark | why.trial;
        return ((int) WORD.getAndBitwiseAnd(this, ~gone) & gone) != 0;
    }

    /** One request may try whether the reason is gone: the claim that takes it brings the mark back. */
    public void offerTrial(Out why) {
        while (true) {
            int now = word;
            if ((now & why.mark) == 0 || WORD.compareAndSet(this, now, (now & ~why.mark) | why.trial)) {
                return;
            }
        }
    }

    /** Whether it is out for this reason, and no trial is offered. */
    public boolean isOut(Out why) {
        return (word & why.mark) != 0;
    }

    /** Whether it is out for any reason, and no trial is offered. */
    public boolean isOut() {
        return (word & OUTS) != 0;
    }

    /** Whether it is out for any reason, a trial offered or not. */
    public boolean isInQuestion() {
        return (word & (OUTS | TRIALS)) != 0;
    }

    /** Requests in hand that are work: WebSockets left out, as {@link LeastBusyFirst} counts. */
    public int work(int taken) {
        return Math.max(0, taken - tunnels);
    }

    /** What a balancing method has measured of it, in whatever form it likes; beside the word, as both are read together. */
    public long estimate() {
        return estimate;
    }

    /** Replaces the estimate, if it is still {@code before}. */
    public boolean replaceEstimate(long before, long after) {
        return ESTIMATE.compareAndSet(this, before, after);
    }

    /** A claimed place has become a WebSocket's. */
    public void tunnelBegins() {
        TUNNELS.getAndAdd(this, 1);
    }

    /** A WebSocket ends; before its place is given back. */
    public void tunnelEnds() {
        TUNNELS.getAndAdd(this, -1);
    }

    /** Whether it has more than one request in hand, WebSockets left out. */
    public boolean isShared() {
        return underWay() - tunnels > 1;
    }

    /**
     * Gives a place back.
     *
     * @param nowNanos {@link System#nanoTime}
     * @return whether that was the last one of a closed load: it is drained
     */
    public boolean release(long nowNanos) {
        PROCESSED.getAndAdd(this, 1L);
        LAST_USED.setOpaque(this, nowNanos);
        int before = (int) WORD.getAndAdd(this, -1);
        if ((before & COUNT) == 0) {
            // The word as it was: one mistake must not look like a closed process from now on.
            WORD.getAndAdd(this, 1);
            PROCESSED.getAndAdd(this, -1L);
            throw new IllegalStateException("a place was released that nobody had claimed");
        }
        return isLast(before);
    }

    private static boolean isLast(int before) {
        return (before & (CLOSED | COUNT)) == (CLOSED | 1);
    }

    /**
     * Gives a place back that was claimed but never used.
     *
     * @return whether that was the last one of a closed load: it is drained
     */
    public boolean unclaim() {
        return isLast((int) WORD.getAndAdd(this, -1));
    }

    /**
     * Its process has refused a connection: no claim succeeds until {@link #forgive}.
     *
     * @return whether this is news
     */
    public boolean refuse() {
        return ((int) WORD.getAndBitwiseOr(this, REFUSES) & REFUSES) == 0;
    }

    /** It may be tried again. */
    public void forgive() {
        WORD.getAndBitwiseAnd(this, ~REFUSES);
    }

    /**
     * Takes no further claims from now on.
     *
     * @return whether it is drained already
     */
    public boolean close() {
        int before = (int) WORD.getAndBitwiseOr(this, CLOSED);
        return (before & COUNT) == 0;
    }

    /** Takes claims again: a process that was set aside is back. Not for one of a single use. */
    public void reopen() {
        if (!singleUse) {
            WORD.getAndBitwiseAnd(this, ~(CLOSED | REFUSES));
        }
    }

    /** Where the ends of its requests are counted; null if they are not. */
    public @Nullable Outcomes outcomes() {
        return outcomes;
    }

    /** Has the ends of its requests counted from now on; null: no longer. */
    public void countIn(@Nullable Outcomes counted) {
        outcomes = counted;
    }

    /** Requests in hand. */
    public int underWay() {
        return word & COUNT;
    }

    /** Requests answered so far. */
    public long processed() {
        return processed;
    }

    /** {@link System#nanoTime} of the last answer, or of the birth. */
    public long lastUsedNanos() {
        return (long) LAST_USED.getOpaque(this);
    }

    public boolean isClosed() {
        return word < 0;
    }
}
