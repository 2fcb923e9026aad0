package footplate.e2e;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** The apps of dist/apps, with their packages installed. */
public final class RealApps {
    private static final Path FOLDER = Path.of("apps").toAbsolutePath();

    private RealApps() {}

    /** The folder of one app. */
    public static Path folder(String name) throws IOException, InterruptedException {
        install();
        return FOLDER.resolve(name);
    }

    /** The folder with the conversation clients, ready to be run by node. */
    public static Path folder() throws IOException, InterruptedException {
        install();
        return FOLDER;
    }

    /** Runs {@code npm ci} unless that was done since the lock file last changed. */
    private static synchronized void install() throws IOException, InterruptedException {
        // Tests in another process want them too.
        var lock = Files.createDirectories(Path.of("target").toAbsolutePath()).resolve("npm.lock");
        try (var channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            installAlone();
        }
    }

    private static void installAlone() throws IOException, InterruptedException {
        var done = FOLDER.resolve("node_modules/.package-lock.json"); // npm writes it last
        var wanted = FOLDER.resolve("package-lock.json");
        if (Files.exists(done) && Files.getLastModifiedTime(done).compareTo(Files.getLastModifiedTime(wanted)) >= 0) {
            return;
        }
        var output = Files.createTempFile("npm-ci", ".out");
        try {
            var npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!npm.waitFor(5, TimeUnit.MINUTES) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                throw new AssertionError("'npm ci' in " + FOLDER + " failed:\n" + Files.readString(output));
            }
        } finally {
            Files.delete(output);
        }
    }
}
