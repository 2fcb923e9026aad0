package footplate.daemon.os;

import footplate.core.supervise.ProcessId;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/**
 * A variable in the environment of a process we start, which all its descendants inherit: by it they are found again,
 * also those that went to a session of their own.
 *
 * @param name {@link #RUN} or {@link #LEASH}
 * @param token at least 8 letters, digits or dashes, never used for anything else
 */
public record Marker(String name, String token) {
    /** Marks the processes of one run of one instance. */
    public static final String RUN = "FOOTPLATE_RUN";

    /** Marks all processes of one foreground daemon. */
    public static final String LEASH = "FOOTPLATE_LEASH";

    public Marker {
        if (!name.equals(RUN) && !name.equals(LEASH)) {
            throw new IllegalArgumentException("a marker is called " + RUN + " or " + LEASH + ", not " + name);
        }
        if (!token.matches("[A-Za-z0-9-]{8,128}")) {
            throw new IllegalArgumentException("a marker's token has 8 to 128 letters, digits or dashes: " + token);
        }
    }

    /** A marker with a token of 128 random bits. */
    public static Marker fresh(String name) {
        var bits = new byte[16];
        new SecureRandom().nextBytes(bits);
        return new Marker(name, HexFormat.of().formatHex(bits));
    }

    /**
     * Takes every marker out of the environment of a process that is not to end with us or the app that starts it: a
     * background daemon may be started from within an app of another one.
     */
    public static void strip(Map<String, String> environment) {
        environment.remove(RUN);
        environment.remove(LEASH);
    }

    /** Puts the marker into the environment of a process to be started. */
    public void mark(Map<String, String> environment) {
        environment.put(name, token);
    }

    /**
     * Whether a process is certainly not one that was started with this marker. PID and start time alone do not tell: both
     * may come again, after a reboot above all.
     */
    public boolean isMissingOn(ProcessId id) {
        return Proc.startedWithout(id.pid(), entry());
    }

    /** {@code NAME=token}, as it stands in the environment. */
    String entry() {
        return name + "=" + token;
    }
}
