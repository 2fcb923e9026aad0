package footplate.daemon.os;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes sure that the apps of a foreground daemon end with it, even when it is killed with SIGKILL: a small shell in a
 * session of its own (Ctrl-C does not reach it) sleeps on a pipe from us. When the pipe breaks, it ends every process
 * that carries our {@link Marker}; after an orderly {@link #close()} it just leaves.
 */
public final class Leash implements AutoCloseable {
    private final Process guardian;
    private final OutputStream pipe;

    private Leash(Process guardian) {
        this.guardian = guardian;
        this.pipe = guardian.getOutputStream();
    }

    /**
     * Puts all processes with this marker on a leash, those started later included.
     *
     * @param grace from SIGTERM to SIGKILL once we are gone; whole seconds
     * @throws IOException if there is no shell to be started
     */
    public static Leash hold(Marker marker, Duration grace) throws IOException {
        var command = new ArrayList<String>();
        Program.onOurPath("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.addAll(List.of(
                "/bin/sh", "-c", script(), "sh", marker.entry(), Long.toString(Math.max(0, grace.toSeconds()))));
        var builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        // It must not find itself: of our environment it gets only what finds grep and kill.
        builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
        return new Leash(builder.start());
    }

    private static String script() throws IOException {
        try (var in = Leash.class.getResourceAsStream("leash.sh")) {
            if (in == null) {
                throw new IllegalStateException("leash.sh is missing from the package");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** PID of the shell at the far end. */
    public long guardian() {
        return guardian.pid();
    }

    /** Takes the leash off: our end no longer ends the apps. */
    @Override
    public void close() throws IOException {
        try (pipe) {
            pipe.write("done\n".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
