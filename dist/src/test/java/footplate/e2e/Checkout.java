package footplate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A checkout with the real launcher and the real jars, built once for all tests of this JVM: were the launcher called where Maven
 * just runs, it might build there, beneath Maven's feet.
 */
final class Checkout {
    static final Path ROOT = Path.of("").toAbsolutePath().resolve("..").normalize();

    private static final Path LAUNCHER = lay();

    private Checkout() {}

    /** The launcher, ready: its build and its caches are made. */
    static Path launcher() {
        return LAUNCHER;
    }

    private static Path lay() {
        try {
            Path checkout = Files.createTempDirectory("footplate-checkout");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(checkout)));
            for (String file : List.of("footplate", "dist/launcher/jdk.sh", "dist/launcher/build.sh")) {
                Path copy = checkout.resolve(file);
                Files.createDirectories(copy.getParent());
                Files.copy(ROOT.resolve(file), copy);
            }
            Path maven = checkout.resolve("mvnw");
            Files.writeString(
                    maven,
                    "#!/bin/sh\nset -e\nmkdir -p '" + checkout + "/dist/target/product/lib'\ncp -p '" + ROOT
                            + "'/dist/target/lib/*.jar '" + checkout + "/dist/target/product/lib'\n",
                    StandardOpenOption.CREATE_NEW);
            Path launcher = checkout.resolve("footplate");
            for (Path program : List.of(maven, launcher)) {
                Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            Path output = checkout.resolve("first-call");
            var first = new ProcessBuilder(launcher.toString(), "version")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            first.environment().put("JAVA_HOME", System.getProperty("java.home"));
            var process = first.start();
            if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError("the launcher's first call failed:\n" + Files.readString(output));
            }
            return launcher;
        } catch (IOException broken) {
            throw new AssertionError("no checkout for the tests", broken);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", asked);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException left) {
            System.err.println("left behind: " + left.getMessage());
        }
    }
}
