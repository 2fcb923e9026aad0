package footplate.daemon.keep;

import footplate.core.health.Observation;
import footplate.core.supervise.Exit;
import footplate.core.unit.Durations;
import footplate.daemon.health.Probe;
import footplate.daemon.os.Child;
import footplate.daemon.os.Marker;
import footplate.daemon.os.ProcessTree;
import footplate.daemon.os.Processes;
import footplate.daemon.os.Rights;
import footplate.daemon.os.SpawnFailure;
import footplate.daemon.os.SpawnRequest;
import footplate.daemon.output.LinesSince;
import footplate.daemon.runtime.LaunchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks by a command: exit code 0 is well. Each time it is a process tree of its own, which is ended with all it has
 * started when its time is over, when it has printed too much, or when nobody wants to know any more.
 */
final class CommandProbe implements Probe {
    private static final long MOST_OUTPUT = 1024 * 1024;
    private static final Duration BETWEEN_LOOKS_AT_OUTPUT = Duration.ofMillis(250);

    private final Processes processes;
    private final LaunchPlan plan;
    private final Marker home;
    private final Path output;
    private final Rights rights;

    /**
     * @param home marks it as a process of this home
     * @param output a file for what it prints; deleted after each time
     * @param rights the app's
     */
    CommandProbe(Processes processes, LaunchPlan plan, Marker home, Path output, Rights rights) {
        this.processes = processes;
        this.plan = plan;
        this.home = home;
        this.output = output;
        this.rights = rights;
    }

    @Override
    public Observation look(Duration timeout) throws InterruptedException {
        var own = Marker.fresh(Marker.RUN);
        var environment = new HashMap<>(plan.environment());
        own.mark(environment);
        home.mark(environment);
        try {
            Files.deleteIfExists(output);
            try {
                var child = processes.spawn(
                        new SpawnRequest(plan.command(), plan.directory(), environment, output, output, 0, rights));
                return look(child, ProcessTree.of(processes, own, child.id()), timeout);
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (SpawnFailure failure) {
            return new Observation.Failed(
                    "the command cannot be started: " + failure.problem().what());
        } catch (IOException | IllegalStateException failure) {
            return new Observation.Failed("the command cannot be started: " + failure.getMessage());
        }
    }

    private Observation look(Child child, ProcessTree tree, Duration timeout) throws InterruptedException, IOException {
        try {
            long deadline = System.nanoTime() + timeout.toNanos();
            for (long left = timeout.toNanos(); left > 0; left = deadline - System.nanoTime()) {
                try {
                    var exit =
                            child.exit().get(Math.min(left, BETWEEN_LOOKS_AT_OUTPUT.toNanos()), TimeUnit.NANOSECONDS);
                    return exit instanceof Exit.Code(var code) && code == 0
                            ? new Observation.Passed()
                            : new Observation.Failed(exit.describe() + lastWords());
                } catch (TimeoutException _) {
                    if (Files.size(output) > MOST_OUTPUT) {
                        return new Observation.Failed("it printed more than 1 MB" + lastWords());
                    }
                } catch (ExecutionException impossible) {
                    throw new IllegalStateException("an exit does not fail", impossible);
                }
            }
            return new Observation.Failed("no end within " + Durations.print(timeout) + lastWords());
        } finally {
            // Also after its end: it may have left something in the background.
            tree.kill();
        }
    }

    private String lastWords() throws IOException {
        var lines = LinesSince.of(output, 0, 1);
        if (lines.isEmpty() || lines.getFirst().isBlank()) {
            return "";
        }
        var line = lines.getFirst().strip();
        return ": " + (line.length() > 200 ? line.substring(0, 200) + "…" : line);
    }
}
