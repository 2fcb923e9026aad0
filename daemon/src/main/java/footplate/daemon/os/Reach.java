package footplate.daemon.os;

import footplate.core.config.Problem;
import footplate.core.user.Account;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whether somebody else could work with files, asked of the kernel as that user: it knows of groups and ACLs. */
public final class Reach {
    private Reach() {}

    private static final int LIMIT_SECONDS = 5;

    /**
     * What keeps a user from running an app; null if nothing does.
     *
     * @param directory absolute path of the folder it runs in
     * @param program absolute path of what is executed
     * @param script absolute path of what that reads; null if that is not known
     */
    public static @Nullable Problem problem(Rights rights, Path directory, Path program, @Nullable Path script)
            throws SpawnFailure {
        var account = rights.account();
        if (account == null) {
            return null;
        }
        if (!may(rights, "-x", directory)) {
            return folder(rights, account, directory);
        }
        if (!may(rights, "-r", directory)) {
            return refused(
                    directory,
                    "the app's folder may not be read by user " + account.name() + ", as whom the app would run",
                    account,
                    "chmod o+r " + directory);
        }
        if (script != null && !may(rights, "-r", script)) {
            return refused(
                    script,
                    "the app's script may not be read by user " + account.name() + ", as whom the app would run",
                    account,
                    "chmod o+r " + script);
        }
        if (!may(rights, "-x", program)) {
            return new Problem(
                    program.toString(),
                    "this program may not be run by user " + account.name() + ", as whom the app would run",
                    "Install it where everybody may run it (/usr/local/bin, say), and call 'footplate start' with a PATH"
                            + " that finds it there first.");
        }
        return null;
    }

    /** Names the first folder on the way that is closed. */
    private static Problem folder(Rights rights, Account account, Path directory) throws SpawnFailure {
        var closed = directory;
        for (var above = directory.getParent(); above != null && !may(rights, "-x", above); above = above.getParent()) {
            closed = above;
        }
        return refused(
                closed,
                (closed.equals(directory) ? "the app's folder" : "this folder, which the app is in,")
                        + " may not be entered by user " + account.name() + ", as whom the app would run",
                account,
                "chmod o+x " + closed);
    }

    private static Problem refused(Path where, String what, Account account, String chmod) {
        return new Problem(
                where.toString(),
                what,
                "%s, or move the app to where %s may read it, or chown its startup file to whom it is to run as, or name a user: --user NAME. Where all is root's, as in a container: FOOTPLATE_USER_SWITCHING=off."
                        .formatted(chmod, account.name()));
    }

    private static boolean may(Rights rights, String how, Path path) throws SpawnFailure {
        var command = new ArrayList<>(rights.command());
        command.addAll(List.of("/bin/sh", "-c", "test \"$1\" \"$2\"", "sh", how, path.toString()));
        try {
            var builder = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            // Ours is not that user's to see.
            builder.environment().clear();
            var test = builder.start();
            if (!test.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                // Stopped by that user, or at a file system that does not answer.
                test.destroyForcibly();
                return false;
            }
            return test.exitValue() == 0;
        } catch (IOException failure) {
            throw new SpawnFailure(
                    path.toString(),
                    "it could not be found out whether the app's user may read it: " + failure.getMessage(),
                    "Mend what the message names.");
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
