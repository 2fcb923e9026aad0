package footplate.proxy.flow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.balance.Server;
import footplate.core.balance.Tried;
import footplate.core.http.AskedFields;
import footplate.core.http.RequestHead;
import footplate.core.http.ResponseHead;
import footplate.core.match.Captured;
import footplate.core.match.RequestVariables;
import footplate.core.retry.NextUpstream;
import footplate.core.retry.NextUpstream.Condition;
import footplate.core.route.AppRoute;
import footplate.core.route.Asking;
import footplate.core.route.Balancing;
import footplate.core.route.Target;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The part of an exchange that knows of balancing: what the choice of a target goes by, and what the target's balancing learns from
 * what became of the request. Where an app has none, it costs a look at a field.
 */
final class Attempt implements Asking {
    private static final byte[] NONE = new byte[0];

    private final RequestFacts facts;
    private @Nullable Balancing balancing;
    private @Nullable Server server;
    private Tried tried = Tried.NONE;
    private int count;
    private @Nullable String named;
    private byte[] key = NONE;
    private long firstSentNanos;
    private long sentNanos;
    private long headNanos;
    private int status;

    Attempt(RequestFacts facts) {
        this.facts = facts;
    }

    /** A request begins. */
    void begin(AppRoute app, RequestHead head, Captured captured) {
        server = null;
        count = 0;
        balancing = app.balancing();
        if (balancing != null) {
            tried = Tried.NONE;
            var cookie = balancing.cookie();
            named = cookie == null ? null : AskedFields.cookie(head, cookie);
            var by = balancing.key();
            key = by == null
                    ? NONE
                    : by.render(new RequestVariables(head, captured.groups(), facts))
                            .getBytes(ISO_8859_1);
        }
    }

    /** Where its address leads to is known. */
    void leadsTo(AppRoute pool) {
        balancing = pool.balancing();
        tried = Tried.NONE;
        named = null;
        key = NONE;
    }

    /** A target has been chosen. */
    void claimed(AppRoute app, Target target) {
        var its = app.balancing();
        if (its == null && balancing == null) {
            return;
        }
        balancing = its;
        server = its == null ? null : its.server(target);
        status = 0;
    }

    /** The request goes to it. */
    void sent() {
        count++;
        if (server != null) {
            sentNanos = System.nanoTime();
            if (count == 1) {
                firstSentNanos = sentNanos;
            }
        }
    }

    /** The head of its final answer has come, and is passed on. */
    void answered(ResponseHead head, @Nullable Target target) {
        if (balancing == null) {
            return;
        }
        headNanos = System.nanoTime();
        status = head.status();
        var line = target == null ? null : balancing.setCookie(target, named);
        if (line != null) {
            head.add(line.getBytes(US_ASCII));
        }
    }

    /** Its answer is complete. */
    void succeeded() {
        var its = server;
        if (its == null || balancing == null) {
            return;
        }
        server = null;
        long now = System.nanoTime();
        if (isFailure(Condition.of(status))) {
            its.failed(now);
        } else {
            its.succeeded(headNanos - sentNanos, now - sentNanos, now);
        }
        balancing.ended(its, status, now);
    }

    private boolean isFailure(@Nullable Condition condition) {
        var next = balancing == null ? null : balancing.next();
        return condition != null && next != null && next.isFailure(condition);
    }

    /** No answer came from it, or not all of it, or none that could be passed on. */
    void failed(Condition condition) {
        var its = server;
        if (its == null || balancing == null) {
            return;
        }
        server = null;
        long now = System.nanoTime();
        if (balancing.next() == null || isFailure(condition)) {
            its.failed(now);
        }
        int code = NextUpstream.status(condition);
        balancing.ended(its, code == 0 ? (condition == Condition.TIMEOUT ? 504 : 502) : code, now);
    }

    /** Whether its targets are servers that we did not start: then {@link #allows} has a say. */
    boolean external() {
        return balancing != null && balancing.next() != null;
    }

    /** Whether a request that may be sent only once by its method goes to another server all the same. */
    boolean repeatsAny() {
        var next = balancing == null ? null : balancing.next();
        return next != null && next.nonIdempotent();
    }

    /**
     * Whether another server may be asked.
     *
     * @param sent whether any of the request was sent to this one
     * @param most most tries of one request, whatever the upstream says
     */
    boolean allows(Condition condition, boolean idempotent, boolean sent, boolean replayable, int refused, int most) {
        var its = balancing;
        var next = its == null ? null : its.next();
        return its != null
                && next != null
                && count + refused < most
                && next.allows(
                        condition,
                        idempotent,
                        sent,
                        replayable,
                        count + refused,
                        its.size(),
                        count == 0 ? 0 : System.nanoTime() - firstSentNanos);
    }

    /** Whether a request that got no place may get one by waiting. */
    boolean mayWait() {
        return !external() || (balancing != null && balancing.isWorthWaiting(tried));
    }

    /** It is not to be sent there again. */
    void tried(Target target) {
        if (balancing != null) {
            if (tried == Tried.NONE) {
                tried = Tried.nothing();
            }
            tried.add(target.load());
        }
    }

    /** It waits, for whoever is free first, and be it where it was before: who stands in front must not hold up the others. */
    void waits() {
        tried = Tried.NONE;
    }

    @Override
    public Tried tried() {
        return tried;
    }

    @Override
    public @Nullable String named() {
        return named;
    }

    @Override
    public long chance() {
        return ThreadLocalRandom.current().nextLong();
    }

    @Override
    public byte[] address() {
        return facts.address();
    }

    @Override
    public byte[] key() {
        return key;
    }
}
