package footplate.daemon.keep;

import footplate.core.supervise.Exit;
import footplate.daemon.os.Cgroup;
import footplate.daemon.os.Cgroups;
import footplate.daemon.os.Processes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The cgroup of one run, where it has a cap, and what was told of those whom the kernel killed in it. Guarded by itself. */
final class Capped {
    /** A run without a cap. */
    static final Capped NOT = new Capped(null, null);

    private static final long EVERY_MILLIS = 1_000;
    private final @Nullable Cgroups all;
    private final @Nullable Cgroup cgroup;
    private final CountDownLatch over = new CountDownLatch(1);
    private long told;
    private boolean left;

    private Capped(@Nullable Cgroups all, @Nullable Cgroup cgroup) {
        this.all = all;
        this.cgroup = cgroup;
        this.told = cgroup == null ? 0 : cgroup.kills();
    }

    /** In {@code cgroup} from now on: what was killed in it before is old news. */
    static Capped in(Cgroups all, Optional<Cgroup> cgroup) {
        return cgroup.map(its -> new Capped(all, its)).orElse(NOT);
    }

    Optional<Cgroup> cgroup() {
        return Optional.ofNullable(cgroup);
    }

    List<Path> doors() {
        return cgroup == null ? List.of() : cgroup.doors();
    }

    /**
     * Looks each second whether the kernel has killed a process other than the one that leads; costs a read of one small file.
     *
     * @param partKilled hears of it, with the cap in bytes
     */
    void watch(LongConsumer partKilled) {
        var mine = cgroup;
        if (mine == null || mine.memory() == 0) {
            return;
        }
        Thread.ofVirtual().name("caps").start(() -> {
            try {
                long before = told();
                while (!over.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                    // Seen in two looks: had it been the leading process, its end would have come in between.
                    if (tell(before)) {
                        partKilled.accept(mine.memory());
                    }
                    before = mine.kills();
                }
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private synchronized long told() {
        return told;
    }

    /** Whether {@code kills} are news of a run that goes on; they are none from now on. */
    private synchronized boolean tell(long kills) {
        if (over.getCount() == 0 || kills <= told) {
            return false;
        }
        told = kills;
        return true;
    }

    /** How the run ended, its process having ended so. */
    synchronized Exit ended(Exit exit) {
        over.countDown();
        return cgroup != null && cgroup.kills() > told ? new Exit.OutOfMemory(cgroup.memory(), exit) : exit;
    }

    void kill(Processes processes) {
        if (cgroup != null) {
            cgroup.kill(processes);
        }
    }

    /** Its processes are gone. */
    void remove() {
        over.countDown();
        if (all != null && cgroup != null && !hasLeft()) {
            all.remove(cgroup);
        }
    }

    private synchronized boolean hasLeft() {
        return left;
    }

    /** It is another daemon's. */
    synchronized void leave() {
        left = true;
        over.countDown();
    }
}
