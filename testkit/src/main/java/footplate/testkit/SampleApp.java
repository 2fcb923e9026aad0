package footplate.testkit;

import footplate.core.config.AppDefinition;
import footplate.core.config.Entry;
import footplate.core.config.Launch;
import footplate.core.config.PoolSettings;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.StopSettings;
import footplate.core.config.StopSettings.StopSignal;
import footplate.core.name.AppName;
import footplate.core.name.HostName;
import footplate.core.supervise.Backoff;
import footplate.core.supervise.RestartRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * An app definition in few words, and how its processes behave: {@code SampleApp.named("shop").pool(2, 4)}. Its waits are
 * shorter than the usual ones, so that a world's story is short.
 *
 * @param version tells one definition of an app from another
 * @param settings how its deploys go
 */
public record SampleApp(String name, String version, PoolSettings pool, Conduct conduct, Settings settings) {
    private static final RestartRule RULE =
            new RestartRule(new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2)), Duration.ofSeconds(10), 5);
    private static final StopSettings STOP =
            new StopSettings(StopSignal.INT, Duration.ofMillis(1_600), Duration.ofSeconds(3));
    private static final Settings DEPLOYS = Settings.standard()
            .with(Setting.MIN_READY, "200ms")
            .with(Setting.DEADLINE, "15s")
            .with(Setting.MONITOR, "2s")
            .with(Setting.KEEP_OLD, "4s")
            .with(Setting.STEPS, "10%:1s,50%:2s,100%")
            .with(Setting.MIN_REQUESTS, "20");
    private static final Duration START_TIMEOUT = Duration.ofSeconds(3);

    /** An app of one process that behaves well. */
    public static SampleApp named(String name) {
        var pool = new PoolSettings(1, 1, 0, 100, Duration.ofSeconds(10), Duration.ofSeconds(5));
        return new SampleApp(name, "v1", pool, Conduct.GOOD, DEPLOYS);
    }

    public SampleApp pool(int min, int max) {
        return new SampleApp(name, version, pool.sized(min, max), conduct, settings);
    }

    /** So many requests at once per process, and so many in the queue. */
    public SampleApp concurrency(int each, int queue) {
        var bounds = new PoolSettings(pool.min(), pool.max(), each, queue, pool.queueTimeout(), pool.idleTimeout());
        return new SampleApp(name, version, bounds, conduct, settings);
    }

    public SampleApp version(String other) {
        return new SampleApp(name, other, pool, conduct, settings);
    }

    public SampleApp that(Conduct other) {
        return new SampleApp(name, version, pool, other, settings);
    }

    public SampleApp set(Setting setting, String value) {
        return new SampleApp(name, version, pool, conduct, settings.with(setting, value));
    }

    public AppDefinition definition() {
        return new AppDefinition(
                new AppName(name),
                "/apps/" + name,
                new Launch.Command(version),
                new Entry("127.0.0.1", 3000, List.of(new HostName(name + ".example"))),
                "production",
                Map.of(),
                pool,
                RULE,
                START_TIMEOUT,
                false,
                STOP,
                "",
                settings,
                0);
    }
}
