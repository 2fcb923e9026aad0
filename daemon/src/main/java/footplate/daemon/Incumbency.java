package footplate.daemon;

import footplate.api.client.HomeLayout;
import footplate.core.config.Setting;
import footplate.core.keep.Effect;
import footplate.core.supervise.Phase;
import footplate.daemon.control.Turnstile;
import footplate.daemon.keep.Keeper;
import footplate.daemon.keep.Runs;
import footplate.daemon.keep.StateFile;
import footplate.daemon.keep.Tables;
import footplate.daemon.os.HomeLock;
import footplate.daemon.output.LogSizeWatch;
import footplate.daemon.upgrade.Drains;
import footplate.daemon.upgrade.Incumbent;
import footplate.daemon.upgrade.Successor;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What of a daemon is held still while another one takes over, and what is left of it then. */
final class Incumbency implements Incumbent {
    private static final long SAVE_LIMIT_SECONDS = 5;
    private static final long LOCK_LIMIT_MILLIS = 5_000;
    private static final long LOOK_MILLIS = 50;

    /** What others may connect to, or cause, from outside. */
    interface Doors {
        /** Causes nothing by itself any more. */
        void rest();

        /** Opens all again, in place of those of another daemon. */
        void reopen() throws IOException;

        /** Leaves them to another daemon. */
        void leave() throws IOException;
    }

    /** The parts of the daemon. */
    record Parts(
            Keeper keeper,
            Runs runs,
            Tables tables,
            Drains drains,
            DataPlane dataPlane,
            LogSizeWatch logSizes,
            StateFile stateFile,
            Turnstile turnstile,
            Doors doors) {}

    private final HomeLayout layout;
    private final Parts parts;
    private final Runnable left;
    private final Consumer<String> log;
    private @Nullable HomeLock lock;
    private volatile @Nullable Successor successor;

    /**
     * @param lock the right to the home
     * @param left called when nothing is left to do
     */
    Incumbency(HomeLayout layout, Parts parts, @Nullable HomeLock lock, Runnable left, Consumer<String> log) {
        this.layout = layout;
        this.parts = parts;
        this.lock = lock;
        this.left = left;
        this.log = log;
    }

    /** The daemon that has followed; null if none has. */
    @Nullable
    Successor successor() {
        return successor;
    }

    @Override
    public boolean hold(Duration longest) throws InterruptedException {
        return parts.turnstile().hold(longest);
    }

    @Override
    public void release() {
        parts.turnstile().open();
    }

    @Override
    public boolean busy() {
        return parts.keeper().state().apps().values().stream()
                .flatMap(app -> app.instances().stream())
                .anyMatch(i -> i.phase() instanceof Phase.Starting || i.phase() instanceof Phase.Stopping);
    }

    @Override
    public void freeze() throws IOException, InterruptedException {
        parts.doors().rest();
        parts.runs().freeze();
        parts.keeper().freeze();
        parts.logSizes().pause();
        try {
            parts.stateFile().save(parts.keeper().state());
            parts.stateFile().written().get(SAVE_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            goOn(false);
            throw new IOException("this daemon's state cannot be written to " + layout.stateFile(), failure);
        }
        if (lock != null) {
            lock.close();
        }
    }

    @Override
    public void thaw() throws IOException {
        if (!retake()) {
            // Another daemon has the home: two must not decide. What this one has begun it answers.
            log.accept("another daemon has " + layout.home() + " by now: this one leaves");
            parts.dataPlane().part();
            parts.doors().leave();
            parts.keeper().stop();
            parts.keeper().thaw();
            parts.runs().handOver();
            Thread.ofVirtual().name("departure").start(this::depart);
            return;
        }
        // The other one may have written it.
        parts.stateFile().save(parts.keeper().state());
        goOn(true);
        log.accept("the upgrade has failed: this daemon goes on");
    }

    /** The kernel takes the lock from a process that has ended; another one that came by itself leaves again at once. */
    private boolean retake() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOCK_LIMIT_MILLIS);
        while (System.nanoTime() - deadline < 0) {
            var again = HomeLock.tryTake(layout.home());
            if (again.isPresent()) {
                lock = again.get();
                return true;
            }
            pause();
        }
        return false;
    }

    private void goOn(boolean taken) throws IOException {
        try {
            if (taken) {
                Files.writeString(layout.pidFile(), ProcessHandle.current().pid() + "\n");
            }
            parts.doors().reopen();
        } finally {
            try {
                parts.runs().thaw(taken);
            } finally {
                parts.logSizes().goOn();
                parts.keeper().thaw();
            }
        }
    }

    @Override
    public void leaveTo(Successor next) throws IOException {
        successor = next;
        parts.dataPlane().part();
        parts.doors().leave();
        parts.keeper().stop();
        parts.keeper().thaw();
        parts.runs().handOver();
        parts.logSizes().leave();
        parts.turnstile().close();
        var last = parts.keeper().state();
        next.follow(
                parts.drains(),
                routes -> parts.tables().publish(new Effect.Publish(routes, last.configured(), last.settings())),
                parts.tables()::drain,
                left);
        log.accept("PID " + next.pid() + " is the daemon now; this one answers what it has begun");
        Thread.ofVirtual().name("departure").start(this::depart);
    }

    private void depart() {
        long deadline = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(
                        parts.keeper().state().settings().millis(Setting.UPGRADE_DRAIN));
        while ((clients() > 0 || parts.drains().any()) && System.nanoTime() - deadline < 0) {
            pause();
        }
        left.run();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Map<String, Integer> sockets() {
        return parts.dataPlane().descriptors();
    }

    @Override
    public int clients() {
        return parts.dataPlane().clients();
    }
}
