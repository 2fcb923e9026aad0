package footplate.daemon;

import footplate.api.client.CallFailed;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Problem;
import footplate.core.config.Site;
import footplate.daemon.config.Refused;
import footplate.proxy.rule.OperatorsMistake;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** {@code footplate proxy} and {@code footplate serve}: a site on this terminal until Ctrl-C. Nothing of it outlives it. */
public final class ForegroundSite {
    private final PrintStream out;
    private final PrintStream err;

    /**
     * A site on a terminal.
     *
     * @param out takes the access log, where no file does
     * @param err takes what happens
     */
    public ForegroundSite(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Serves the site until Ctrl-C, SIGTERM or SIGHUP; requests under way are answered first.
     *
     * @return the exit code: 0, as it ends only when asked to
     * @throws CallFailed if it could not begin
     */
    public int run(Site site) throws CallFailed {
        var asked = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        var accessLogs = ForegroundRun.places(site.accessLog(), out);
        try (var server = SiteServer.open(site, temporary(), accessLogs, this::mistake, this::say)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> leaveBySignal(asked, ended), "leave-by-signal"));
            if (!server.note().isEmpty()) {
                say(server.note());
            }
            say("%s; Ctrl-C stops it".formatted(describe(site, server)));
            asked.await();
        } catch (Refused refused) {
            throw new CallFailed(new ErrorAnswer(
                    ErrorAnswer.REFUSED,
                    refused.problems().stream()
                            .map(p -> new Problem(p.where(), p.what(), p.mend()))
                            .toList(),
                    null));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 1;
        } finally {
            ended.countDown();
        }
        return 0;
    }

    private static String describe(Site site, SiteServer server) {
        return site.folder().isEmpty()
                ? "%s is answered by %s".formatted(server.url(), String.join(", ", server.servers()))
                : "%s serves the files of %s".formatted(server.url(), site.folder());
    }

    /** Bodies that do not fit into memory go where everybody's temporary files are: without a name, so that none is left. */
    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** Runs at every end of the JVM; one that no signal asked for has an exit code of its own. */
    private void leaveBySignal(CountDownLatch asked, CountDownLatch ended) {
        if (ended.getCount() == 0) {
            return;
        }
        try {
            say("stopping");
            asked.countDown();
            ended.await();
            Runtime.getRuntime().halt(0);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void mistake(Throwable mistake) {
        if (mistake instanceof OperatorsMistake) {
            say(String.valueOf(mistake.getMessage()));
            return;
        }
        synchronized (err) {
            err.println("footplate | a mistake of Footplate's own, please report it:");
            mistake.printStackTrace(err);
            err.flush();
        }
    }

    private void say(String line) {
        synchronized (err) {
            err.println("footplate | " + line);
            err.flush();
        }
    }
}
