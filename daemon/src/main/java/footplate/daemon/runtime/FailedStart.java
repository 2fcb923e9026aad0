package footplate.daemon.runtime;

import footplate.core.config.Launch;
import footplate.core.supervise.Exit;
import footplate.core.supervise.Journey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known about a start that failed.
 *
 * @param launch what was started
 * @param root absolute path of the app's folder
 * @param exit how the process ended; null if it did not, and the start timeout passed
 * @param startTimeout the time it had
 * @param waitReady whether ready means {@code process.send('ready')}
 * @param listened whether it listened where it should
 * @param steps the start's steps as far as they came
 * @param lastOutput the last lines it printed on stdout and stderr, oldest first
 * @param error the uncaught exception that the preload told of; null if none
 * @param otherAddresses where else it listens, such as {@code 127.0.0.1:9000}
 * @param illness why its health check kept it from being ready; null if that is not why
 */
public record FailedStart(
        Launch launch,
        Path root,
        @Nullable Exit exit,
        Duration startTimeout,
        boolean waitReady,
        boolean listened,
        List<Journey.Step> steps,
        List<String> lastOutput,
        Report.@Nullable Failed error,
        List<String> otherAddresses,
        @Nullable Illness illness) {
    /**
     * A health check that was not passed.
     *
     * @param check as the operator wrote it, such as {@code http:/up}
     * @param last how it failed the last time
     */
    public record Illness(String check, String last) {}

    public FailedStart {
        steps = List.copyOf(steps);
        lastOutput = List.copyOf(lastOutput);
        otherAddresses = List.copyOf(otherAddresses);
    }
}
