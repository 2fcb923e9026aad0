package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.ControlClient;
import footplate.api.client.HomeLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Starts the background daemon and waits until it answers.
 *
 * <p>Two callers at once may start two processes; the daemon's file lock lets one live, and both callers find that one.
 */
final class Waking {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration PING_LIMIT = Duration.ofSeconds(5);
    private static final long STEP_MS = 10;
    /** Bytes for a first state file, the preload and some lines of log. */
    private static final long ROOM_TO_BEGIN = 64 * 1024;

    private static final int LOG_TAIL_BYTES = 4096;
    private static final int LOG_TAIL_LINES = 10;

    private Waking() {}

    /**
     * Returns when a daemon answers: the one started here, or one that was faster.
     *
     * @throws CallFailed with the last lines of its log if none does
     */
    static void wake(HomeLayout home, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        home.make();
        home.checkOurs();
        long logBefore = size(home);
        Process daemon = start(home, around);
        var client = new ControlClient(home.controlSocket());
        long deadline = System.nanoTime() + LIMIT_NANOS;
        long again = System.nanoTime() + AGAIN_NANOS;
        while (!answers(client)) {
            boolean gone = exited(daemon);
            if (gone && daemon.exitValue() != DaemonStarter.ANOTHER_RUNS && !answers(client)) {
                throw notUp(home, logBefore, "the daemon ended at once, with exit code " + daemon.exitValue());
            }
            if (gone && daemon.exitValue() == DaemonStarter.ANOTHER_RUNS && System.nanoTime() - again > 0) {
                // The other one does not answer: it is about to leave (after 'footplate kill'), and has left the home
                // by now or soon will have.
                daemon = start(home, around);
                again = System.nanoTime() + AGAIN_NANOS;
            }
            if (System.nanoTime() - deadline > 0) {
                throw notUp(home, logBefore, "the daemon does not answer after " + LIMIT_NANOS / 1_000_000_000 + " s");
            }
        }
    }

    private static Process start(HomeLayout home, Surroundings around) throws CallFailed {
        try {
            return around.starter().start(home);
        } catch (IOException cannot) {
            throw Cli.failure(
                    "daemon-not-started",
                    home.daemonLog().toString(),
                    "the daemon could not be started: " + cannot.getMessage(),
                    "Is there space and permission to write in " + home.home() + "?");
        }
    }

    private static boolean answers(ControlClient client) throws CallFailed {
        try {
            client.ping(PING_LIMIT);
            return true;
        } catch (CallFailed failed) {
            if (failed.notRunning() || failed.answer().code().equals(CallFailed.CLOSED)) {
                return false;
            }
            throw failed;
        }
    }

    /** Waits a step, or less if the process ends; of one that is gone already, a step all the same. */
    private static boolean exited(Process daemon) {
        try {
            if (daemon.isAlive()) {
                return daemon.waitFor(STEP_MS, TimeUnit.MILLISECONDS);
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MS);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return !daemon.isAlive();
        }
    }

    private static CallFailed notUp(HomeLayout home, long logBefore, String what) {
        if (isFull(home)) {
            // Then the log has no room for the reason either.
            return Cli.failure(
                    "daemon-not-started",
                    home.home().toString(),
                    what + ": there is no space left on its disk",
                    "Make room ('df -h " + home.home() + "'), or set " + HomeLayout.VARIABLE + " to another folder.");
        }
        return Cli.failure(
                "daemon-not-started",
                home.daemonLog().toString(),
                what + logTail(home, logBefore),
                "See the log; it is named first.");
    }

    private static boolean isFull(HomeLayout home) {
        try {
            return Files.getFileStore(home.home()).getUsableSpace() < ROOM_TO_BEGIN;
        } catch (IOException _) {
            return false;
        }
    }

    private static long size(HomeLayout home) {
        try (FileChannel log = FileChannel.open(home.daemonLog(), StandardOpenOption.READ)) {
            return log.size();
        } catch (IOException _) {
            return 0;
        }
    }

    /** The last lines that were written since; what is older is of another daemon's life. */
    private static String logTail(HomeLayout home, long from) {
        try (FileChannel log = FileChannel.open(home.daemonLog(), StandardOpenOption.READ)) {
            long start = Math.max(from, log.size() - LOG_TAIL_BYTES);
            var bytes = ByteBuffer.allocate((int) Math.max(0, log.size() - start));
            while (bytes.hasRemaining() && log.read(bytes, start + bytes.position()) >= 0) {
                // read on
            }
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
            int begin = text.length();
            for (int lines = 0; lines < LOG_TAIL_LINES && begin > 0; lines++) {
                begin = Math.max(0, text.lastIndexOf('\n', begin - 1));
            }
            return text.isEmpty()
                    ? "; it wrote nothing"
                    : "; it wrote: " + text.substring(begin).strip();
        } catch (IOException cannot) {
            return "; its log cannot be read: " + cannot.getMessage();
        }
    }
}
