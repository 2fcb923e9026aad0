package footplate.core.route;

import footplate.core.balance.Balance;
import footplate.core.balance.Balancer;
import footplate.core.balance.Group;
import footplate.core.balance.OutlierTerms;
import footplate.core.balance.Outliers;
import footplate.core.balance.Server;
import footplate.core.balance.ServerTerms;
import footplate.core.balance.Sticky;
import footplate.core.balance.StickyCookies;
import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.routes.Template;
import footplate.core.match.Phrase;
import footplate.core.retry.NextUpstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What balancing knows of the targets of one route, from one table to the next. Who writes the tables uses it, and nobody else.
 */
public final class Fleet {
    private final Terms terms;
    private final Group group;
    private final @Nullable Phrase key;
    private final Map<Target, Known> known = new HashMap<>();
    private List<Member> members = List.of();
    private boolean pending;
    private @Nullable Balancing balancing;

    /**
     * How its requests are shared out.
     *
     * @param group the method, and when a server is cut off; shared by all tables
     * @param panicPercent see {@link Balancer}
     * @param sticky what keeps a client at one target; null: nothing
     * @param secret what cookies are signed with
     * @param lifetime of the cookie; zero: until the client is closed
     * @param outliers when one is left out; null: never
     * @param next when a request goes to another server; null for an app's processes
     */
    public record Terms(
            Group group,
            int panicPercent,
            @Nullable Sticky sticky,
            Secret secret,
            Duration lifetime,
            @Nullable OutlierTerms outliers,
            @Nullable NextUpstream next) {
        /**
         * What an app's settings say; null where they ask for Passenger's rule alone, which takes no memory.
         *
         * @param http in which {@link Setting#BALANCE} is one that can be read
         */
        public static @Nullable Terms of(Settings http, Secret secret, @Nullable NextUpstream next) {
            var method = http.text(Setting.BALANCE);
            boolean sticks = http.on(Setting.STICKY_SESSIONS);
            if (method.equals(Setting.BALANCE.standard()) && !sticks) {
                return null;
            }
            var read = Balance.read(Setting.BALANCE.label(), method, new ArrayList<>());
            return new Terms(
                    new Group(read == null ? new Balance.LeastBusy() : read),
                    0,
                    sticks ? new Sticky(http.text(Setting.STICKY_SESSIONS_COOKIE), true) : null,
                    secret,
                    Duration.ZERO,
                    null,
                    next);
        }

        @Nullable
        Phrase key() {
            return group.balance() instanceof Balance.Hash(var text, boolean _)
                    ? Phrase.of(Template.of(text), Phrase.Use.FIELD)
                    : null;
        }
    }

    /**
     * A target that takes part.
     *
     * @param name what hashes and cookies know it by
     */
    public record Member(Target target, String name, ServerTerms terms) {}

    private record Known(Server server, ServerTerms terms) {}

    public Fleet(Terms terms) {
        this.terms = terms;
        this.group = terms.group();
        this.key = terms.key();
    }

    /** How one of these is chosen; the same object as before if they are the same. */
    public Balancing of(List<Member> now, long nowNanos) {
        return of(now, false, nowNanos);
    }

    /**
     * The same.
     *
     * @param awaits whether more of them are about to be found
     */
    public Balancing of(List<Member> now, boolean awaits, long nowNanos) {
        var before = balancing;
        if (before != null && members.equals(now) && awaits == pending) {
            return before;
        }
        boolean joins = !known.isEmpty();
        var targets = new ArrayList<Target>();
        var servers = new ArrayList<Server>();
        for (var member : now) {
            var its = known.get(member.target());
            if (its == null || !its.terms().equals(member.terms())) {
                its = new Known(
                        new Server(group, member.name(), member.target().load(), member.terms(), joins, nowNanos),
                        member.terms());
                known.put(member.target(), its);
            }
            targets.add(member.target());
            servers.add(its.server());
        }
        known.keySet().retainAll(new HashSet<>(targets));
        members = List.copyOf(now);
        pending = awaits;
        var sticky = terms.sticky();
        var outliers = terms.outliers();
        var fresh = new Balancing(
                new Balancer(group, servers, terms.panicPercent(), before == null ? null : before.balancer(), nowNanos),
                targets,
                sticky == null
                        ? null
                        : new Balancing.Keeping(
                                sticky.cookie(),
                                new StickyCookies(
                                        sticky,
                                        List.of(terms.secret()),
                                        servers.stream().map(Server::name).toList()),
                                terms.lifetime()),
                outliers == null ? null : new Outliers(outliers, servers, nowNanos),
                terms.next(),
                key,
                awaits);
        balancing = fresh;
        return fresh;
    }
}
