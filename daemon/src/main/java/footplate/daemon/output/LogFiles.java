package footplate.daemon.output;

import footplate.core.name.AppName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an instance's output is: {@code HOME/logs/APP-NUMBER.out.log} and {@code .err.log}, and beside each the
 * parts rotated out of it, {@code .1} the latest. Together, oldest first, they are the output byte for byte: a line may
 * lie across two of them.
 *
 * <p>NUMBER is the instance's among its app's ({@code NODE_APP_INSTANCE}): a restart writes on to the same files, so that
 * there are never more of them than instances.
 *
 * @param home the daemon's directory
 */
public record LogFiles(Path home) {
    /** One instance's two files. */
    public record Pair(Path out, Path err) {}

    /** Where this instance's output is, whether or not there is any yet. */
    public Pair of(AppName app, int number) {
        var stem = app + "-" + number;
        return new Pair(folder().resolve(stem + ".out.log"), folder().resolve(stem + ".err.log"));
    }

    /**
     * Where an app's access log is: {@code APP.access.log}, with parts of its own. It is made by who writes it.
     *
     * @param app null: requests that are no app's, {@code access.log}
     */
    public Path access(@Nullable AppName app) {
        return folder().resolve(app == null ? "access.log" : app + ".access.log");
    }

    /** Makes the folder, for its owner only, if it is missing. */
    public void prepareFolder() throws IOException {
        if (!Files.isDirectory(folder())) {
            Files.createDirectories(
                    folder(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /**
     * Creates the files where they are missing, readable by their owner only (output may hold anything).
     *
     * @throws IOException if the disk is full or the home cannot be written
     */
    public Pair prepare(AppName app, int number) throws IOException {
        prepareFolder();
        var pair = of(app, number);
        create(pair.out());
        create(pair.err());
        return pair;
    }

    /** Deletes what an instance that is gone for good has left, rotated parts included. */
    public void delete(AppName app, int number) throws IOException {
        var pair = of(app, number);
        for (var live : List.of(pair.out(), pair.err())) {
            for (var part : parts(live)) {
                Files.deleteIfExists(part);
            }
            Files.deleteIfExists(live);
        }
    }

    /** The parts rotated out of a log file, oldest first. */
    static List<Path> parts(Path live) {
        var parts = new ArrayList<Path>();
        for (int number = 1; ; number++) {
            var part = part(live, number);
            if (!Files.exists(part)) {
                return parts.reversed();
            }
            parts.add(part);
        }
    }

    /** A rotated part; 1 is the latest. */
    static Path part(Path live, int number) {
        return live.resolveSibling(live.getFileName() + "." + number);
    }

    /** Exists for the moment in which bytes move from a log file to its parts: readers hold off meanwhile. */
    static Path moving(Path live) {
        return live.resolveSibling(live.getFileName() + ".moving");
    }

    private Path folder() {
        return home.resolve("logs");
    }

    private static void create(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.newByteChannel(
                            file,
                            EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                    .close();
        }
    }
}
