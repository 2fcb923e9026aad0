package footplate.daemon.keep;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.AppDefinition;
import footplate.core.config.Entry;
import footplate.core.config.Launch;
import footplate.core.config.PoolSettings;
import footplate.core.config.Settings;
import footplate.core.config.StopSettings;
import footplate.core.config.StopSettings.StopSignal;
import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.supervise.Exit;
import footplate.core.supervise.ProcessId;
import footplate.core.supervise.RestartRule;
import footplate.daemon.os.Child;
import footplate.daemon.os.Processes;
import footplate.daemon.os.Signal;
import footplate.daemon.os.SpawnFailure;
import footplate.daemon.os.SpawnRequest;
import footplate.daemon.output.LogFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The races around a process that does not exist yet, with real processes that exist when the test says so. */
final class RunsIT {
    private static final RunId RUN = new RunId(1);

    @TempDir
    Path home;

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final OnHold processes = new OnHold(Processes.forThisMachine());
    private final AppDefinition app = new AppDefinition(
            new AppName("sleeper"),
            "/",
            new Launch.Command("sleep 600"),
            new Entry("127.0.0.1", 3_000, List.of()),
            "production",
            Map.of(),
            new PoolSettings(1, 1, 0, 1, Duration.ofSeconds(1), Duration.ofSeconds(1)),
            RestartRule.USUAL,
            Duration.ofSeconds(60),
            false,
            new StopSettings(StopSignal.TERM, Duration.ofSeconds(60), Duration.ofSeconds(1)),
            "",
            Settings.standard(),
            0);
    private boolean started;
    private boolean over;
    private Runs runs;

    @BeforeEach
    void open() throws IOException {
        runs = new Runs(
                processes,
                Tokens.forOnce(),
                new Runs.Places(home, home.resolve("preload.cjs"), new LogFiles(home)),
                home.resolve("apps.sock"),
                Settings::standard,
                events::add);
    }

    @AfterEach
    void close() throws Exception {
        processes.go.countDown();
        if (started && !over) {
            runs.kill(RUN);
            exit();
        }
        runs.awaitCleaned();
        runs.close();
    }

    @Test
    void aProcessAskedToLeaveWhileItIsBeingStartedLeavesAsSoonAsItIsThere() throws Exception {
        start();
        assertThat(processes.begun.await(10, TimeUnit.SECONDS)).isTrue();

        runs.ask(new Effect.Ask(RUN, app, false));
        processes.go.countDown();

        assertThat(events.poll(10, TimeUnit.SECONDS)).isInstanceOf(Event.Spawned.class);
        assertThat(exit()).isEqualTo(new Exit.Signalled(15));
    }

    @Test
    void aStartThatBreaksInAnyWayEnds() throws Exception {
        processes.failure = new AssertionError("a native call was bound wrongly");
        processes.go.countDown();

        start();

        assertThat(exit()).isEqualTo(new Exit.NeverStarted());
    }

    @Test
    void ofARunThatIsGoneTheKeeperIsToldAgain() throws Exception {
        runs.kill(new RunId(99));

        assertThat(events.poll(10, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        Event.Exited.class, exited -> assertThat(exited.run()).isEqualTo(new RunId(99)));
    }

    private void start() {
        started = true;
        runs.start(new Effect.Start(app, new InstanceId(0), 0, RUN));
    }

    private Exit exit() throws InterruptedException {
        while (true) {
            var event = events.poll(10, TimeUnit.SECONDS);
            assertThat(event).as("the run's end").isNotNull();
            if (event instanceof Event.Exited exited) {
                over = true;
                return exited.exit();
            }
        }
    }

    /** Real processes, whose start waits for a word, or fails. */
    private static final class OnHold implements Processes {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        volatile @Nullable Error failure;
        private final Processes real;

        OnHold(Processes real) {
            this.real = real;
        }

        @Override
        public Child spawn(SpawnRequest request) throws SpawnFailure {
            begun.countDown();
            try {
                go.await();
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
            }
            var broken = failure;
            if (broken != null) {
                throw broken;
            }
            return real.spawn(request);
        }

        @Override
        public Optional<Child> find(ProcessId id) {
            return real.find(id);
        }

        @Override
        public boolean signal(ProcessId id, Signal signal) {
            return real.signal(id, signal);
        }

        @Override
        public void killGroup(int group) {
            real.killGroup(group);
        }

        @Override
        public String describe() {
            return real.describe();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
