package footplate.core.route;

import footplate.core.config.Entry;
import footplate.core.name.AppName;
import footplate.core.pool.Load;
import java.time.Duration;
import java.util.List;

/** What the data plane knows of one app at one moment. Immutable; compared by identity. */
public final class AppRoute {
    private final AppName app;
    private final Entry entry;
    private final List<Target> targets;
    private final Load[] loads;
    private final Availability availability;
    private final Gate gate;
    private final Settings settings;

    /**
     * @param targets its ready processes, the one started first before the others
     * @param gate its queue, which outlives this object
     */
    public AppRoute(
            AppName app, Entry entry, List<Target> targets, Availability availability, Gate gate, Settings settings) {
        this.app = app;
        this.entry = entry;
        this.targets = List.copyOf(targets);
        this.loads = this.targets.stream().map(Target::load).toArray(Load[]::new);
        this.availability = availability;
        this.gate = gate;
        this.settings = settings;
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
     */
    public record Settings(
            boolean unlimited,
            boolean canGrow,
            int maxQueue,
            Duration queueTimeout,
            boolean development,
            String publicDirectory) {}

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
        return settings.unlimited();
    }

    public boolean canGrow() {
        return settings.canGrow();
    }

    public int maxQueue() {
        return settings.maxQueue();
    }

    public Duration queueTimeout() {
        return settings.queueTimeout();
    }

    public boolean development() {
        return settings.development();
    }

    public String publicDirectory() {
        return settings.publicDirectory();
    }
}
