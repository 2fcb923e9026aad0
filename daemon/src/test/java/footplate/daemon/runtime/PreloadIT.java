package footplate.daemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** The preload's own tests are written in its language; here each of their files is run by node. */
class PreloadIT {
    private static final Path TESTS = Path.of("src/test/node").toAbsolutePath();

    @TestFactory
    @Timeout(300)
    Stream<DynamicTest> everyFileOfTestsPasses() throws IOException {
        try (var files = Files.list(TESTS)) {
            return files.filter(file -> file.toString().endsWith(".test.cjs")).sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> passes(file)));
        }
    }

    private static void passes(Path file) throws IOException, InterruptedException {
        var output = Files.createTempFile("preload-it", ".out");
        var builder = new ProcessBuilder("node", "--test", "--test-reporter=spec", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().remove("NODE_OPTIONS");
        var process = builder.start();
        try {
            boolean ended = process.waitFor(120, TimeUnit.SECONDS);
            assertThat(ended && process.exitValue() == 0)
                    .as(() -> file + (ended ? " failed:\n" : " did not end in 120 s:\n") + read(output))
                    .isTrue();
            // A run that found no tests passes, too.
            assertThat(read(output)).containsPattern("tests [1-9]").containsPattern("fail 0");
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
