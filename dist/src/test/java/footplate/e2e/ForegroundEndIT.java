package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How {@code footplate run} ends, as the shell that called it sees it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForegroundEndIT {
    @TempDir
    Path folder;

    @Test
    void aRunWhoseAppDoesNotStartFails() throws Exception {
        var run = run("exit 3");
        try (var lines = run.errorReader()) {
            var said = String.join("\n", lines.lines().toList());

            assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(run.exitValue()).as(said).isEqualTo(1);
        } finally {
            run.destroyForcibly();
        }
    }

    @Test
    void aRunThatIsEndedWhileItsAppStartsEndsInOrder() throws Exception {
        var run = run("sleep 600");
        try (BufferedReader lines = run.errorReader()) {
            // It tells that the instance starts; before that may come warnings of the JVM.
            assertThat(lines.lines()
                            .filter(line -> line.startsWith("footplate |"))
                            .findFirst())
                    .isPresent();

            run.destroy();

            assertThat(run.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(run.exitValue()).isZero();
        } finally {
            run.destroyForcibly();
        }
    }

    private Process run(String command) throws IOException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "footplate.dist.Main",
                "run",
                folder.toString(),
                "--command",
                command,
                "--port",
                Integer.toString(port));
        builder.environment().put("FOOTPLATE_HOME", folder.resolve("home").toString());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        return builder.start();
    }
}
