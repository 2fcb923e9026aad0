package footplate.daemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Launch;
import footplate.core.config.Secret;
import footplate.core.name.RunId;
import footplate.core.supervise.Exit;
import footplate.core.supervise.Journey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps broken in the ways that apps are broken, really started: what Node, Python and sh print today must be understood. */
@Timeout(120)
@SuppressWarnings("NullAway") // reading class files it misses that a record component of a nested type is @Nullable
class StartDiagnosisIT {
    private static final RunId RUN = new RunId(1);

    @TempDir
    Path root;

    @TempDir
    Path run;

    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();
    private final RunToken token = RunToken.fresh();
    private AppChannel channel;

    @BeforeEach
    void openTheChannel() throws IOException {
        channel = AppChannel.open(run.resolve("c"), reports::add);
        channel.admit(token, RUN);
    }

    @AfterEach
    void closeTheChannel() throws IOException {
        channel.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.js", "app.mjs"})
    void aSyntaxErrorHasItsPlace(String name) throws Exception {
        var journey = node(name, "const a = 1\nconst b = = 2\n");
        assertThat(journey.problem())
                .isEqualTo("Syntax error in %s:2: Unexpected token '='.".formatted(root.resolve(name)));
        assertThat(journey.cure()).startsWith("Correct that line");
    }

    @Test
    void aSyntaxErrorInAFileOfTheAppIsFoundThere() throws Exception {
        write("lib/b.js", "\n\nlet x = {\n");
        assertThat(node("app.js", "require('./lib/b')").problem()).startsWith("Syntax error in " + root + "/lib/b.js:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"require('express')", "require('express/lib/x')"})
    void aMissingPackageIsToInstall(String source) throws Exception {
        var journey = node("app.js", source);
        assertThat(journey.problem()).startsWith("The module 'express").endsWith("is not installed.");
        assertThat(journey.cure())
                .isEqualTo("Run 'npm install' in %s; if package.json does not name it, 'npm install express'."
                        .formatted(root));
    }

    @Test
    void aMissingPackageOfAnEsModuleToo() throws Exception {
        var journey = node("app.mjs", "import x from '@scope/name/deep'");
        assertThat(journey.problem()).isEqualTo("The module '@scope/name' is not installed.");
        assertThat(journey.cure()).endsWith("'npm install @scope/name'.");
    }

    @Test
    void aMissingFileIsAWrongPath() throws Exception {
        assertThat(node("app.js", "require('./Missing')").problem())
                .isEqualTo("The app requires the file './Missing', which is not there (" + root + "/app.js:1).");
        assertThat(node("app.mjs", "import './missing.js'").problem())
                .contains("requires the file '" + root + "/missing.js', which is not there");
    }

    @Test
    void importInACommonJsFileIsToldAsThat() throws Exception {
        write("package.json", "{\"type\":\"commonjs\"}");
        var journey = node("app.js", "\nimport http from 'http'\n");
        assertThat(journey.problem())
                .isEqualTo(
                        "The app is written as an ES module, but Node reads %s/app.js:2 as CommonJS.".formatted(root));
        assertThat(journey.cure()).contains("\"type\": \"module\"");
    }

    @Test
    void requireInAnEsModuleIsToldAsThat() throws Exception {
        write("package.json", "{\"type\":\"module\"}");
        var journey = node("app.js", "const http = require('http')");
        assertThat(journey.problem())
                .contains("is written as CommonJS, but Node reads " + root + "/app.js:1 as an ES module");
        assertThat(journey.cure()).contains(".cjs");
    }

    @Test
    void aPortThatTheAppTakesTwiceIsSaid() throws Exception {
        assertThat(node(
                                "app.js",
                                "const h = require('http'); h.createServer().listen(3000, () => h.createServer().listen(3000))")
                        .problem())
                .isEqualTo("The app listens on port 3000 by itself, and that port is taken.");
        try (var taken = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThat(node("app.js", "require('net').createServer().listen(%d, '127.0.0.1')".formatted(port))
                            .problem())
                    .isEqualTo("The app listens on port %d by itself, and that port is taken.".formatted(port));
        }
    }

    @Test
    void anAppThatIsNoServerIsAskedWhetherItIsOne() throws Exception {
        var journey = node("app.js", "console.log('bye')");
        assertThat(journey.problem()).isEqualTo("The app ended without listening (exit code 0): is it a server?");
        assertThat(journey.lastOutput()).containsExactly("bye");
    }

    @Test
    void anExceptionIsNamed() throws Exception {
        assertThat(node("app.js", "null.x").problem())
                .isEqualTo(
                        "The app ended by an exception nobody caught: TypeError: Cannot read properties of null (reading 'x').");
        assertThat(node("app.js", "process.exit(3)").problem())
                .isEqualTo("The app ended before it was ready (exit code 3).");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "throw new Error('Missing required environment variable: DATABASE_URL')",
                "throw new Error('DATABASE_URL is not set')",
                "console.error('env DATABASE_URL must be set'); process.exit(1)"
            })
    void aMissingVariableIsNamed(String source) throws Exception {
        var journey = node("app.js", source);
        assertThat(journey.problem()).isEqualTo("The app misses the environment variable DATABASE_URL.");
        assertThat(journey.cure()).contains("DATABASE_URL=…");
    }

    @Test
    void whatTheAppMayNotOrCannotReachIsNamed() throws Exception {
        assertThat(node("app.js", "require('fs').readFileSync('conf/x.json')").problem())
                .isEqualTo("The app needs conf/x.json, which is not there.");
        int port;
        try (var free = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(node("app.js", "require('net').connect(%d, '127.0.0.1')".formatted(port))
                        .problem())
                .isEqualTo("The app cannot reach 127.0.0.1:%d, which refuses connections.".formatted(port));
    }

    @Test
    void aKilledAppMayHaveLackedMemory() throws Exception {
        assertThat(node("app.js", "process.kill(process.pid, 'SIGKILL')").problem())
                .contains("was killed (SIGKILL)");
        assertThat(node("app.js", "process.abort()").problem()).contains("crashed (killed by SIGABRT)");
        write("package.json", "{\"scripts\":{\"start\":\"node --max-old-space-size=10 app.js\"}}");
        write("app.js", "const a = []; for (;;) a.push(new Array(1000).fill(0))");
        assertThat(explain(new Launch.NpmStart("")).problem()).isEqualTo("The app used up the heap that Node gave it.");
    }

    @Test
    void aPythonModuleIsToInstall() throws Exception {
        var journey = command("python3 -c 'import flask_not_here.x'");
        assertThat(journey.problem())
                .startsWith("The Python module 'flask_not_here")
                .endsWith("is not installed.");
        assertThat(journey.cure()).contains("pip install flask_not_here");
    }

    @Test
    void aCommandThatTheShellDoesNotFindIsNamed() throws Exception {
        assertThat(command("true && no-such-server --port $PORT").problem())
                .isEqualTo("The command 'no-such-server' was not found.");
        assertThat(command("exit 126").problem()).contains("may not be executed");
        write("package.json", "{\"scripts\":{\"start\":\"no-such-bundler serve\"}}");
        var journey = explain(new Launch.NpmStart("no-such-bundler serve"));
        assertThat(journey.problem()).isEqualTo("The command 'no-such-bundler' was not found.");
        assertThat(journey.cure()).startsWith("Run 'npm install' in " + root);
    }

    private Journey node(String name, String source) throws Exception {
        write(name, source);
        return explain(new Launch.Node(root.resolve(name).toString(), List.of()));
    }

    private Journey command(String line) throws Exception {
        return explain(new Launch.Command(line));
    }

    private Journey explain(Launch launch) throws Exception {
        reports.clear();
        var place = LaunchPlan.usesSocket(launch)
                ? new Place.Socket(run.resolve("s").toString())
                : new Place.Loopback(4711);
        var instance = new LaunchPlan.Instance(0, place, 3000, token, channel.path(), PreloadFile.in(run));
        var plan = ((Planned.Ready) LaunchPlan.of(
                        launch, root, Map.of("PATH", new Secret(System.getenv("PATH"))), "development", instance))
                .plan();
        var output = run.resolve("output");
        var builder = new ProcessBuilder(plan.command())
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(plan.environment());
        var process = builder.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        int code = process.exitValue();
        if (LaunchPlan.usesSocket(launch)) {
            channel.hearOut(RUN, Duration.ofSeconds(10));
        }
        Exit exit = code > 128 ? new Exit.Signalled(code - 128) : new Exit.Code(code);
        var error = reports.stream()
                .filter(Report.Failed.class::isInstance)
                .map(Report.Failed.class::cast)
                .findFirst()
                .orElse(null);
        var lines = Files.readAllLines(output);
        var last = lines.subList(Math.max(0, lines.size() - 60), lines.size());
        return StartDiagnosis.explain(new FailedStart(
                launch, root, exit, Duration.ofSeconds(90), false, false, List.of(), last, error, List.of(), null));
    }

    private void write(String name, String text) throws IOException {
        var file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
