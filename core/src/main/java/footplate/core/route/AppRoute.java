package footplate.core.route;

import footplate.core.config.Entry;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.name.AppName;
import footplate.core.pool.Load;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the data plane knows of one app at one moment. What it says never changes; compared by identity. */
public final class AppRoute {
    private static final int MOST_OTHERS = 256;

    private final AppName app;
    private final Entry entry;
    private final List<Target> targets;
    private final Load[] loads;
    private final Availability availability;
    private final Gate gate;
    private final Terms terms;
    private final boolean buffers;
    private final @Nullable Canary canary;
    private final @Nullable Balancing balancing;
    private final AppRoute plain;
    private final Settings over;
    private volatile List<AppRoute> others = List.of();

    /**
     * A new release that has a share of the requests.
     *
     * @param route its processes, with a queue of their own
     */
    public record Canary(Split split, AppRoute route) {}

    /** One without a canary. */
    public AppRoute(AppName app, Entry entry, List<Target> targets, Availability availability, Gate gate, Terms terms) {
        this(app, entry, targets, availability, gate, terms, null, null);
    }

    /**
     * @param targets its ready processes, the one started first before the others
     * @param gate its queue, which outlives this object
     * @param balancing how one of them is chosen; null: the least busy one, the first among equals
     */
    public AppRoute(
            AppName app,
            Entry entry,
            List<Target> targets,
            Availability availability,
            Gate gate,
            Terms terms,
            @Nullable Canary canary,
            @Nullable Balancing balancing) {
        this.app = app;
        this.entry = entry;
        this.targets = List.copyOf(targets);
        this.loads = this.targets.stream().map(Target::load).toArray(Load[]::new);
        this.availability = availability;
        this.gate = gate;
        this.terms = terms;
        this.buffers = buffers(terms);
        this.canary = canary;
        this.balancing = balancing;
        this.plain = this;
        this.over = Settings.standard();
    }

    private AppRoute(AppRoute plain, Settings over) {
        this.app = plain.app;
        this.entry = plain.entry;
        this.targets = plain.targets;
        this.loads = plain.loads;
        this.availability = plain.availability;
        this.gate = plain.gate;
        this.terms = plain.terms.with(over);
        this.buffers = buffers(terms);
        this.canary = plain.canary == null
                ? null
                : new Canary(plain.canary.split(), plain.canary.route().with(over));
        this.balancing = plain.balancing;
        this.plain = plain;
        this.over = over;
    }

    private static boolean buffers(Terms terms) {
        return switch (Setting.BUFFERING.choices().get(terms.http().choice(Setting.BUFFERING))) {
            case "on" -> true;
            case "off" -> false;
            default -> !terms.unlimited();
        };
    }

    /**
     * What of an app's definition its requests need.
     *
     * @param unlimited whether a process takes any number of requests at once
     * @param canGrow whether the pool may start another process
     * @param maxQueue most requests that wait
     * @param queueTimeout longest wait
     * @param development whether error pages explain themselves
     * @param publicDirectory absolute path of its static files, or empty
     * @param http how its requests are served
     */
    public record Terms(
            boolean unlimited,
            boolean canGrow,
            int maxQueue,
            Duration queueTimeout,
            boolean development,
            String publicDirectory,
            Settings http) {
        private Terms with(Settings over) {
            return new Terms(unlimited, canGrow, maxQueue, queueTimeout, development, publicDirectory, http.with(over));
        }
    }

    /**
     * The same processes and the same queue, for requests of a route with settings of its own. Made once for each; any thread.
     *
     * @param its what the route has chosen
     */
    public AppRoute with(Settings its) {
        if (its.choosesNothing()) {
            return plain;
        }
        var known = plain.known(its);
        return known != null ? known : plain.make(its);
    }

    private @Nullable AppRoute known(Settings its) {
        // Few: an app has some routes with settings, not thousands of different ones.
        for (var other : others) {
            if (other.over.equals(its)) {
                return other;
            }
        }
        return null;
    }

    private synchronized AppRoute make(Settings its) {
        var known = known(its);
        if (known != null) {
            return known;
        }
        var made = new AppRoute(this, its);
        // One that lives on while files come and go does not keep what all of them chose.
        var kept = others.size() < MOST_OTHERS ? others : List.<AppRoute>of();
        others = Stream.concat(kept.stream(), Stream.of(made)).toList();
        return made;
    }

    /** What the route has chosen whose requests this is for. */
    public Settings over() {
        return over;
    }

    /** The one for requests of every other route; itself if it is that. */
    public AppRoute plain() {
        return plain;
    }

    public AppName app() {
        return app;
    }

    public Entry entry() {
        return entry;
    }

    public List<Target> targets() {
        return targets;
    }

    Load[] loads() {
        return loads;
    }

    public Availability availability() {
        return availability;
    }

    public Gate gate() {
        return gate;
    }

    public boolean unlimited() {
        return terms.unlimited();
    }

    public boolean canGrow() {
        return terms.canGrow();
    }

    public int maxQueue() {
        return terms.maxQueue();
    }

    public Duration queueTimeout() {
        return terms.queueTimeout();
    }

    public boolean development() {
        return terms.development();
    }

    /** Whether bodies are taken in full, so that no process waits for a slow client ({@link Setting#BUFFERING}). */
    public boolean buffers() {
        return buffers;
    }

    /** A new release that has a share of the requests; null if there is none. */
    public @Nullable Canary canary() {
        return canary;
    }

    /** How one of its targets is chosen; null: the least busy one, the first among equals. */
    public @Nullable Balancing balancing() {
        return balancing;
    }

    /** How its requests are served: the server's settings, with the app's own in place of them. */
    public Settings http() {
        return terms.http();
    }

    public String publicDirectory() {
        return terms.publicDirectory();
    }
}
