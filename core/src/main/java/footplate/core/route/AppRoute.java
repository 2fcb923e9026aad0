package footplate.core.route;

import footplate.core.config.Entry;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.name.AppName;
import footplate.core.pool.Load;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the data plane knows of one app at one moment. Immutable; compared by identity. */
public final class AppRoute {
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
            Settings http) {}

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
