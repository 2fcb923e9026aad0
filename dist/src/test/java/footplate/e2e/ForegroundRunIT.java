package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code footplate run}: the first thing a newcomer does. */
@Tag("node")
@Timeout(120)
class ForegroundRunIT {
    private static final Path HELLO = Checkout.ROOT.resolve("examples/hello");

    @TempDir
    Path folder;

    private Footplate footplate;

    @BeforeEach
    void moveIn() {
        footplate = new Footplate(folder);
    }

    @AfterEach
    void moveOut() throws Exception {
        footplate.close();
    }

    @Test
    void itServesTheAppAndItsFilesAndShowsTheAppsOutput() throws Exception {
        int port = Footplate.freePort();
        var run = footplate.begin("run", HELLO, "--port", port, "--min", 2, "--max", 2);

        assertThat(run.port()).isEqualTo(port);
        var page = Line.get(port, "/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("Hello from process", "<dt>Environment</dt><dd>development</dd>");
        run.awaitOut("hello-0 | hello from process");
        run.awaitOut("hello-1 | hello from process");
        assertThat(run.out()).contains("port " + port).doesNotContain("\u001B");

        long processed = processed();
        var sheet = Line.get(port, "/hello.css");
        assertThat(sheet.status()).isEqualTo(200);
        assertThat(sheet.field("Content-Type")).startsWith("text/css");
        assertThat(sheet.body()).isEqualTo(Files.readString(HELLO.resolve("public/hello.css")));
        assertThat(Line.get(port, "/hello.css", "If-None-Match: " + sheet.field("ETag"))
                        .status())
                .isEqualTo(304);
        assertThat(processed()).describedAs("the app was not asked for a file").isEqualTo(processed);
        assertThat(run.signal("TERM").code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aSignalStopsAllInOrderAndLeavesNothing(String signal) throws Exception {
        assumeFalse(signal.equals("HUP") && ignoresHangups(), "whoever runs the tests has nohup(1) ignore SIGHUP");
        var run = footplate.begin("run", HELLO, "--port", 0, "--min", 2, "--max", 2);
        run.port();
        assertThat(footplate.processes()).hasSizeGreaterThanOrEqualTo(3);

        var ended = run.signal(signal);

        assertThat(ended.code()).isZero();
        assertThat(ended.err()).contains("stopping").contains("is gone (exit code 0)");
        assertThat(footplate.processes()).isEmpty();
        assertThat(files(footplate.home())).isEmpty();
    }

    /** Bit 0 of SigIgn in proc(5)'s status: what is started from here ignores them too. */
    private static boolean ignoresHangups() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            var ignored =
                    lines.filter(line -> line.startsWith("SigIgn:")).findFirst().orElseThrow();
            return (Long.parseUnsignedLong(ignored.substring(7).strip(), 16) & 1) != 0;
        }
    }

    @Test
    void aSignalDuringTheStartEndsItToo() throws Exception {
        var app = Footplate.app(folder.resolve("slow"), "console.log('here'); setInterval(() => {}, 1000)");
        var run = footplate.begin("run", app, "--port", 0, "--max", 1);
        run.awaitOut("slow-0 | here");

        assertThat(run.signal("INT").code()).isZero();
        assertThat(footplate.processes()).isEmpty();
        assertThat(files(footplate.home())).isEmpty();
    }

    @Test
    void aRealTerminalsCtrlCStopsItToo() throws Exception {
        // script(1) gives it a terminal of its own, whose line discipline makes SIGINT of the byte 3.
        var command = "exec " + Checkout.launcher() + " run " + HELLO + " --port 0 --max 1";
        var output = folder.resolve("terminal");
        var builder = new ProcessBuilder("script", "-qefc", command, "/dev/null")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(footplate.environment());
        var terminal = builder.start();
        try {
            Footplate.await(20, () -> read(output).contains("Ctrl-C stops it"));
            terminal.getOutputStream().write(3);
            terminal.getOutputStream().flush();
            assertThat(terminal.waitFor(Duration.ofSeconds(20)))
                    .describedAs(read(output))
                    .isTrue();
        } finally {
            terminal.destroyForcibly();
        }
        assertThat(terminal.exitValue()).describedAs(read(output)).isZero();
        assertThat(read(output)).contains("stopping").contains("\u001B[2mhello-0 |\u001B[0m hello from process");
        assertThat(footplate.processes()).isEmpty();
        assertThat(files(footplate.home())).isEmpty();
    }

    @Test
    void anotherTerminalSeesItAndCanStopIt() throws Exception {
        var run = footplate.begin("run", HELLO, "--port", 0, "--min", 2, "--max", 2);
        run.port();

        assertThat(footplate.run("list").fine().out()).containsPattern("(?m)^hello +\\d+ +\\d+ +running ");
        assertThat(footplate.run("status").fine().out())
                .contains(
                        "hello  running  http://127.0.0.1:" + run.port(), "Root:  " + HELLO, "Queue: 0 of 100 waiting")
                .containsPattern("PID: \\d+ +Sessions: 0 +Processed: 0 +Uptime: ");
        assertThat(footplate.run("stop", "hello").fine().out())
                .contains("hello")
                .contains("stopped");
        assertThat(run.ended().code()).isZero();
        assertThat(footplate.run("list").fine().err()).contains("No Footplate is running");
    }

    @Test
    void aSecondRunOnThePortIsRefusedWithAMessageThatHelps() throws Exception {
        var run = footplate.begin("run", HELLO, "--port", 0, "--max", 1);
        int port = run.port();

        var second = footplate.run("run", HELLO, "--port", port, "--max", 1);

        assertThat(second.code()).isEqualTo(1);
        assertThat(second.err()).contains(Integer.toString(port), "--port");
        assertThat(Line.get(port, "/").status())
                .describedAs("the first serves on")
                .isEqualTo(200);
        assertThat(run.signal("INT").code()).isZero();
    }

    @Test
    void aRunThatIsKilledTakesItsAppsAlong() throws Exception {
        var run = footplate.begin("run", HELLO, "--port", 0, "--min", 2, "--max", 2);
        run.port();
        Footplate.signal("KILL", run.pid());
        run.ended();

        Footplate.await(8, () -> footplate.processes().isEmpty());
        assertThat(footplate.processes()).isEmpty();
        assertThat(footplate.run("list").fine().err()).contains("No Footplate is running");
        var next = footplate.begin("run", HELLO, "--port", 0, "--max", 1);
        next.port();
        assertThat(next.signal("INT").code()).isZero();
        assertThat(files(footplate.home()))
                .describedAs("the next run clears up")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"process.exit(3)", "const = 1", "require('not-there')", "setInterval(() => {}, 1000)"})
    void anAppThatDoesNotStartIsExplained(String script) throws Exception {
        var app = Footplate.app(folder.resolve("broken"), "console.log('almost <b>')\n" + script);

        var ended = footplate.run("run", app, "--port", 0, "--max", 1, "--start-timeout", "1s");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("Problem: ", "Cure:    ", "✗");
        assertThat(footplate.processes()).isEmpty();
        assertThat(files(footplate.home())).isEmpty();
    }

    private long processed() throws Exception {
        return footplate.describe("hello").instances().stream()
                .mapToLong(instance -> instance.processed())
                .sum();
    }

    private static List<Path> files(Path home) throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            return all.filter(path -> !Files.isDirectory(path)).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException _) {
            return "";
        }
    }
}
