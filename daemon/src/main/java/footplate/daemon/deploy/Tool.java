package footplate.daemon.deploy;

import footplate.daemon.os.Marker;
import footplate.daemon.os.ProcessTree;
import footplate.daemon.os.Processes;
import footplate.daemon.os.Scheduling;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a program that helps to make a release, its output line by line to whoever waits. It and all it started are gone when
 * the call returns, and if the daemon dies meanwhile, the next one ends them (they carry the home's marker).
 */
final class Tool {
    private static final int LONGEST_LINE = 8_192;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final Processes processes;
    private final String home;

    /**
     * Programs of one home.
     *
     * @param home the token that marks all its processes
     */
    Tool(Processes processes, String home) {
        this.processes = processes;
        this.home = home;
    }

    /** It did not end in time, and was killed. */
    static final class TooLong extends Exception {
        private static final long serialVersionUID = 1L;

        TooLong() {
            super("it took too long", null, false, false);
        }
    }

    /**
     * Runs a program to its end.
     *
     * @param environment its whole environment
     * @param lines takes what it writes, standard error included, each line cut at 8 KiB; called on another thread
     * @return its exit code
     */
    int run(
            List<String> command,
            Path directory,
            Map<String, String> environment,
            Duration limit,
            Consumer<String> lines)
            throws IOException, InterruptedException, TooLong {
        var marker = Marker.fresh(Marker.RUN);
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(environment);
        new Marker(Marker.LEASH, home).mark(builder.environment());
        marker.mark(builder.environment());
        Scheduling.usualForChildren();
        var process = builder.start();
        var reader = Thread.ofVirtual().name("tool-output").start(() -> read(process.getInputStream(), lines));
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TooLong();
            }
            return process.exitValue();
        } finally {
            // Not by the Process itself: that would close its output, of which the last is yet to be read.
            process.toHandle().destroyForcibly();
            ProcessTree.of(processes, marker).kill();
            // What hid from the kill may hold the output open for ever.
            reader.join(LAST_WORDS);
        }
    }

    private static void read(InputStream output, Consumer<String> lines) {
        var line = new byte[LONGEST_LINE];
        int length = 0;
        try (var in = new BufferedInputStream(output)) {
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    lines.accept(text(line, length));
                    length = 0;
                } else if (length < line.length) {
                    line[length++] = (byte) b;
                }
            }
        } catch (IOException closed) {
            // Killed, most likely: what came until then was handed on.
        }
        if (length > 0) {
            lines.accept(text(line, length));
        }
    }

    private static String text(byte[] line, int length) {
        boolean windows = length > 0 && line[length - 1] == '\r';
        return new String(line, 0, windows ? length - 1 : length, StandardCharsets.UTF_8);
    }
}
