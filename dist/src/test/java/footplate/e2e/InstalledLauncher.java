package footplate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The real launcher with the jars of this build, in a folder of its own that any user may read: in the checkout itself it would start a build inside the
 * build that runs these tests.
 */
final class InstalledLauncher {
    private static final Path ROOT = Path.of("").toAbsolutePath().resolve("..").normalize();

    private InstalledLauncher() {}

    /** The command; laid out by the first call of this JVM, removed at its end. */
    static Path path() {
        return Laid.LAUNCHER;
    }

    /** The lock of class initialisation lets one lay it out. */
    private static final class Laid {
        static final Path LAUNCHER = lay();

        private static Path lay() {
            try {
                var folder = Files.createTempDirectory(Path.of("/tmp"), "fpl");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> erase(folder)));
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
                for (String file : List.of("footplate", "dist/launcher/jdk.sh", "dist/launcher/build.sh")) {
                    Files.createDirectories(folder.resolve(file).getParent());
                    Files.copy(ROOT.resolve(file), folder.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
                }
                var maven = Files.writeString(
                        folder.resolve("mvnw"),
                        "#!/bin/sh\nset -e\ncd '" + folder + "'\nmkdir -p dist/target/product/lib\ncp '" + ROOT
                                + "'/dist/target/lib/*.jar dist/target/product/lib/\n");
                Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
                var launcher = folder.resolve("footplate");
                build(launcher);
                return launcher;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(asked);
            }
        }

        private static void build(Path launcher) throws IOException, InterruptedException {
            var output = Files.createTempFile("launcher", ".out");
            try {
                var builder = new ProcessBuilder(launcher.toString(), "version")
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
                builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
                var process = builder.start();
                if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
                    process.destroyForcibly();
                    throw new AssertionError("the launcher does not run:\n" + Files.readString(output));
                }
            } finally {
                Files.delete(output);
            }
        }

        private static void erase(Path folder) {
            try {
                FaultyHome.erase(folder);
            } catch (IOException leftBehind) {
                // A daemon that a failed test has left still uses it.
            }
        }
    }
}
