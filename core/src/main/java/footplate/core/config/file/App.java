package footplate.core.config.file;

import footplate.core.config.Settings;
import footplate.core.config.routes.HostMatch;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An app as the file has it; what is null or empty is what {@code footplate start} takes without the flag.
 *
 * @param root its folder, or its startup file
 * @param start its command line; empty: found from the folder's files
 * @param listen addresses of its own; empty: those of the file
 * @param instances how many processes
 */
public record App(
        String name,
        String root,
        String start,
        String build,
        List<HostMatch> hosts,
        List<Listen> listen,
        String environment,
        Map<String, Worth> env,
        @Nullable Instances instances,
        Running running,
        Settings settings) {
    public App {
        hosts = List.copyOf(hosts);
        listen = List.copyOf(listen);
        env = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(env));
    }

    /** How many processes. */
    public sealed interface Instances {
        String describe();
    }

    /** {@code 4}, {@code 2..4}. */
    public record Between(int least, int most) implements Instances {
        public Between {
            if (least < 0 || most < 1 || least > most) {
                throw new IllegalArgumentException(
                        "instances %d..%d: the second is 1 or more and not below the first".formatted(least, most));
            }
        }

        @Override
        public String describe() {
            return least == most ? Integer.toString(least) : least + ".." + most;
        }
    }

    /** {@code max}: as many as the machine has cores. */
    public record EachCore() implements Instances {
        @Override
        public String describe() {
            return "max";
        }
    }

    /** How its processes run; null: as without the flag of {@code footplate start}. */
    public record Running(
            @Nullable Integer concurrency,
            @Nullable Integer maxQueue,
            @Nullable Duration queueTimeout,
            @Nullable Duration idleTimeout,
            @Nullable Duration startTimeout,
            @Nullable Duration killTimeout,
            @Nullable String stopSignal,
            boolean waitReady) {}
}
