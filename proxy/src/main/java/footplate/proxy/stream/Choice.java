package footplate.proxy.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import footplate.core.balance.Server;
import footplate.core.balance.Tried;
import footplate.core.config.Setting;
import footplate.core.retry.NextUpstream.Condition;
import footplate.core.route.AppRoute;
import footplate.core.route.Asking;
import footplate.core.route.Gate;
import footplate.core.route.Target;
import footplate.proxy.flow.Loop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which server a client's bytes go to, with the place that is claimed on it: the balancing of requests, for what has none. On its loop,
 * but for what {@link Asking} says.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what runs on the loops tells its own mistakes
final class Choice implements Asking {
    /** As long as a request of HTTP waits until a process that could not be reached is tried again. */
    private static final Duration REFUSED_FOR = Duration.ofMillis(200);

    private final Loop loop;
    private final AppRoute pool;
    private final InetAddress client;
    private final byte[] key;
    private Tried tried = Tried.NONE;
    private @Nullable Target target;
    private @Nullable Server server;
    private @Nullable Target failedAt;
    private int attempts;
    private final long beganNanos = System.nanoTime();
    private long sentNanos = beganNanos;

    Choice(Loop loop, AppRoute pool, InetSocketAddress client) {
        this.loop = loop;
        this.pool = pool;
        this.client = client.getAddress();
        var balancing = pool.balancing();
        var by = balancing == null ? null : balancing.key();
        this.key = by == null ? new byte[0] : by.render(this::variable).getBytes(ISO_8859_1);
    }

    /** What a hash may name, of all that there is of a request. */
    private @Nullable String variable(String name) {
        return name.equals("remote_addr") ? NetUtil.toAddressString(client, true) : null;
    }

    AppRoute pool() {
        return pool;
    }

    private Gate gate() {
        return pool.gate();
    }

    /** A place; null if none is free. */
    @Nullable
    Target claim() {
        return placed(gate().claim(pool, this, System.nanoTime()));
    }

    /** A place was granted that was waited for. */
    Target granted(Target place) {
        placed(place);
        return place;
    }

    private @Nullable Target placed(@Nullable Target place) {
        target = place;
        var balancing = pool.balancing();
        server = balancing == null ? null : balancing.server(place);
        sentNanos = System.nanoTime();
        return place;
    }

    /** Whether a place may come by waiting. */
    boolean mayWait() {
        var balancing = pool.balancing();
        return !isExternal() || (balancing != null && balancing.isWorthWaiting(tried));
    }

    private boolean isExternal() {
        var balancing = pool.balancing();
        return balancing != null && balancing.next() != null;
    }

    /** Somebody answers there. */
    void succeeded() {
        var its = server;
        var balancing = pool.balancing();
        if (its != null && balancing != null) {
            server = null;
            long now = System.nanoTime();
            its.succeeded(now - sentNanos, now - sentNanos, now);
            balancing.ended(its, 200, now);
        }
    }

    /** Nobody answers there: the place is given back. */
    void failed(boolean inTime) {
        var place = target;
        if (place == null) {
            return;
        }
        attempts++;
        learn(inTime);
        if (isExternal()) {
            gate().told(place);
            if (tried == Tried.NONE) {
                tried = Tried.nothing();
            }
            tried.add(place.load());
        } else if (gate().unreachable(place)) {
            loop.events()
                    .schedule(
                            () -> gate().tryAgain(place, System.nanoTime()),
                            REFUSED_FOR.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
        release();
        failedAt = place;
    }

    private void learn(boolean inTime) {
        var its = server;
        var balancing = pool.balancing();
        if (its != null && balancing != null) {
            server = null;
            long now = System.nanoTime();
            its.failed(now);
            balancing.ended(its, inTime ? 502 : 504, now);
        }
    }

    /** A place on another server than those where it failed; null if none is free, or it is to be tried no more. */
    @Nullable
    Target other(boolean inTime) {
        var from = failedAt;
        return from == null || !isAllowed(inTime)
                ? null
                : placed(gate().claimOther(pool, from, this, System.nanoTime()));
    }

    private boolean isAllowed(boolean inTime) {
        var balancing = pool.balancing();
        var next = balancing == null ? null : balancing.next();
        if (balancing == null || next == null) {
            return attempts < pool.http().count(Setting.TRIES);
        }
        var condition = inTime ? Condition.ERROR : Condition.TIMEOUT;
        return next.allows(condition, true, false, true, attempts, balancing.size(), System.nanoTime() - beganNanos);
    }

    /** Where it goes; null if it has no place. */
    @Nullable
    Target target() {
        return target;
    }

    /** Gives the place back, if there is one. */
    void release() {
        var place = target;
        if (place != null) {
            target = null;
            gate().release(place, System.nanoTime());
        }
    }

    @Override
    public Tried tried() {
        return tried;
    }

    @Override
    public @Nullable String named() {
        return null;
    }

    @Override
    public long chance() {
        return ThreadLocalRandom.current().nextLong();
    }

    @Override
    public byte[] address() {
        return client.getAddress();
    }

    @Override
    public byte[] key() {
        return key;
    }
}
