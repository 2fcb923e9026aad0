package footplate.core.config;

import footplate.core.name.AppName;
import footplate.core.supervise.RestartRule;
import java.time.Duration;
import java.util.Map;

/**
 * One app as its operator defined it: everything needed to start it again, without asking anybody.
 *
 * @param name the app's name
 * @param root absolute path of the app's folder
 * @param launch how its process is started
 * @param entry where clients reach it
 * @param environmentName {@code development}, {@code production} or any other (Passenger: --environment)
 * @param environment the environment of the call that defined it; values are secrets
 * @param pool size of the pool and its queue
 * @param restart backoff after crashes
 * @param startTimeout from the start of a process until it must be ready (Passenger: start_timeout, 90 s)
 * @param waitReady ready means {@code process.send('ready')}, not the first listen (PM2: wait_ready)
 * @param stop how its processes are stopped
 * @param publicDirectory absolute path of the folder of static files, or empty if the app has none
 * @param settings what was chosen of {@link Setting.Scope#APP}; it goes before the server's
 * @param release the number of the release that this is, from 1; 0 if releases are not counted
 */
public record AppDefinition(
        AppName name,
        String root,
        Launch launch,
        Entry entry,
        String environmentName,
        Map<String, Secret> environment,
        PoolSettings pool,
        RestartRule restart,
        Duration startTimeout,
        boolean waitReady,
        StopSettings stop,
        String publicDirectory,
        Settings settings,
        int release) {
    public AppDefinition {
        environment = Map.copyOf(environment);
        if (!startTimeout.isPositive()) {
            throw new IllegalArgumentException("start timeout " + startTimeout + ": must be above 0");
        }
    }

    /** In development a failed start is explained to the browser; elsewhere only its id is shown. */
    public boolean development() {
        return environmentName.equals("development");
    }

    /** The same with other bounds of its pool. */
    public AppDefinition sized(int min, int max) {
        return copy(entry, pool.sized(min, max), settings, release);
    }

    /** The same, listening on another port of its address. */
    public AppDefinition onPort(int port) {
        return copy(new Entry(entry.address(), port, entry.hosts()), pool, settings, release);
    }

    /** The same with these settings. */
    public AppDefinition with(Settings others) {
        return copy(entry, pool, others, release);
    }

    /** The same, as a release of this number. */
    public AppDefinition numbered(int number) {
        return copy(entry, pool, settings, number);
    }

    private AppDefinition copy(Entry itsEntry, PoolSettings itsPool, Settings itsSettings, int itsRelease) {
        return new AppDefinition(
                name,
                root,
                launch,
                itsEntry,
                environmentName,
                environment,
                itsPool,
                restart,
                startTimeout,
                waitReady,
                stop,
                publicDirectory,
                itsSettings,
                itsRelease);
    }
}
