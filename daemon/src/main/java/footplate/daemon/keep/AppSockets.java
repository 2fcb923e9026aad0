package footplate.daemon.keep;

import footplate.core.name.RunId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.Predicate;

/**
 * The Unix sockets that apps listen on, one for each run, and what preloads leave beside them to claim them by.
 *
 * @param folder this user's alone
 */
record AppSockets(Path folder) {
    /** The place for the socket of {@code run}; nothing is there. */
    Path free(RunId run) throws IOException {
        var socket = folder.resolve(name(run));
        Files.deleteIfExists(socket);
        return socket;
    }

    /** Deletes a socket and its claims. */
    static void sweep(Path socket) {
        sweep(socket.resolveSibling(""), socket.getFileName() + "{,.*}", _ -> true);
    }

    /** Deletes the sockets of all runs but these. */
    void sweepAllBut(Collection<RunId> runs) {
        var known = runs.stream().map(AppSockets::name).toList();
        sweep(
                folder,
                "r*.s{,.*}",
                file -> known.stream().noneMatch(socket -> file.equals(socket) || file.startsWith(socket + ".")));
    }

    private static void sweep(Path folder, String glob, Predicate<String> which) {
        try (var files = Files.newDirectoryStream(folder, glob)) {
            for (var file : files) {
                if (which.test(String.valueOf(file.getFileName()))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | DirectoryIteratorException leftBehind) {
            // Sockets nobody listens on: the next daemon's start sweeps them.
        }
    }

    /** Short: the path of a Unix socket has 108 bytes at most. */
    private static String name(RunId run) {
        return "r" + run + ".s";
    }
}
