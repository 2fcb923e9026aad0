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
    private static final int COUNT = REFUSES - 1;
    private static final VarHandle WORD;
    private static final VarHandle PROCESSED;
    private static final VarHandle TUNNELS;
    private static final VarHandle LAST_USED;

    static {
        try {
            var lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(Load.class, "word", int.class);
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
    private volatile long processed;
    private volatile @Nullable Outcomes outcomes;

    @SuppressWarnings("UnusedVariable") // read through LAST_USED
    private volatile long lastUsedNanos;

    /**
     * @param concurrency requests at once; 0 is unlimited
     * @param singleUse the first claim closes it ({@code tmp/always_restart.txt})
     * @param nowNanos {@link System#nanoTime} of its birth
     */
    public Load(int concurrency, boolean singleUse, long nowNanos) {
        if (concurrency < 0) {
            throw new IllegalArgumentException("concurrency " + concurrency);
        }
        this.limit = singleUse ? 1 : concurrency == 0 ? COUNT : concurrency;
        this.singleUse = singleUse;
        this.lastUsedNanos = nowNanos;
    }

    /**
     * Claims a place if the load is still {@code seen}, below the limit and open.
     *
     * @param seen what {@link #room} said when this process was chosen
     */
    boolean tryClaim(int seen) {
        int before = seen + tunnels;
        return before < limit && WORD.compareAndSet(this, before, singleUse ? before + 1 | CLOSED : before + 1);
    }

    /**
     * Requests in hand that are work, if it takes another one, else -1 (closed, refusing, or at its limit). A WebSocket holds a
     * place, but is no work by itself: a process would get all requests for having fewer of them.
     */
    int room() {
        int now = word;
        // The mark of a refusal is above every limit.
        return now >= limit || now < 0 ? -1 : Math.max(0, now - tunnels);
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
        return (before & ~REFUSES) == (CLOSED | 1);
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
            WORD.getAndBitwiseAnd(this, COUNT);
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
