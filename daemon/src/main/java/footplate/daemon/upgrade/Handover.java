package footplate.daemon.upgrade;

import footplate.api.client.HomeLayout;
import footplate.api.v1.UpgradeInfo;
import footplate.daemon.config.Refused;
import footplate.daemon.os.DescriptorPost;
import footplate.daemon.os.ListeningSockets;
import footplate.daemon.os.Marker;
import footplate.daemon.os.Scheduling;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An upgrade, as the old daemon does it (the new one's side is {@link Takeover}):
 *
 * <ol>
 *   <li>no command changes anything until it is over;
 *   <li>the new daemon is started, reads the state to see that it can, and says hello;
 *   <li>this one decides nothing any more, writes its state down and gives the home up; clients are served on;
 *   <li>the new one gets the listening sockets, adopts the processes, accepts and answers commands, and says so;
 *   <li>this one accepts no more, and leaves when it has answered what it has begun.
 * </ol>
 *
 * If the new one fails before it has said that it serves, it is killed, and this one goes on as if nothing had been.
 */
public final class Handover {
    private static final Duration CHANGES = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofSeconds(10);
    private static final Duration COME_UP = Duration.ofSeconds(30);
    private static final Duration SERVE = Duration.ofSeconds(20);
    private static final Duration END = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 10;
    /** Prints the PID, which the launcher keeps, and ends at once; what the launcher prints goes where our errors go. */
    private static final String START = """
            itself='echo $$; exec "$0" "$1" >&2'
            if command -v setsid >/dev/null; then
                pid=$(setsid --fork sh -c "$itself" "$0" "$1")
                echo "$pid"
            else
                exec sh -c "$itself" "$0" "$1"
            fi
            """;

    private static final int LOG_TAIL = 2_048;

    private final HomeLayout layout;
    private final Incumbent daemon;
    private final Consumer<String> steps;

    /** @param steps told what happens, for people */
    public Handover(HomeLayout layout, Incumbent daemon, Consumer<String> steps) {
        this.layout = layout;
        this.daemon = daemon;
        this.steps = steps;
    }

    /**
     * Hands over; not interruptible, and on a thread of its own.
     *
     * @param launcher of the new build; null if its daemon comes by itself
     * @throws Refused with the reason if the new daemon does not come to serve; this one goes on then
     */
    public UpgradeInfo to(@Nullable String launcher) throws Refused, InterruptedException {
        // 1.
        if (!daemon.hold(CHANGES)) {
            throw refused(
                    "another command is changing something and has not ended within " + CHANGES.toSeconds() + " s",
                    "Wait until it has ended, then upgrade again.");
        }
        boolean left = false;
        try {
            var successor = handOver(launcher);
            left = true;
            return new UpgradeInfo(
                    successor.pid(),
                    successor.version(),
                    ProcessHandle.current().pid(),
                    daemon.clients());
        } catch (IOException failure) {
            throw refused(
                    "the new daemon does not come to serve: " + failure.getMessage(),
                    "This daemon goes on. Mend what the message names, then upgrade again.");
        } finally {
            if (!left) {
                daemon.release();
            }
        }
    }

    private Successor handOver(@Nullable String launcher) throws IOException, InterruptedException {
        long logBefore = logSize();
        ProcessHandle found = null;
        boolean done = false;
        try (var meeting = Meeting.open(layout.handoverSocket())) {
            // 2.
            if (launcher != null) {
                found = start(launcher);
                steps.accept("started " + launcher + ", PID " + found.pid());
                var _ = found.onExit().thenAccept(_ -> meeting.fail("it ended before it had come up"));
            } else {
                steps.accept("waiting for the new daemon");
            }
            var link = meeting.visitor(COME_UP);
            var hello = link.next(COME_UP);
            var words = hello == null ? new String[0] : hello.split(" ", 3);
            if (words.length != 3 || !words[0].equals("hello")) {
                throw new IOException("it hung up");
            }
            long pid = Long.parseLong(words[1]);
            found = ProcessHandle.of(pid).orElseThrow(() -> new IOException("it has ended"));
            awaitQuiet();
            // 3. and 4.
            var successor = frozen(link, pid, words[2], found);
            done = true;
            return successor;
        } catch (IOException failure) {
            throw new IOException(failure.getMessage() + logTail(logBefore), failure);
        } finally {
            if (!done && found != null) {
                end(found);
            }
        }
    }

    private Successor frozen(Link link, long pid, String version, ProcessHandle process)
            throws IOException, InterruptedException {
        daemon.freeze();
        boolean left = false;
        try {
            link.send("take " + sendSockets());
            var early = new ArrayList<String>();
            for (var line = link.next(SERVE); !"serving".equals(line); line = link.next(SERVE)) {
                if (line == null) {
                    throw new IOException("it ended while it took over");
                }
                early.add(line);
            }
            left = true;
            // 5.
            var successor = new Successor(link, pid, version, early);
            try {
                daemon.leaveTo(successor);
            } catch (IOException | RuntimeException failure) {
                // The other one serves: whatever was not left in order, it must not be ended for it.
                steps.accept("this daemon did not leave in order: " + failure);
            }
            steps.accept("PID " + pid + ", version " + version + ", serves");
            return successor;
        } finally {
            if (!left) {
                end(process);
                daemon.thaw();
            }
        }
    }

    /** @return how many messages it took */
    private int sendSockets() throws IOException {
        var all = new ArrayList<>(daemon.sockets().entrySet());
        int messages = 0;
        for (int from = 0; from < all.size(); from += DescriptorPost.MOST, messages++) {
            var some = all.subList(from, Math.min(all.size(), from + DescriptorPost.MOST));
            DescriptorPost.send(
                    layout.handoverBox().toString(),
                    String.join(" ", some.stream().map(e -> e.getKey()).toList()),
                    some.stream().map(e -> e.getValue()).toList());
        }
        return messages;
    }

    /** A process that is about to be ready is not worth killing: a moment later it would be adopted. */
    private void awaitQuiet() throws InterruptedException {
        long deadline = System.nanoTime() + QUIET.toNanos();
        while (daemon.busy() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /**
     * Starts it so that it is nobody's child but init's: systemd waits for the end of a main process only if that is its own
     * child, and otherwise kills it right after having asked it to stop.
     */
    private ProcessHandle start(String launcher) throws IOException {
        if (!Files.isExecutable(Path.of(launcher))) {
            throw new IOException(launcher + " is no program");
        }
        var start = process(List.of("sh", "-c", START, launcher, Takeover.COMMAND));
        try (var out = start.inputReader(StandardCharsets.UTF_8)) {
            var pid = out.readLine();
            if (pid == null) {
                throw new IOException(launcher + " cannot be started");
            }
            return ProcessHandle.of(Long.parseLong(pid))
                    .orElseThrow(() -> new IOException(launcher + " ended at once"));
        }
    }

    private Process process(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command);
        var environment = builder.environment();
        Marker.strip(environment);
        ListeningSockets.VARIABLES.forEach(environment::remove);
        environment.put(HomeLayout.VARIABLE, layout.home().toString());
        environment.put(Takeover.VARIABLE, layout.handoverSocket().toString());
        Scheduling.usualForChildren();
        return builder.directory(layout.home().toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Two daemons must not be: it runs no more when this returns. */
    private static void end(ProcessHandle process) {
        process.destroyForcibly();
        try {
            // One that nobody takes notice of stays a zombie, which looks alive.
            process.onExit().get(END.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException zombie) {
            // After SIGKILL it runs no further instruction of its own.
        }
    }

    private long logSize() {
        try {
            return Files.size(layout.daemonLog());
        } catch (IOException none) {
            return 0;
        }
    }

    /** What it wrote, which is the reason more often than not. */
    private String logTail(long from) {
        try (var log = FileChannel.open(layout.daemonLog(), StandardOpenOption.READ)) {
            long start = Math.max(from, log.size() - LOG_TAIL);
            var bytes = ByteBuffer.allocate((int) Math.max(0, log.size() - start));
            while (bytes.hasRemaining() && log.read(bytes, start + bytes.position()) >= 0) {
                // read on
            }
            var text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "" : "; the log says: " + text;
        } catch (IOException none) {
            return "";
        }
    }

    private static Refused refused(String what, String mend) {
        return new Refused(List.of(new footplate.core.config.Problem("upgrade", what, mend)));
    }
}
