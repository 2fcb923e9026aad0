package footplate.daemon;

import footplate.api.client.HomeLayout;
import footplate.core.keep.State;
import footplate.daemon.keep.StateFile;
import footplate.daemon.os.HomeLock;
import footplate.daemon.os.ListeningSockets;
import footplate.daemon.os.ServiceManager;
import footplate.daemon.upgrade.Takeover;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The background daemon: one for each home, whoever starts it and however often. */
public final class DaemonMain {
    /** Another daemon has this home (EX_TEMPFAIL of sysexits.h). */
    public static final int ANOTHER_RUNS = 75;

    private static final long RESTART_SECONDS = 3;

    private DaemonMain() {}

    /**
     * Is the daemon until it is told to leave, by {@code footplate kill} or a signal.
     *
     * @param environment where the home is: {@code FOOTPLATE_HOME} or {@code HOME}
     * @return the exit code
     */
    public static int run(Map<String, String> environment, String version, PrintStream log) {
        try {
            var layout = HomeLayout.of(environment);
            layout.make();
            layout.checkOurs();
            var services = ServiceManager.of(environment, line -> print(log, line));
            var given = ListeningSockets.of(environment, ProcessHandle.current().pid());
            var lock = environment.containsKey(Takeover.VARIABLE)
                    ? Optional.<HomeLock>empty()
                    : HomeLock.tryTake(layout.home());
            if (lock.isPresent()) {
                try (var taken = lock.get()) {
                    return serve(layout, version, new Origin(services, given, taken, null), log);
                }
            }
            var takeover = meet(environment, layout, version, services);
            lock = takeover == null ? Optional.empty() : HomeLock.tryTake(layout.home());
            if (takeover == null || lock.isEmpty()) {
                print(log, "another daemon has " + layout.home() + "; this one leaves");
                rest(services);
                return ANOTHER_RUNS;
            }
            try (var taken = lock.get()) {
                var sockets = takeover.sockets().and(given);
                return serve(layout, version, new Origin(services, sockets, taken, takeover), log);
            }
        } catch (HomeLayout.Unusable unusable) {
            var problem = unusable.problem();
            print(log, problem.where() + ": " + problem.what() + "\n    " + problem.mend());
        } catch (StateFile.Unreadable unreadable) {
            print(log, String.valueOf(unreadable.getMessage()));
        } catch (IOException failure) {
            print(
                    log,
                    "the daemon cannot begin: " + failure
                            + "\n    Mend what the message names (a full disk, missing permissions).");
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        restWhereStartedAgain(environment);
        return 1;
    }

    private static void restWhereStartedAgain(Map<String, String> environment) {
        try {
            rest(ServiceManager.of(environment, _ -> {}));
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Meets the daemon that this one is to follow: the one that started it, or one that a service manager finds in its place.
     * What will be read then is read before, to see that it can be.
     *
     * @return null if this one was not to follow any
     */
    private static @Nullable Takeover meet(
            Map<String, String> environment, HomeLayout layout, String version, ServiceManager services)
            throws IOException, StateFile.Unreadable, InterruptedException {
        var socket = environment.get(Takeover.VARIABLE);
        if (socket == null && !services.isThere()) {
            return null;
        }
        StateFile.read(layout.stateFile(), _ -> {});
        var takeover = socket == null
                ? Takeover.ask(layout, version)
                : Takeover.meet(Path.of(socket), layout.handoverBox(), version);
        takeover.await();
        return takeover;
    }

    /** A service manager starts it again at once: it is not to do so all the time. */
    private static void rest(ServiceManager services) throws InterruptedException {
        if (services.isThere()) {
            TimeUnit.SECONDS.sleep(RESTART_SECONDS);
        }
    }

    private static int serve(HomeLayout layout, String version, Origin origin, PrintStream log)
            throws IOException, InterruptedException, StateFile.Unreadable {
        State found = StateFile.read(layout.stateFile(), line -> print(log, line));
        var ended = new CountDownLatch(1);
        boolean followed = false;
        try (var daemon = new Daemon(
                new Daemon.Kind(layout, false, found.settings(), null, version, origin, line -> print(log, line)),
                ProxyDataPlane::start)) {
            daemon.stream()
                    .view(told -> print(
                            log,
                            "app " + told.happening().app() + ": "
                                    + told.happening().describe()));
            Files.writeString(layout.pidFile(), ProcessHandle.current().pid() + "\n");
            print(log, "the daemon of " + layout.home() + " begins, version " + version);
            daemon.start(found);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> leaveBySignal(daemon, ended, log), "leave-by-signal"));
            daemon.awaitLeft();
            followed = daemon.successor() != null;
        } finally {
            if (!followed) {
                Files.deleteIfExists(layout.pidFile());
            }
            print(log, "the daemon leaves");
            ended.countDown();
        }
        return 0;
    }

    /**
     * SIGTERM, SIGINT, SIGHUP: the apps are stopped in order before the JVM ends, with exit code 0, as that is what was
     * asked for. The JVM's own code would be 128 + the signal. Runs also at an end that no signal asked for, which keeps
     * its exit code.
     */
    private static void leaveBySignal(Daemon daemon, CountDownLatch ended, PrintStream log) {
        if (ended.getCount() == 0) {
            return;
        }
        try {
            if (daemon.successor() != null) {
                daemon.endNow();
            } else if (!daemon.leaving()) {
                print(log, "told to leave by a signal: stopping every app");
                daemon.leave();
            }
            ended.await();
            Runtime.getRuntime().halt(0);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private static synchronized void print(PrintStream log, String line) {
        log.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + line);
        log.flush();
    }
}
