package footplate.daemon.os;

import footplate.daemon.os.ProcessStats.Sample;
import java.util.concurrent.TimeUnit;

/** Turns CPU times into a load. */
public final class CpuMeter {
    private CpuMeter() {}

    /**
     * CPU used between two samples of the same process, in percent of one core: two busy threads make 200.
     *
     * @return 0 where no time lies between them
     */
    public static double percent(Sample earlier, Sample later) {
        if (!earlier.id().equals(later.id())) {
            throw new IllegalArgumentException("samples of two processes: " + earlier.id() + ", " + later.id());
        }
        long nanos = later.atNanos() - earlier.atNanos();
        if (nanos <= 0) {
            return 0;
        }
        double cpuSeconds = (double) (later.cpuTicks() - earlier.cpuTicks()) / Proc.ticksPerSecond();
        return Math.max(0, 100 * cpuSeconds * TimeUnit.SECONDS.toNanos(1) / nanos);
    }
}
