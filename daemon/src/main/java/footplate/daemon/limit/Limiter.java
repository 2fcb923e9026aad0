package footplate.daemon.limit;

import footplate.core.limit.LimitWatch;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Looks each second at what the apps' processes use, and says what the limits ask for. Decides nothing. */
public final class Limiter implements AutoCloseable {
    private static final long EVERY_MILLIS = 1_000;

    private final Supplier<List<LimitWatch.AppUse>> uses;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Consumer<LimitWatch.Verdict> verdicts;
    private final CountDownLatch closed = new CountDownLatch(1);
    private LimitWatch watch = LimitWatch.START;

    /**
     * One that looks when it is told to, or once it was started.
     *
     * @param uses what the apps with limits use now
     * @param clock the wall's, for schedules
     * @param verdicts takes what is to be done; returns at once
     */
    Limiter(
            Supplier<List<LimitWatch.AppUse>> uses,
            InstantSource clock,
            ZoneId zone,
            Consumer<LimitWatch.Verdict> verdicts) {
        this.uses = uses;
        this.clock = clock;
        this.zone = zone;
        this.verdicts = verdicts;
    }

    /**
     * Begins to look each second, by this machine's clock.
     *
     * @param mistakes takes our own; the next second is looked at all the same
     */
    public static Limiter start(
            Supplier<List<LimitWatch.AppUse>> uses,
            Consumer<LimitWatch.Verdict> verdicts,
            Consumer<Throwable> mistakes) {
        var limiter = new Limiter(uses, InstantSource.system(), ZoneId.systemDefault(), verdicts);
        Thread.ofVirtual().name("limits").start(() -> limiter.run(mistakes));
        return limiter;
    }

    private void run(Consumer<Throwable> mistakes) {
        try {
            while (!closed.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    look();
                } catch (RuntimeException mistake) {
                    mistakes.accept(mistake);
                }
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    void look() {
        var look = watch.look(clock.instant(), zone, uses.get());
        watch = look.watch();
        look.verdicts().forEach(verdicts);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
