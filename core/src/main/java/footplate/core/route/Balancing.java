package footplate.core.route;

import footplate.core.balance.Balancer;
import footplate.core.balance.Outliers;
import footplate.core.balance.Server;
import footplate.core.balance.StickyCookies;
import footplate.core.balance.Tried;
import footplate.core.match.Phrase;
import footplate.core.retry.NextUpstream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one of a route's targets is chosen for a request, where that is not Passenger's rule, and what is learnt from what became of it.
 * An app's processes and servers that we did not start are the same to it. Safe for any thread.
 */
public final class Balancing {
    private final Balancer balancer;
    private final List<Target> targets;
    private final Map<Target, Server> servers = new HashMap<>();
    private final @Nullable Keeping keeping;
    private final @Nullable Outliers outliers;
    private final @Nullable NextUpstream next;
    private final @Nullable Phrase key;
    private final boolean pending;

    /**
     * A cookie that keeps a client at one target.
     *
     * @param name the cookie's
     * @param cookies its values, by the places of the targets
     * @param lifetime how long clients keep it; zero: until they are closed
     */
    public record Keeping(String name, StickyCookies cookies, Duration lifetime) {}

    /**
     * One for these targets.
     *
     * @param targets in the order of the balancer's servers
     * @param next when a request goes to another server that we did not start; null for an app's processes
     * @param key what a hash goes by; null if the method is none
     * @param pending whether more targets are about to be found
     */
    public Balancing(
            Balancer balancer,
            List<Target> targets,
            @Nullable Keeping keeping,
            @Nullable Outliers outliers,
            @Nullable NextUpstream next,
            @Nullable Phrase key,
            boolean pending) {
        var all = balancer.servers();
        if (all.size() != targets.size()) {
            throw new IllegalArgumentException(all.size() + " servers for " + targets.size() + " targets");
        }
        this.balancer = balancer;
        this.targets = List.copyOf(targets);
        for (int place = 0; place < all.size(); place++) {
            if (all.get(place).load() != this.targets.get(place).load()) {
                throw new IllegalArgumentException("server " + place + " counts for another target");
            }
            servers.put(this.targets.get(place), all.get(place));
        }
        this.keeping = keeping;
        this.outliers = outliers;
        this.next = next;
        this.key = key;
        this.pending = pending;
    }

    /** The place of a target that was chosen, and on which a place was claimed; -1 if none takes a request now. */
    int claim(Asking asking, long nowNanos) {
        var kept = keeping;
        int preferred = kept == null ? -1 : kept.cookies().find(asking.named());
        return balancer.claim(asking, asking.chance(), asking.tried(), preferred, nowNanos);
    }

    /** Whether a request that got no place may get one by waiting: something that it has not tried is well, and only full, or nobody knows yet where it is. */
    public boolean isWorthWaiting(Tried tried) {
        if (pending && targets.isEmpty()) {
            return true;
        }
        for (var server : balancer.servers()) {
            if (server.isIn() && !tried.has(server.load())) {
                return true;
            }
        }
        return false;
    }

    /** The balancer, for the one that serves after it. */
    public Balancer balancer() {
        return balancer;
    }

    /** What balancing knows of a target; null if it is none of these. */
    public @Nullable Server server(@Nullable Target target) {
        return target == null ? null : servers.get(target);
    }

    /** What a hash goes by; null if the method is none. */
    public @Nullable Phrase key() {
        return key;
    }

    /** How many there are. */
    public int size() {
        return targets.size();
    }

    /** When a request goes to another server that we did not start; null for an app's processes. */
    public @Nullable NextUpstream next() {
        return next;
    }

    /** The name of the cookie that keeps a client at one target; null if nothing does. */
    public @Nullable String cookie() {
        return keeping == null ? null : keeping.name();
    }

    /**
     * The line that has a client come back to {@code target} (RFC 6265 §4.1); null if nothing is kept, or the client knows.
     *
     * @param named what its cookie says; null if it has none
     */
    public @Nullable String setCookie(Target target, @Nullable String named) {
        var kept = keeping;
        int place = kept == null ? -1 : targets.indexOf(target);
        if (kept == null || place < 0 || kept.cookies().find(named) == place) {
            return null;
        }
        return "Set-Cookie: " + kept.name() + "=" + kept.cookies().value(place) + "; Path=/"
                + (kept.lifetime().isZero()
                        ? ""
                        : "; Max-Age=" + kept.lifetime().toSeconds())
                + "; HttpOnly; SameSite=Lax\r\n";
    }

    /**
     * A request that was sent to {@code server} has been answered, or not.
     *
     * @param status of the answer; 502 or 504 where there was none
     * @param nowNanos {@link System#nanoTime}
     */
    public void ended(Server server, int status, long nowNanos) {
        if (outliers != null) {
            outliers.ended(server, status, nowNanos);
        }
    }

    /** Called about once a second by every event loop. */
    void tick(long nowNanos) {
        if (outliers != null) {
            outliers.tick(nowNanos);
        }
    }
}
