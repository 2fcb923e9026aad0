package footplate.daemon.os;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this process tells the service manager that runs it, if one does: sd_notify(3), the protocol of systemd. Safe for
 * any thread; never waits, and a word that cannot be sent is told once.
 */
public final class ServiceManager {
    /** The variable that names its socket. */
    public static final String VARIABLE = "NOTIFY_SOCKET";

    /** Runs us by no service manager. */
    public static final ServiceManager NONE = new ServiceManager(null, Duration.ZERO, _ -> {});

    private final @Nullable String socket;
    private final Duration watchdog;
    private final Consumer<String> troubles;
    private volatile boolean told;

    private ServiceManager(@Nullable String socket, Duration watchdog, Consumer<String> troubles) {
        this.socket = socket;
        this.watchdog = watchdog;
        this.troubles = troubles;
    }

    /**
     * The one that the environment names.
     *
     * @param troubles told once if it cannot be reached
     */
    public static ServiceManager of(Map<String, String> environment, Consumer<String> troubles) {
        var socket = environment.get(VARIABLE);
        if (socket == null || socket.length() < 2 || "/@".indexOf(socket.charAt(0)) < 0) {
            return NONE;
        }
        long micros = 0;
        try {
            micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
        } catch (NumberFormatException none) {
            // then it does not watch
        }
        return new ServiceManager(socket, Duration.ofNanos(micros * 1_000), troubles);
    }

    public boolean isThere() {
        return socket != null;
    }

    /** This process serves, and is the service's main one from now on. */
    public void ready() {
        tell("READY=1\nMAINPID=" + ProcessHandle.current().pid(), List.of());
    }

    /** This process ends of its own. */
    public void stopping() {
        tell("STOPPING=1", List.of());
    }

    /** A sign of life; nothing if nobody watches. */
    public void alive() {
        if (!watchdog.isZero()) {
            tell("WATCHDOG=1", List.of());
        }
    }

    /** What it is doing, in words, for {@code systemctl status}. */
    public void status(String words) {
        tell("STATUS=" + words, List.of());
    }

    /** Has it hold a listening socket open, so that connections wait in its queue while this process is gone. */
    public void hold(String name, int descriptor) {
        tell("FDSTORE=1\nFDNAME=" + name, List.of(descriptor));
    }

    /** Has it close what it holds by that name. */
    public void release(String name) {
        tell("FDSTOREREMOVE=1\nFDNAME=" + name, List.of());
    }

    private void tell(String words, List<Integer> descriptors) {
        if (socket == null) {
            return;
        }
        try {
            DescriptorPost.send(socket, words, descriptors);
            told = false;
        } catch (IOException failure) {
            if (!told) {
                told = true;
                troubles.accept("the service manager cannot be told '"
                        + words.lines().findFirst().orElse("") + "': " + failure.getMessage());
            }
        }
    }
}
