package footplate.core.rule;

import footplate.core.config.routes.Route;
import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Target;
import footplate.core.http.FieldValues;
import footplate.core.http.HeaderEdit;
import footplate.core.http.RequestHead;
import footplate.core.match.PathEdit;
import footplate.core.match.Phrase;
import footplate.core.match.Variables;
import footplate.core.rule.limit.Buckets;
import footplate.core.rule.limit.Counts;
import footplate.core.rule.limit.KeyedHash;
import footplate.core.rule.limit.RuleStates;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one route does to its requests and answers, made once for a configuration. In this order: real address, maintenance, access, concurrency,
 * rate, preflight ({@link #first}), then whom the shell has to ask: users, another server; then redirect, target and fields. Immutable but for
 * what limits count; safe for any thread.
 */
public final class RouteRules {
    private static final Verdict PASSES = new Verdict.Passes();
    private static final Verdict MAINTAINED = new Verdict.Maintained();
    private static final Verdict DENIED = new Verdict.Refused(403, "This address may not come in here.", 0);
    private static final Verdict CROWDED = new Verdict.Refused(503, "Too many requests at once.", 1);
    private static final String HEADER = "header:";
    private static final Rules.Edits NO_EDITS = new Rules.Edits(Map.of(), Map.of(), List.of());

    private final Rules rule;
    private final KeyedHash hash;
    private final @Nullable RealClient real;
    private final Networks spared;
    private final Access access;
    private final @Nullable Counts counts;
    private final @Nullable Buckets buckets;
    private final @Nullable CrossOrigin cors;
    private final @Nullable AuthServer auth;
    private final @Nullable Phrase location;
    private final int redirect;
    private final @Nullable PathEdit path;
    private final Edits requestEdits;
    private final Edits answerEdits;
    private final @Nullable HeaderEdit hsts;

    private RouteRules(Route route, RuleStates states) {
        this.rule = route.rules();
        this.hash = states.hash();
        this.real = rule.realIp() == null ? null : new RealClient(rule.realIp());
        this.spared = new Networks(
                rule.maintenance() == null ? List.of() : rule.maintenance().except());
        this.access = new Access(rule.access());
        var words = route.describe();
        var most = rule.concurrencyLimit();
        this.counts = most == null ? null : states.counts(words, most.by());
        var rate = rule.rateLimit();
        this.buckets = rate == null ? null : states.buckets(words, rate.rate(), rate.by());
        this.cors = CrossOrigin.of(rule.cors());
        this.auth = rule.forwardAuth() == null ? null : new AuthServer(rule.forwardAuth());
        boolean away = route.to() instanceof Target.Elsewhere;
        this.location = route.to() instanceof Target.Elsewhere elsewhere
                ? Phrase.of(elsewhere.location(), Phrase.Use.URL)
                : null;
        this.redirect = route.to() instanceof Target.Elsewhere elsewhere ? elsewhere.status() : 0;
        this.path = PathEdit.of(rule);
        // A client's own fields of these names must not be taken for the other server's word.
        this.requestEdits =
                new Edits(away ? NO_EDITS : rule.requestHeaders(), auth == null || away ? List.of() : auth.copied());
        this.answerEdits = new Edits(rule.responseHeaders(), List.of());
        this.hsts = rule.hsts() == null ? null : hsts(rule.hsts());
    }

    /** The rules of a route; null if it has none. */
    public static @Nullable RouteRules of(Route route, RuleStates states) {
        var rules = route.rules();
        boolean none = rules.rewrite() == null
                && rules.stripPrefix().isEmpty()
                && rules.requestHeaders().equals(NO_EDITS)
                && rules.responseHeaders().equals(NO_EDITS)
                && rules.hsts() == null
                && rules.cors() == null
                && rules.basicAuth() == null
                && rules.forwardAuth() == null
                && rules.access().allow().isEmpty()
                && rules.access().deny().isEmpty()
                && rules.realIp() == null
                && rules.rateLimit() == null
                && rules.concurrencyLimit() == null
                && rules.maintenance() == null
                && rules.mirror() == null
                && !(route.to() instanceof Target.Elsewhere);
        return none ? null : new RouteRules(route, states);
    }

    /** RFC 6797 §6.1; in place of the app's, as browsers heed the first only (§8.1). */
    private static HeaderEdit hsts(Rules.Hsts rule) {
        var value = "max-age=" + rule.maxAge().toSeconds() + (rule.subdomains() ? "; includeSubDomains" : "")
                + (rule.preload() ? "; preload" : "");
        var name = "Strict-Transport-Security";
        return HeaderEdit.of(List.of(name), HeaderEdit.line(name, value), null);
    }

    /** Who the client is, given who has connected. */
    public ClientAddress client(RequestHead head, ClientAddress peer) {
        return real != null && real.trusts(peer) ? real.address(head, peer) : peer;
    }

    /** How the client came, given how the connection did: a trusted proxy may have taken HTTPS off. */
    public String scheme(RequestHead head, ClientAddress peer, String connection) {
        var told = real != null && real.trusts(peer) ? RealClient.scheme(head) : null;
        return told == null ? connection : told;
    }

    /**
     * What needs nobody to be asked.
     *
     * @param held is given a place among those at once, which its owner gives back
     */
    public Verdict first(RequestHead head, ClientAddress client, Held held, long nowNanos) {
        if (rule.maintenance() != null && !spared.has(client)) {
            return MAINTAINED;
        }
        if (!access.admits(client)) {
            return DENIED;
        }
        var most = rule.concurrencyLimit();
        if (most != null && counts != null && !held.enter(counts, key(most.by(), head, client), most.most())) {
            return CROWDED;
        }
        var rate = rule.rateLimit();
        if (rate != null && buckets != null) {
            long wait = buckets.admit(key(rate.by(), head, client), rate.burst(), nowNanos);
            if (wait > 0) {
                return tooFast(wait);
            }
        }
        return cors != null && CrossOrigin.isPreflight(head) ? new Verdict.Preflight(cors.preflight(head)) : PASSES;
    }

    private static Verdict tooFast(long waitNanos) {
        long second = TimeUnit.SECONDS.toNanos(1);
        return new Verdict.Refused(
                429, "Too many requests in a short time.", (int) Math.min((waitNanos + second - 1) / second, 86_400));
    }

    /** Where there is no such field it is the address that is counted: leaving it out is no way around the limit. */
    private long key(String by, RequestHead head, ClientAddress client) {
        if (by.equals("route")) {
            return 0;
        }
        var value = by.startsWith(HEADER) ? FieldValues.of(head, by.substring(HEADER.length())) : List.<String>of();
        if (value.isEmpty()) {
            return client.key(hash);
        }
        // As long as an address at least, and like none that there is: the two never share a bucket.
        var bytes = (HEADER + "=" + value.getFirst()).getBytes(StandardCharsets.ISO_8859_1);
        return hash.of(bytes, 0, bytes.length);
    }

    /** The file of the page for those who come during maintenance; empty: our own. */
    public String maintenancePage() {
        return rule.maintenance() == null ? "" : rule.maintenance().page();
    }

    /** When they are told to come again; zero: not told. */
    public Duration maintenanceRetryAfter() {
        return rule.maintenance() == null ? Duration.ZERO : rule.maintenance().retryAfter();
    }

    /** Whose name and password are wanted; null if nobody's. */
    public Rules.@Nullable BasicAuth basicAuth() {
        return rule.basicAuth();
    }

    /** Who decides beside us; null if nobody does. */
    public @Nullable AuthServer auth() {
        return auth;
    }

    /** The status of the redirect that the route is; 0 if it is none. */
    public int redirectStatus() {
        return redirect;
    }

    /** Where the redirect leads. */
    public String location(Variables variables) {
        if (location == null) {
            throw new IllegalStateException("a route is no redirect and is asked where to");
        }
        return location.render(variables);
    }

    /** Path and query to send on; null if they stay as they are. */
    public @Nullable String target(RequestHead head, Variables variables) {
        return path == null || !head.path().startsWith("/") ? null : path.target(head, variables);
    }

    /** The change to the request's fields. */
    public HeaderEdit requestEdit(Variables variables) {
        return requestEdits.of(variables);
    }

    /** The change to the answer's fields, whoever answers; a preflight is answered with lines of its own. */
    public HeaderEdit answerEdit(RequestHead head, String scheme, Variables variables) {
        var edit = answerEdits.of(variables);
        if (hsts != null && scheme.equals("https")) {
            edit = edit.and(hsts);
        }
        return cors == null || CrossOrigin.isPreflight(head) ? edit : edit.and(cors.edit(head));
    }

    /** Where a copy of the requests goes; null if nowhere. */
    public Rules.@Nullable Mirror mirror() {
        return rule.mirror();
    }

    @Override
    public String toString() {
        return "rules of a route" + (redirect == 0 ? "" : " that is a redirect");
    }
}
