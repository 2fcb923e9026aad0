package footplate.daemon.observe;

import footplate.core.supervise.ProcessId;
import footplate.daemon.os.CpuMeter;
import footplate.daemon.os.ProcessStats;
import footplate.daemon.os.ProcessStats.Sample;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Knows what each process uses, from a look at /proc every two seconds. */
public final class Sampler implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(2);

    /**
     * What a process uses.
     *
     * @param cpuPercent of one core, since the look before
     * @param memoryBytes resident set size
     */
    public record Use(double cpuPercent, long memoryBytes) {
        /** Of a process that is gone or was not looked at yet. */
        public static final Use UNKNOWN = new Use(0, 0);
    }

    private final Supplier<Collection<ProcessId>> processes;
    private final Map<ProcessId, Use> uses = new ConcurrentHashMap<>();
    private final Map<ProcessId, Sample> last = new HashMap<>();
    private final Thread thread;

    /**
     * Begins to look.
     *
     * @param processes which processes, asked at each look
     */
    public Sampler(Supplier<Collection<ProcessId>> processes) {
        this.processes = processes;
        this.thread = Thread.ofVirtual().name("sampler").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                look();
                Thread.sleep(EVERY);
            }
        } catch (InterruptedException asked) {
            // close() asked
        }
    }

    private void look() {
        var now = processes.get();
        last.keySet().retainAll(now);
        uses.keySet().retainAll(now);
        for (var process : now) {
            ProcessStats.sample(process).ifPresent(sample -> {
                var before = last.put(process, sample);
                double cpu = before == null ? 0 : CpuMeter.percent(before, sample);
                uses.put(process, new Use(cpu, sample.rssBytes()));
            });
        }
    }

    /** What {@code process} uses; a process that is new is looked at now. */
    public Use of(ProcessId process) {
        var known = uses.get(process);
        if (known != null) {
            return known;
        }
        return ProcessStats.sample(process)
                .map(sample -> new Use(0, sample.rssBytes()))
                .orElse(Use.UNKNOWN);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
