package footplate.core.config;

import java.time.Duration;

/**
 * How a process is asked to leave.
 *
 * @param signal sent first
 * @param killTimeout from that signal until the whole process tree is killed (PM2: kill_timeout)
 * @param drainTimeout longest wait for requests and WebSockets under way before the signal ({@link Setting#DRAIN})
 */
public record StopSettings(StopSignal signal, Duration killTimeout, Duration drainTimeout) {
    public StopSettings {
        if (killTimeout.isNegative() || drainTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "kill timeout %s, drain timeout %s: neither can be negative".formatted(killTimeout, drainTimeout));
        }
    }

    /** The signals that ask for an orderly end. */
    public enum StopSignal {
        INT,
        TERM
    }
}
